#include <algorithm>

#include "absl/strings/str_cat.h"
#include "graph/model/text.h"
#include "services/law_register/check.h"

namespace onward::services {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

constexpr size_t kIdMax = 128;

bool IsSmall(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) { return IsSmall(c) || IsDigit(c) || (c >= 'A' && c <= 'Z'); }

}  // namespace

void RecordCheck::Problem(std::string_view field, std::string message) {
  clean_ = false;
  violations_.Add(Join(record_, field), std::move(message));
}

void RecordCheck::Expect(bool holds, std::string_view field, std::string_view message) {
  if (!holds) {
    Problem(field, std::string(message));
  }
}

void RecordCheck::Required(std::string_view field, const std::string& text) {
  Expect(!IsBlank(text), field, "is missing");
}

std::optional<Date> RecordCheck::RequiredDate(std::string_view field, const std::string& text) {
  Expect(!text.empty(), field, "is missing");
  return OptionalDate(field, text);
}

std::optional<Date> RecordCheck::OptionalDate(std::string_view field, const std::string& text) {
  const std::optional<Date> date = Date::Parse(text);
  if (!date && !text.empty()) {
    Problem(field, model::Quote(text) + " is not a date (YYYY-MM-DD)");
  }
  return date;
}

std::optional<Interval> RecordCheck::RequiredInterval(std::string_view from,
                                                      const std::string& from_text,
                                                      std::string_view until,
                                                      const std::string& until_text) {
  const std::optional<Date> first = RequiredDate(from, from_text);
  const std::optional<Date> end = OptionalDate(until, until_text);
  if (!first || (!end && !until_text.empty())) {
    return std::nullopt;
  }
  const Interval interval{*first, end.value_or(Date::Max())};
  if (interval.IsEmpty()) {
    Problem(until,
            absl::StrCat("must be after ", View(from), " ", from_text, ", and is ", until_text));
    return std::nullopt;
  }
  return interval;
}

std::string At(std::string_view field, int index) {
  return absl::StrCat(View(field), "[", index, "]");
}

std::string Join(std::string_view field, std::string_view sub) {
  return sub.empty() ? std::string(field) : absl::StrCat(View(field), ".", View(sub));
}

bool IsRegisterId(std::string_view id) {
  return !id.empty() && id.size() <= kIdMax && IsAlnum(id.front()) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return IsAlnum(c) || c == ':' || c == '.' || c == '_' || c == '-';
         });
}

bool IsConditionId(std::string_view id) {
  return !id.empty() && id.size() <= kIdMax && IsSmall(id.front()) &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return IsSmall(c) || IsDigit(c) || c == '_'; });
}

void CheckCondition(std::string_view field, const onward::v1::Condition& condition,
                    RecordCheck& check) {
  check.Expect(IsConditionId(condition.id()), Join(field, "id"),
               "must be small letters, digits and _, beginning with a letter");
  check.Required(Join(field, "requirement"), condition.requirement());
  check.RequiredEnum(Join(field, "if_unstated"), condition.if_unstated());
}

void CheckConditions(std::string_view field,
                     const google::protobuf::RepeatedPtrField<onward::v1::Condition>& conditions,
                     RecordCheck& check) {
  std::set<std::string_view> seen;
  for (int i = 0; i < conditions.size(); ++i) {
    CheckCondition(At(field, i), conditions[i], check);
    check.Expect(seen.insert(conditions[i].id()).second, Join(At(field, i), "id"),
                 "stands here twice");
  }
}

std::vector<Interval> CheckTerritory(
    std::string_view field,
    const google::protobuf::RepeatedPtrField<onward::v1::TerritoryInterval>& intervals,
    RecordCheck& check) {
  std::vector<Interval> good;
  for (int i = 0; i < intervals.size(); ++i) {
    const std::string at = At(field, i);
    const auto interval = check.RequiredInterval(Join(at, "from"), intervals[i].from(),
                                                 Join(at, "until"), intervals[i].until());
    if (!interval) {
      continue;
    }
    if (!good.empty() && interval->from < good.back().until) {
      check.Problem(Join(at, "from"), "overlaps the interval before it, or is out of order");
    } else if (!good.empty() && interval->from > good.back().until && intervals[i].note().empty()) {
      check.Problem(Join(at, "from"),
                    "leaves a gap after the interval before it; if that is meant, "
                    "say why in its note");
    }
    good.push_back(*interval);
  }
  return good;
}

std::optional<Date> FirstUncovered(const Interval& interval, const std::vector<Interval>& cover) {
  Date reached = interval.from;
  for (const Interval& part : cover) {
    if (reached < interval.until && part.Contains(reached)) {
      reached = part.until;
    }
  }
  return reached < interval.until ? std::optional<Date>(reached) : std::nullopt;
}

}  // namespace onward::services
