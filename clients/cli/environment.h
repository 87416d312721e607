// What the program sees of the world around it; tests give their own.
#pragma once

#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

namespace onward {
class Clock;
}  // namespace onward

namespace onward::cli {

struct Environment {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  // Width of the terminal, or what to take for it.
  int columns = 120;
  // Whether the terminal shows UTF-8.
  bool utf8 = true;
  // An environment variable; nullopt: not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // Of the offline service; null: the system's.
  const Clock* clock = nullptr;
};

}  // namespace onward::cli
