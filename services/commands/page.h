// A part of a list: where it starts, how long it may be, and where the next one starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace onward::commands {

// Where a further page goes on. It holds for one revision, one law and one question only; whoever hands
// it out binds it to them.
struct PagePosition {
  uint64_t revision = 0;
  // What the page before ended with; its meaning belongs to the command.
  std::string after;
  // Of the law register that the first page was made from.
  std::string law_version = {};
};

struct PageRequest {
  // At least 1.
  size_t size = 100;
  // Absent: the first page.
  std::optional<PagePosition> from;
};

}  // namespace onward::commands
