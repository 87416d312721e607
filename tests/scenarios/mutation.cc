#include "tests/scenarios/mutation.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace onward::scenarios {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Dates that a judge reads.
constexpr std::array<std::string_view, 21> kRead = {
    "starts_on",
    "jurisdictions.directive_95_46.from",
    "jurisdictions.directive_95_46.until",
    "jurisdictions.gdpr_territory.from",
    "jurisdictions.gdpr_territory.until",
    "jurisdictions.free_flow.from",
    "jurisdictions.free_flow.until",
    "jurisdictions.contested_from",
    "jurisdictions.settled_from",
    "decisions.adopted",
    "decisions.from",
    "decisions.exclusions.from",
    "decisions.exclusions.until",
    "decisions.history.known_from",
    "decisions.history.until",
    "schemes.listable_from",
    "instruments.from",
    "instruments.until",
    "instruments.earliest_use",
    "instruments.tia.from",
    "instruments.legacy_reliance.contract_before",
};
constexpr std::string_view kLegacyEnd = "instruments.legacy_reliance.until";

// Dates for people, and those that repeat one of the above (the check of the register compares them).
constexpr std::array<std::string_view, 22> kNotRead = {
    "version",
    "knowledge_cutoff",
    "jurisdictions.eu.from",
    "jurisdictions.eu.until",
    "jurisdictions.eea.from",
    "jurisdictions.eea.until",
    "jurisdictions.events.date",
    "decisions.oj_date",
    "decisions.until",
    "decisions.effect_window.earliest",
    "decisions.effect_window.latest",
    "decisions.ended_by.date",
    "decisions.ended_by.known_from",
    "decisions.amendments.adopted",
    "decisions.reviews.date",
    "schemes.until",
    "instruments.adopted",
    "instruments.published",
    "instruments.repealed",
    "cases.date",
    "cases.lodged",
    "cases.status_confirmed_on",
};

bool IsRead(std::string_view field) {
  return field == kLegacyEnd || std::find(kRead.begin(), kRead.end(), field) != kRead.end();
}

bool IsNotRead(std::string_view field) {
  return std::find(kNotRead.begin(), kNotRead.end(), field) != kNotRead.end();
}

// A date inside a record.
struct DateField {
  std::string path;   // free_flow[0].from
  std::string field;  // free_flow.from
  Date date;
};

std::string Joined(const std::string& head, const std::string& tail) {
  return head.empty() ? tail : absl::StrCat(head, ".", tail);
}

// Every date of a record. Messages of the register are a few levels deep.
void Collect(const Message& message, const std::string& path, const std::string& field,
             std::vector<DateField>& dates) {
  std::vector<const FieldDescriptor*> set;
  const Reflection& reflection = *message.GetReflection();
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* part : set) {
    const std::string name = Joined(field, part->name());
    const std::string place = Joined(path, part->name());
    if (part->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !part->is_repeated()) {
      const std::optional<Date> date = Date::Parse(reflection.GetString(message, part));
      if (date.has_value()) {
        dates.push_back({place, name, *date});
      }
    } else if (part->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && part->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, part); ++i) {
        Collect(reflection.GetRepeatedMessage(message, part, i), absl::StrCat(place, "[", i, "]"),
                name, dates);
      }
    } else if (part->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Collect(reflection.GetMessage(message, part), place, name, dates);
    }
  }
}

// Sets the date at a path of a record.
void SetDate(Message& record, const std::string& path, Date date) {
  Message* holder = &record;
  const std::vector<std::string> parts = absl::StrSplit(path, '.');
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::vector<std::string> name = absl::StrSplit(parts[i], absl::ByAnyChar("[]"));
    const FieldDescriptor* field = holder->GetDescriptor()->FindFieldByName(name.front());
    const Reflection& reflection = *holder->GetReflection();
    int index = 0;
    if (i + 1 == parts.size()) {
      reflection.SetString(holder, field, date.ToString());
    } else if (name.size() > 1 && absl::SimpleAtoi(name[1], &index)) {
      holder = reflection.MutableRepeatedMessage(holder, field, index);
    } else {
      holder = reflection.MutableMessage(holder, field);
    }
  }
}

// Whether a record vouches for a field of its own.
template <typename Record>
bool VouchesFor(const Record& record, const std::string& field) {
  return record.verified() &&
         std::none_of(record.unverified_fields().begin(), record.unverified_fields().end(),
                      [&field](const std::string& entry) {
                        return entry == field || absl::StartsWith(entry, field + " ");
                      });
}

