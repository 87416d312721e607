// Parts of CheckRegister, one file per kind of record. Each adds whatever is wrong to the violations.
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "graph/base/date.h"
#include "graph/model/violations.h"
#include "onward/v1/law_register.pb.h"

namespace onward::services {

// Every record by id (jurisdictions by code too), the first one where two claim the same.
struct RegisterIndex {
  std::map<std::string_view, const onward::v1::Jurisdiction*> jurisdictions_by_code;
  std::map<std::string_view, const onward::v1::AdequacyDecision*> decisions;
  std::map<std::string_view, const onward::v1::Scheme*> schemes;
  std::map<std::string_view, const onward::v1::CourtCase*> cases;
  std::map<std::string_view, const onward::v1::Instrument*> instruments;
  // Open where the register does not say.
  Date starts_on = Date::Min();
  Date knowledge_cutoff = Date::Max();

  const onward::v1::Jurisdiction* FindCode(std::string_view code) const {
    const auto it = jurisdictions_by_code.find(code);
    return it == jurisdictions_by_code.end() ? nullptr : it->second;
  }
};

// Checks on the fields of one record. Field names are relative to it.
class RecordCheck {
 public:
  // `record` is what each path begins with: an id, or decisions[3].
  RecordCheck(std::string record, model::Violations& violations)
      : record_(std::move(record)), violations_(violations) {}

  void Problem(std::string_view field, std::string message);
  // Adds a problem unless `holds`.
  void Expect(bool holds, std::string_view field, std::string_view message);
  // Not empty, not blank.
  void Required(std::string_view field, const std::string& text);
  // A date, or nothing and a problem.
  std::optional<Date> RequiredDate(std::string_view field, const std::string& text);
  // A date; nothing if it is empty, or bad, which is a problem.
  std::optional<Date> OptionalDate(std::string_view field, const std::string& text);
  // [from, until) with from required and before until; nothing and a problem otherwise.
  std::optional<Interval> RequiredInterval(std::string_view from, const std::string& from_text,
                                           std::string_view until, const std::string& until_text);
  // The enum's zero stands for "not said".
  template <typename Enum>
  void RequiredEnum(std::string_view field, Enum value) {
    Expect(value != Enum{}, field, "is missing");
  }

  // No problem so far.
  bool clean() const { return clean_; }
  const std::string& record() const { return record_; }

 private:
  std::string record_;
  model::Violations& violations_;
  bool clean_ = true;
};

// field[index], field[index].sub
std::string At(std::string_view field, int index);
std::string Join(std::string_view field, std::string_view sub);

// Ids begin with a letter or digit, then letters, digits and any of : . _ -
bool IsRegisterId(std::string_view id);
// The ids of conditions and exclusions: a small letter, then small letters, digits and _
bool IsConditionId(std::string_view id);

// A condition is complete; those of one record have different ids.
void CheckCondition(std::string_view field, const onward::v1::Condition& condition,
                    RecordCheck& check);
void CheckConditions(std::string_view field,
                     const google::protobuf::RepeatedPtrField<onward::v1::Condition>& conditions,
                     RecordCheck& check);

// Intervals in order, none overlapping, gaps explained by the note of the interval after them.
std::vector<Interval> CheckTerritory(
    std::string_view field,
    const google::protobuf::RepeatedPtrField<onward::v1::TerritoryInterval>& intervals,
    RecordCheck& check);

// The first day of `interval` that no interval of `cover` holds; nothing where all are held. `cover` is
// in order.
std::optional<Date> FirstUncovered(const Interval& interval, const std::vector<Interval>& cover);

// Text is UTF-8 without control characters and within limits, enums are known, no field is unknown. False:
// a list is beyond kRegisterListMax, so that further checks would take long.
bool CheckText(const google::protobuf::Message& message, const std::string& record,
               model::Violations& violations);

void CheckJurisdiction(const onward::v1::Jurisdiction& place, const RegisterIndex& index,
                       RecordCheck& check);
void CheckDecision(const onward::v1::AdequacyDecision& decision, const RegisterIndex& index,
                   RecordCheck& check);
// Decisions that cover the same place in the same way at the same time.
void CheckDecisionOverlaps(const onward::v1::LawRegister& message, model::Violations& violations);
void CheckScheme(const onward::v1::Scheme& scheme, const RegisterIndex& index, RecordCheck& check);
void CheckCase(const onward::v1::CourtCase& court_case, const RegisterIndex& index,
               RecordCheck& check);
void CheckInstrument(const onward::v1::Instrument& instrument, RecordCheck& check);

}  // namespace onward::services
