#include "clients/cli/explanation.h"

#include <utility>
#include <vector>

#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::NameOf;

std::string Label(v1::Verdict verdict, v1::VerdictReason reason, const Style& style) {
  return style.Symbol(verdict) + " " + VerdictWord(verdict) + " (" + NameOf(reason) + ")";
}

std::string YesNo(bool has, bool met) {
  if (!has) {
    return "not known";
  }
  return met ? "yes" : "no";
}

// The sentence with its source behind it.
std::string Sourced(const std::string& sentence, const std::string& source) {
  return source.empty() ? sentence : sentence + " [" + source + "]";
}

void WriteCriteria(const v1::Explanation& explanation, Report& report) {
  if (explanation.criteria().empty()) {
    return;
  }
  report.Heading("Is it a transfer? (EDPB Guidelines 05/2021)");
  for (const v1::CriterionFact& fact : explanation.criteria()) {
    report.Point(0, fact.criterion() + ": " + YesNo(fact.has_met(), fact.met()) + ". " +
                        Sourced(fact.fact(), fact.source()));
  }
}

void WriteCondition(const v1::ConditionOutcome& condition, Report& report) {
  const std::string state = !condition.has_met() ? "not stated"
                            : condition.met()    ? "stated as met"
                                                 : "stated as not met";
  std::string text = "condition " + condition.condition() + ": " + state;
  if (!condition.stated_by().empty()) {
    text += " by " + condition.stated_by();
  }
  report.Point(2, condition.requirement().empty() ? text : text + ". " + condition.requirement());
}

void WriteCandidate(const v1::Candidate& candidate, const Style& style, Report& report) {
  std::string text =
      Label(candidate.verdict(), candidate.outcome(), style) + " " + candidate.mechanism();
  if (!candidate.article().empty()) {
    text += ", " + candidate.article();
  }
  if (!candidate.record().empty()) {
    text += ", on file: " + candidate.record();
  }
  report.Point(1, text);
  if (!candidate.explanation().empty() || !candidate.source().empty()) {
    report.Point(2, Sourced(candidate.explanation(), candidate.source()));
  }
  for (const v1::ConditionOutcome& condition : candidate.conditions()) {
    WriteCondition(condition, report);
  }
}

void WriteDestination(const v1::Transfer& transfer, const PlaceNames& names, const Style& style,
                      Report& report) {
  std::string head = PlaceText(transfer.destination(), names);
  if (!transfer.destination_basis().empty()) {
    head += " (" + transfer.destination_basis() + ")";
  }
  report.Point(0, head + ": " + Label(transfer.verdict(), transfer.reason(), style) +
                      (transfer.since().empty() ? "" : ", since " + transfer.since()));
  if (!transfer.explanation().empty()) {
    report.Point(1, transfer.explanation());
  }
  for (int i = 1; i < transfer.reasons_size(); ++i) {
    report.Point(1, "also: " + NameOf(transfer.reasons(i)));
  }
  if (transfer.candidates().empty() && transfer.kind() != v1::HOP_KIND_NOT_A_TRANSFER) {
    report.Point(1, "no mechanism on file, and no country-wide decision, to try");
  }
  for (const v1::Candidate& candidate : transfer.candidates()) {
    WriteCandidate(candidate, style, report);
  }
  if (transfer.has_next_change()) {
    report.Point(
        1, "next change: " + transfer.next_change().date() + " " +
               Label(transfer.next_change().verdict(), transfer.next_change().reason(), style));
  }
}

void WriteSteps(const v1::Explanation& explanation, const Style& style, Report& report) {
  if (explanation.steps().empty()) {
    return;
  }
  report.Heading("Over time");
  for (const v1::NextChange& step : explanation.steps()) {
    report.Point(0, (step.date().empty() ? "before    " : step.date()) + "  " +
                        Label(step.verdict(), step.reason(), style));
  }
}

std::string SourceText(const v1::Source& source) {
  std::string text = source.document();
  if (!source.section().empty()) {
    text += ", section " + source.section();
  }
  if (!source.retrieved_on().empty()) {
    text += ", read on " + source.retrieved_on();
  }
  const std::string grade = NameOf(source.grade());
  return grade.empty() ? text : text + " (" + grade + ")";
}

void WriteEvidence(const v1::Explanation& explanation, Report& report) {
  if (explanation.evidence().empty()) {
    return;
  }
  report.Heading("Evidence");
  for (const v1::EvidenceSource& evidence : explanation.evidence()) {
    report.Point(0, evidence.record() + (evidence.sources().empty() ? ": no source recorded" : ""));
    for (const v1::Source& source : evidence.sources()) {
      report.Point(1, SourceText(source));
    }
  }
}

void WriteRemedies(const v1::Explanation& explanation, const std::string& day, Report& report) {
  if (explanation.remedies().empty()) {
    return;
  }
  report.Heading("What would make it pass on " + day);
  for (const std::string& remedy : explanation.remedies()) {
    report.Point(0, remedy);
  }
}

std::string Roles(const v1::Transfer& transfer) {
  const auto word = [](v1::Role role) {
    return role == v1::ROLE_UNSPECIFIED ? std::string("role not recorded") : NameOf(role);
  };
  return word(transfer.exporter_role()) + " to " + word(transfer.importer_role());
}

}  // namespace

std::string ExplainedFlow(const v1::ExplainResponse& response, const Style& style) {
  const v1::Explanation& explanation = response.explanation();
  std::string text = explanation.flow();
  if (!explanation.destinations().empty()) {
    const v1::Transfer& first = explanation.destinations(0);
    text = (first.exporter_name().empty() ? first.exporter() : first.exporter_name()) +
           style.Arrow() +
           (first.importer_name().empty() ? first.importer() : first.importer_name()) + " (" +
           explanation.flow() + ")";
  }
  return text + ", as of " + response.stamp().as_of();
}

void WriteExplanation(const v1::ExplainResponse& response, const PlaceNames& names,
                      const Style& style, Report& report) {
  const v1::Explanation& explanation = response.explanation();
  report.Title(ExplainedFlow(response, style));
  report.Line(Label(explanation.verdict(), explanation.reason(), style));
  if (!explanation.destinations().empty()) {
    const v1::Transfer& first = explanation.destinations(0);
    std::string data;
    for (const std::string& category : first.categories()) {
      data += (data.empty() ? "" : ", ") + category;
    }
    report.Line(Roles(first) + "; data: " + (data.empty() ? "not recorded" : data));
  }
  WriteCriteria(explanation, report);
  if (!explanation.destinations().empty()) {
    report.Heading("Where it goes, and what could carry it");
    for (const v1::Transfer& transfer : explanation.destinations()) {
      WriteDestination(transfer, names, style, report);
    }
  }
  WriteSteps(explanation, style, report);
  WriteEvidence(explanation, report);
  WriteRemedies(explanation, response.stamp().as_of(), report);
  report.Heading("Computed from");
  report.Line(StampText(response.stamp()) + ". It supports a decision; it is no legal advice.");
}

}  // namespace onward::cli