bool VouchesFor(const v1::Scheme& record, const std::string& /*field*/) {
  return record.verified();
}

class Enumerator {
 public:
  explicit Enumerator(std::vector<std::string>& unknown) : unknown_(unknown) {}

  template <typename Record>
  void Add(RecordList list, const std::string& name, int index, const Record& record) {
    std::vector<DateField> dates;
    Collect(record, "", "", dates);
    std::map<Date, Mutation> same;
    for (const DateField& date : dates) {
      const std::string field = Joined(name, date.field);
      if (!IsRead(field)) {
        if (!IsNotRead(field)) {
          unknown_.push_back(field);
        }
        same[date.date].paths.push_back(date.path);
        continue;
      }
      const bool vouched = VouchesFor(record, date.field);
      AddBothWays({list, index, record.id(), {date.path}, date.date, 0, vouched});
      Mutation& joint = same[date.date];
      const bool all = joint.id.empty() ? vouched : joint.verified && vouched;
      joint = {list, index, record.id(), std::move(joint.paths), date.date, 0, all};
      joint.paths.push_back(date.path);
    }
    for (auto& [date, joint] : same) {
      if (!joint.id.empty() && joint.paths.size() > 1) {
        AddBothWays(std::move(joint));
      }
    }
  }
  void AddBothWays(Mutation mutation) {
    for (const int days : {-1, 1}) {
      mutation.days = days;
      mutations_.push_back(mutation);
    }
  }
  std::vector<Mutation> Take() { return std::move(mutations_); }

 private:
  std::vector<std::string>& unknown_;
  std::vector<Mutation> mutations_;
};

template <typename Records>
void AddList(RecordList list, const std::string& name, const Records& records,
             Enumerator& enumerator) {
  for (int i = 0; i < records.size(); ++i) {
    enumerator.Add(list, name, i, records[i]);
  }
}

Message& RecordOf(v1::LawRegister& law, const Mutation& mutation) {
  switch (mutation.list) {
    case RecordList::kJurisdictions:
      return *law.mutable_jurisdictions(mutation.record);
    case RecordList::kDecisions:
      return *law.mutable_decisions(mutation.record);
    case RecordList::kSchemes:
      return *law.mutable_schemes(mutation.record);
    case RecordList::kInstruments:
      return *law.mutable_instruments(mutation.record);
    case RecordList::kRegister:
      break;
  }
  return law;
}

std::vector<std::string> PlacesOf(const v1::AdequacyDecision& decision) {
  std::vector<std::string> places(decision.countries().begin(), decision.countries().end());
  if (!decision.organisation().empty()) {
    places.push_back(decision.organisation());
  }
  return places;
}

}  // namespace

std::vector<Mutation> AllMutations(const v1::LawRegister& law, std::vector<std::string>& unknown) {
  Enumerator enumerator(unknown);
  enumerator.AddBothWays({RecordList::kRegister,
                          0,
                          "register",
                          {"starts_on"},
                          Date::Parse(law.starts_on()).value_or(Date()),
                          0,
                          true});
  AddList(RecordList::kJurisdictions, "jurisdictions", law.jurisdictions(), enumerator);
  AddList(RecordList::kDecisions, "decisions", law.decisions(), enumerator);
  AddList(RecordList::kSchemes, "schemes", law.schemes(), enumerator);
  AddList(RecordList::kInstruments, "instruments", law.instruments(), enumerator);
  return enumerator.Take();
}

v1::LawRegister Mutated(const v1::LawRegister& law, const Mutation& mutation) {
  v1::LawRegister mutated = law;
  for (const std::string& path : mutation.paths) {
    SetDate(RecordOf(mutated, mutation), path, mutation.date.Plus(mutation.days));
  }
  return mutated;
}

std::vector<std::string> SeenThrough(const v1::LawRegister& law, const Mutation& mutation) {
  switch (mutation.list) {
    case RecordList::kJurisdictions:
      return {law.jurisdictions(mutation.record).code()};
    case RecordList::kDecisions:
      return PlacesOf(law.decisions(mutation.record));
    case RecordList::kSchemes:
      for (const v1::AdequacyDecision& decision : law.decisions()) {
        if (decision.id() == law.schemes(mutation.record).decision()) {
          return PlacesOf(decision);
        }
      }
      break;
    case RecordList::kInstruments:
      return {mutation.id};
    case RecordList::kRegister:
      break;
  }
  return {};
}

}  // namespace onward::scenarios
