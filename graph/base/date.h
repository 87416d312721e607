// A calendar date, and the spans that records and legal facts hold for.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onward {

// A day of the proleptic Gregorian calendar, as days since 1970-01-01. Cheap to copy and compare.
class Date {
 public:
  constexpr Date() = default;
  constexpr explicit Date(int32_t days_since_epoch) : days_(days_since_epoch) {}

  // Stand-ins for an open beginning and an open end; never parsed, never printed.
  static constexpr Date Min() { return Date(INT32_MIN); }
  static constexpr Date Max() { return Date(INT32_MAX); }

  // Reads YYYY-MM-DD, years 1900 to 2999. Anything else, 2021-02-30 included: nullopt.
  static std::optional<Date> Parse(std::string_view text);
  // For literals in code and tests; the date must exist.
  static Date Of(int year, int month, int day);

  constexpr int32_t days() const { return days_; }
  constexpr bool IsOpen() const { return *this == Min() || *this == Max(); }
  // The day `n` later; an open end stays open.
  constexpr Date Plus(int32_t n) const { return IsOpen() ? *this : Date(days_ + n); }
  // The same day `n` months later, or the last of that month; an open end stays open.
  Date PlusMonths(int32_t n) const;
  // YYYY-MM-DD; empty for an open end.
  std::string ToString() const;

  friend constexpr auto operator<=>(Date, Date) = default;  // NOLINT(modernize-use-nullptr)

 private:
  int32_t days_ = 0;
};

// [from, until): first day in, last day out; either end may be open.
struct Interval {
  Date from = Date::Min();
  Date until = Date::Max();

  constexpr bool Contains(Date day) const { return from <= day && day < until; }
  constexpr bool IsEmpty() const { return until <= from; }
  constexpr bool Overlaps(const Interval& other) const {
    return from < other.until && other.from < until && !IsEmpty() && !other.IsEmpty();
  }
  constexpr Interval Meet(const Interval& other) const {
    return {from > other.from ? from : other.from, until < other.until ? until : other.until};
  }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

}  // namespace onward
