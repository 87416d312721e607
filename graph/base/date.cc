#include "graph/base/date.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace onward {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

std::optional<int> ParseDigits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> Date::Parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const auto y = ParseDigits(text.substr(0, 4));
  const auto m = ParseDigits(text.substr(5, 2));
  const auto d = ParseDigits(text.substr(8, 2));
  if (!y || !m || !d || *y < 1900 || *y > 2999) {
    return std::nullopt;
  }
  const year_month_day ymd{year(*y), month(static_cast<unsigned>(*m)),
                           day(static_cast<unsigned>(*d))};
  if (!ymd.ok()) {
    return std::nullopt;
  }
  return Date(static_cast<int32_t>(sys_days(ymd).time_since_epoch().count()));
}

Date Date::Of(int y, int m, int d) {
  const year_month_day ymd{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  return Date(static_cast<int32_t>(sys_days(ymd).time_since_epoch().count()));
}

Date Date::PlusMonths(int32_t n) const {
  if (IsOpen()) {
    return *this;
  }
  const year_month_day from{sys_days(std::chrono::days(days_))};
  year_month_day to = from + std::chrono::months(n);
  if (!to.ok()) {
    to = to.year() / to.month() / std::chrono::last;
  }
  return Date(static_cast<int32_t>(sys_days(to).time_since_epoch().count()));
}

std::string Date::ToString() const {
  if (IsOpen()) {
    return "";
  }
  const year_month_day ymd{sys_days(std::chrono::days(days_))};
  std::array<char, 16> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                    static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace onward
