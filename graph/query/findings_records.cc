// Findings in single records: retention, evidence, the end of a copy.
#include <algorithm>

#include "graph/query/findings_internal.h"

namespace onward::query {
namespace {

using model::CopyOutcome;
using model::RecordKind;

// Categories of the activity that no entry covers; nullopt: none of its data have one.
std::optional<std::vector<std::string>> Uncovered(const model::Activity& activity,
                                                  const Categories& tree) {
  if (activity.retention.empty()) {
    return std::nullopt;
  }
  std::vector<std::string> uncovered;
  for (const std::string& id : activity.data_categories) {
    const bool covered = std::any_of(
        activity.retention.begin(), activity.retention.end(), [&](const model::Retention& entry) {
          const model::Strings& covers = entry.data_categories;
          return covers.empty() ||
                 std::any_of(covers.begin(), covers.end(),
                             [&](const std::string& general) { return tree.Covers(general, id); });
        });
    if (!covered) {
      uncovered.push_back(id);
    }
  }
  return uncovered;
}

void FindRetention(const model::Activity& activity, FindingSink& sink) {
  if (activity.controllers.empty()) {
    return;
  }
  const auto uncovered = Uncovered(activity, sink.snapshot.categories());
  if (uncovered.has_value() && uncovered->empty()) {
    return;
  }
  std::string detail = "No period or criteria of retention are recorded";
  if (uncovered.has_value()) {
    for (size_t i = 0; i < uncovered->size(); ++i) {
      detail += (i == 0 ? " for " : ", ") + (*uncovered)[i];
    }
  }
  sink.AddRecord(FindingCode::kRetentionNotStated, RecordKind::kActivity, activity.id,
                 detail + ".");
}

// When a record holds; open where it has no dates. Of no flow.
Interval IntervalOf(const model::Record& record) {
  const auto* const agreement = std::get_if<model::Agreement>(&record);
  return agreement == nullptr ? Interval() : agreement->interval;
}

void FindAssumed(RecordKind kind, std::string_view id, const std::vector<model::Source>& sources,
                 const Interval& interval, FindingSink& sink) {
  const bool assumed = !sources.empty() &&
                       std::all_of(sources.begin(), sources.end(), [](const model::Source& source) {
                         return source.grade == model::SourceGrade::kAssumed;
                       });
  if (!assumed || !interval.Contains(sink.Day())) {
    return;
  }
  const std::string name(id);
  Finding& finding = sink.AddRecord(
      FindingCode::kEvidenceAssumed, kind, name,
      "The " + std::string(model::KindName(kind)) + " " + name + " rests on assumptions only.");
  if (kind == RecordKind::kFlow) {
    finding.flow = name;
  }
  finding.interval = interval;
}

// The same data go on between the two under another record.
bool GoesOn(const model::Flow& ended, const FindingSink& sink) {
  const auto flows = sink.snapshot.FlowsFrom(ended.exporter);
  return std::any_of(flows.begin(), flows.end(), [&](uint32_t number) {
    const model::FlowView flow = sink.snapshot.ViewAt(number);
    return flow.importer == ended.importer && flow.interval.Contains(sink.Day()) &&
           verdict::CategoriesMeet(flow.terms.data_categories, ended.data_categories);
  });
}

// Why the copy may still be there; empty: it is not.
std::string WhyHeld(const model::Flow& flow, Date day) {
  const CopyOutcome outcome =
      flow.copy_ends.has_value() ? flow.copy_ends->outcome : CopyOutcome::kUnspecified;
  switch (outcome) {
    case CopyOutcome::kKept:
      return " still holds the copy";
    case CopyOutcome::kUnspecified:
      return model::IsProcessorRole(flow.importer_role)
                 ? " is not recorded to have deleted or returned the copy"
                 : "";
    case CopyOutcome::kDeleted:
    case CopyOutcome::kReturned:
      break;
  }
  const bool later = flow.copy_ends->on.has_value() && *flow.copy_ends->on > day;
  return later ? " holds the copy until " + flow.copy_ends->on->ToString() : "";
}

}  // namespace

void FindInEndedFlow(const model::Flow& flow, FindingSink& sink) {
  if (flow.interval.until > sink.Day()) {
    return;
  }
  const auto bound =
      verdict::ExporterBound(flow, sink.snapshot, sink.judged.law(), flow.interval.until.Plus(-1));
  const std::string why = WhyHeld(flow, sink.Day());
  if (why.empty() || bound == false || GoesOn(flow, sink)) {
    return;
  }
  Finding& finding = sink.AddFlow(FindingCode::kCopyNotEnded, flow,
                                  "The flow ended on " + flow.interval.until.ToString() + "; " +
                                      sink.NameOf(flow.importer) + why + ".");
  const bool ends = flow.copy_ends.has_value() && flow.copy_ends->outcome != CopyOutcome::kKept;
  finding.interval = {flow.interval.until,
                      ends ? flow.copy_ends->on.value_or(Date::Max()) : Date::Max()};
}

void FindInRecords(FindingSink& sink) {
  const Snapshot& snapshot = sink.snapshot;
  for (const RecordPtr& record : snapshot.RecordsOf(RecordKind::kActivity)) {
    FindRetention(std::get<model::Activity>(*record), sink);
  }
  for (const RecordKind kind :
       {RecordKind::kParty, RecordKind::kLocation, RecordKind::kActivity, RecordKind::kAgreement}) {
    for (const RecordPtr& record : snapshot.RecordsOf(kind)) {
      FindAssumed(kind, model::IdOf(*record), model::SourcesOf(*record), IntervalOf(*record), sink);
    }
  }
  for (const uint32_t flow : snapshot.FlowsInOrder()) {
    FindAssumed(RecordKind::kFlow, snapshot.FlowId(flow), snapshot.TermsOf(flow).sources,
                snapshot.IntervalOf(flow), sink);
  }
}

}  // namespace onward::query
