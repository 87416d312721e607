// Reads and writes domain values as generated protobuf messages of either family, onward.v1 (enums
// are enums, dates are text) and onward.store.v1 (enums are numbers, dates are days). The two use
// the same field names, so one template serves both; no protobuf header is needed here. Include
// wire.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/model/common.h"
#include "graph/model/violations.h"

namespace onward::model {
namespace wire {

template <class T>
inline constexpr bool kIsText = std::is_same_v<std::decay_t<T>, std::string>;

// Longer texts are not repeated in messages.
inline constexpr size_t kQuotedMax = 40;

// Text date; empty is absent.
inline std::optional<Date> ReadDate(const std::string& text, const FieldPath& path,
                                    Violations& violations) {
  if (text.empty()) {
    return std::nullopt;
  }
  const std::optional<Date> date = Date::Parse(text);
  if (!date) {
    violations.Add(path, absl::StrCat(text.size() <= kQuotedMax ? text : "this text",
                                      " is not a calendar date (YYYY-MM-DD)"));
  }
  return date;
}

// Date as days; the same range of years as text.
inline std::optional<Date> ReadDays(int32_t days, const FieldPath& path, Violations& violations) {
  static const Date kFirst = Date::Of(1900, 1, 1);
  static const Date kLast = Date::Of(2999, 12, 31);
  const Date date(days);
  if (date < kFirst || kLast < date) {
    violations.Add(path, absl::StrCat("day ", days, " is outside the calendar (1900 to 2999)"));
    return std::nullopt;
  }
  return date;
}

// Numbers outside the enum are kept; validation refuses them.
template <class Enum, class Wire>
Enum ReadEnum(Wire number) {
  return static_cast<Enum>(static_cast<int32_t>(number));
}
template <class Wire, class Enum>
std::decay_t<Wire> WriteEnum(Enum value) {
  return static_cast<std::decay_t<Wire>>(static_cast<int32_t>(value));
}

template <class Repeated>
Strings ReadStrings(const Repeated& in) {
  return Strings(in.begin(), in.end());
}
template <class Repeated>
void WriteStrings(const Strings& in, Repeated* out) {
  for (const std::string& text : in) {
    *out->Add() = text;
  }
}

template <class Map>
Labels ReadLabels(const Map& in) {
  Labels out;
  for (const auto& [key, value] : in) {
    out.emplace(key, value);
  }
  return out;
}
template <class Map>
void WriteLabels(const Labels& in, Map* out) {
  for (const auto& [key, value] : in) {
    (*out)[key] = value;
  }
}

}  // namespace wire

// Sets the date field `field` of message `out` from a std::optional<Date>.
#define ONWARD_WIRE_SET_DATE(out, field, value)                      \
  do {                                                               \
    if (const std::optional<Date>& wire_date = (value); wire_date) { \
      if constexpr (wire::kIsText<decltype((out).field())>) {        \
        (out).set_##field(wire_date->ToString());                    \
      } else {                                                       \
        (out).set_##field(wire_date->days());                        \
      }                                                              \
    }                                                                \
  } while (false)

// Reads the date field `field` of message `in` into a std::optional<Date>.
#define ONWARD_WIRE_GET_DATE(in, field, path, violations, value)                   \
  do {                                                                             \
    if constexpr (wire::kIsText<decltype((in).field())>) {                         \
      (value) = wire::ReadDate((in).field(), FieldPath(path, #field), violations); \
    } else if ((in).has_##field()) {                                               \
      (value) = wire::ReadDays((in).field(), FieldPath(path, #field), violations); \
    }                                                                              \
  } while (false)

// An interval's two fields `from` and `until`, in whichever message holds them.
template <class Pb>
void IntervalToWire(const Interval& in, Pb& out) {
  ONWARD_WIRE_SET_DATE(out, from,
                       in.from == Date::Min() ? std::nullopt : std::optional<Date>(in.from));
  ONWARD_WIRE_SET_DATE(out, until,
                       in.until == Date::Max() ? std::nullopt : std::optional<Date>(in.until));
}
template <class Pb>
void IntervalFromWire(const Pb& in, const FieldPath& path, Violations& violations, Interval& out) {
  std::optional<Date> from;
  std::optional<Date> until;
  ONWARD_WIRE_GET_DATE(in, from, path, violations, from);
  ONWARD_WIRE_GET_DATE(in, until, path, violations, until);
  out = {from.value_or(Date::Min()), until.value_or(Date::Max())};
}

template <class Pb>
void ToWire(const Interval& in, Pb& out) {
  IntervalToWire(in, out);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Interval& out) {
  IntervalFromWire(in, path, violations, out);
}

template <class Pb>
void ToWire(const Source& in, Pb& out) {
  out.set_document(in.document);
  out.set_section(in.section);
  ONWARD_WIRE_SET_DATE(out, retrieved_on, in.retrieved_on);
  out.set_grade(wire::WriteEnum<decltype(out.grade())>(in.grade));
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Source& out) {
  out.document = in.document();
  out.section = in.section();
  ONWARD_WIRE_GET_DATE(in, retrieved_on, path, violations, out.retrieved_on);
  out.grade = wire::ReadEnum<SourceGrade>(in.grade());
}

template <class Pb>
void ToWire(const Statement& in, Pb& out) {
  out.set_condition(in.condition);
  if (in.met) {
    out.set_met(*in.met);
  }
  IntervalToWire(in.interval, out);
  if (in.source) {
    ToWire(*in.source, *out.mutable_source());
  }
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Statement& out) {
  out.condition = in.condition();
  if (in.has_met()) {
    out.met = in.met();
  }
  IntervalFromWire(in, path, violations, out.interval);
  if (in.has_source()) {
    FromWire(in.source(), FieldPath(path, "source"), violations, out.source.emplace());
  }
}

// A list of nested messages.
template <class T, class Repeated>
void ListToWire(const std::vector<T>& in, Repeated* out) {
  for (const T& item : in) {
    ToWire(item, *out->Add());
  }
}
template <class T, class Repeated>
void ListFromWire(const Repeated& in, const FieldPath& path, Violations& violations,
                  std::vector<T>& out) {
  out.clear();
  out.reserve(static_cast<size_t>(in.size()));
  for (const auto& item : in) {
    const size_t index = out.size();
    FromWire(item, FieldPath(path, index), violations, out.emplace_back());
  }
}

}  // namespace onward::model
