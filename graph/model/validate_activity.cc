// Rules of activities, categories and triage.
#include <algorithm>

#include "graph/model/checker.h"
#include "graph/model/text.h"

namespace onward::model {
namespace {

// 6(1)(a) ... 6(1)(f), 9(2)(a) ... 9(2)(j).
bool IsLegalBasis(std::string_view text) {
  constexpr size_t kLength = 7;
  if (text.size() != kLength || text[5] < 'a' || text.back() != ')') {
    return false;
  }
  const std::string_view paragraph = text.substr(0, 5);
  return (paragraph == "6(1)(" && text[5] <= 'f') || (paragraph == "9(2)(" && text[5] <= 'j');
}

// Reads numbers with the designators of `units` in their order; false where anything else stands.
bool AreUnits(std::string_view text, std::string_view units) {
  constexpr size_t kDigitsMax = 6;
  size_t unit = 0;
  while (!text.empty()) {
    const size_t digits = static_cast<size_t>(
        std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; }) -
        text.begin());
    if (digits == 0 || digits > kDigitsMax || digits == text.size()) {
      return false;
    }
    unit = units.find(text[digits], unit);
    if (unit == std::string_view::npos) {
      return false;
    }
    ++unit;
    text.remove_prefix(digits + 1);
  }
  return true;
}

// P13M, P30D, P2Y6M, P2W, PT24H.
bool IsDuration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') {
    return false;
  }
  text.remove_prefix(1);
  const size_t time_at = text.find('T');
  if (time_at == std::string_view::npos) {
    return AreUnits(text, "YMWD");
  }
  const std::string_view time = text.substr(time_at + 1);
  return !time.empty() && AreUnits(text.substr(0, time_at), "YMWD") && AreUnits(time, "HMS");
}

void CheckRetention(const Activity& activity, const FieldPath& at, Checker& check) {
  check.Each(at, activity.retention, [&](const FieldPath& element, const Retention& entry) {
    check.DataCategories(FieldPath(element, "data_categories"), entry.data_categories, false);
    const FieldPath duration(element, "duration");
    if (!entry.duration.empty() && !IsDuration(entry.duration)) {
      check.Fail(duration, absl::StrCat(Quote(entry.duration),
                                        " is not an ISO 8601 duration, as in P13M, P30D or P2Y6M"));
    }
    check.Text(FieldPath(element, "criteria"), entry.criteria);
    if (entry.duration.empty() && entry.criteria.empty()) {
      check.Fail(element,
                 "neither duration nor criteria; leave the entry out where none is stated");
    }
  });
}

void CheckWho(const Activity& activity, const FieldPath& at, Checker& check) {
  check.Refs(FieldPath(at, "controllers"), activity.controllers);
  check.Ref(FieldPath(at, "processor"), activity.processor);
  check.Refs(FieldPath(at, "on_behalf_of"), activity.on_behalf_of);
  if (activity.controllers.empty() == activity.processor.empty()) {
    check.Fail(FieldPath(at, "controllers"),
               activity.processor.empty()
                   ? "required: name the controllers, or a processor"
                   : "an activity has either controllers or a processor, not both");
  }
  if (activity.processor.empty() && !activity.on_behalf_of.empty()) {
    check.Fail(FieldPath(at, "on_behalf_of"),
               "only an activity of a processor is on behalf of somebody");
  }
}

// kind/id of a record.
bool IsSubject(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return false;
  }
  for (int32_t kind = 1; kind <= static_cast<int32_t>(RecordKind::kLast); ++kind) {
    if (KindName(static_cast<RecordKind>(kind)) == text.substr(0, slash)) {
      return IsValidId(text.substr(slash + 1));
    }
  }
  return false;
}

}  // namespace

void Validate(const Activity& activity, const FieldPath& at, Checker& check) {
  check.Id(FieldPath(at, "id"), activity.id);
  check.Name(FieldPath(at, "name"), activity.name);
  CheckWho(activity, at, check);
  check.Texts(FieldPath(at, "purposes"), activity.purposes);
  check.Each(FieldPath(at, "legal_bases"), activity.legal_bases,
             [&](const FieldPath& element, const std::string& basis) {
               if (!IsLegalBasis(basis)) {
                 check.Fail(element, absl::StrCat(Quote(basis),
                                                  " is not a legal basis: 6(1)(a) to 6(1)(f) or "
                                                  "9(2)(a) to 9(2)(j)"));
               }
             });
  check.DataCategories(FieldPath(at, "data_categories"), activity.data_categories, false);
  check.Texts(FieldPath(at, "data_subject_categories"), activity.data_subject_categories);
  CheckRetention(activity, FieldPath(at, "retention"), check);
  check.Texts(FieldPath(at, "security_measures"), activity.security_measures);
  check.Texts(FieldPath(at, "data_sources"), activity.data_sources);
  check.LabelsAndSources(at, activity.labels, activity.sources);
}

void Validate(const Category& category, const FieldPath& at, Checker& check) {
  const FieldPath id(at, "id");
  if (category.id.empty()) {
    check.Fail(id, "required");
  } else {
    check.CategoryId(id, category.id);
  }
  check.Name(FieldPath(at, "name"), category.name);
  const FieldPath parent(at, "parent");
  if (!category.parent.empty()) {
    check.CategoryId(parent, category.parent);
    if (category.parent == category.id) {
      check.Fail(parent, "names the category itself");
    }
  }
  check.Name(FieldPath(at, "dpv_id"), category.dpv_id);
  check.LabelsAndSources(at, category.labels, category.sources);
}

void Validate(const Triage& triage, const FieldPath& at, Checker& check) {
  check.Id(FieldPath(at, "id"), triage.id);
  check.FindingCode(FieldPath(at, "finding"), triage.finding);
  if (!IsSubject(triage.subject)) {
    check.Fail(FieldPath(at, "subject"),
               absl::StrCat(Quote(triage.subject),
                            " does not name a record as kind/id, as in flow/acme-to-vendor"));
  }
  const FieldPath decision(at, "decision");
  check.Enum(decision, triage.decision);
  if (triage.decision == TriageDecision::kUnspecified) {
    check.Fail(decision, "required: ACCEPTED or FALSE_POSITIVE");
  }
  const FieldPath until(at, "accepted_until");
  if (triage.decision == TriageDecision::kAccepted && !triage.accepted_until.has_value()) {
    check.Fail(until, "required for ACCEPTED");
  }
  if (triage.decision == TriageDecision::kFalsePositive && triage.accepted_until.has_value()) {
    check.Fail(until, "a false positive has no end; ACCEPTED has one");
  }
  check.Required(FieldPath(at, "reason"), triage.reason);
  check.Text(FieldPath(at, "reason"), triage.reason);
  check.Required(FieldPath(at, "owner"), triage.owner);
  check.Name(FieldPath(at, "owner"), triage.owner);
  check.LabelsAndSources(at, triage.labels, triage.sources);
}

}  // namespace onward::model
