// What a store or server must hold after it was killed: everything acknowledged, in its place; what was
// tried and not acknowledged at most once; nothing else; no revision missing. Lives outside the killed
// process and knows it only by what it said.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onward::crash {

// One write, as tried and as found. `write` is unique; `payload` stands for what was written.
struct Write {
  std::string inventory;
  std::string write;
  std::string payload;
  friend bool operator==(const Write&, const Write&) = default;
};

// The log of law registers, as an inventory.
inline constexpr const char* kLawLog = "laws";

// A line of the protocol between the process to be killed and the oracle, ended by a newline:
//   T inventory write payload            before it is tried
//   A inventory write payload revision   once it is acknowledged
// No field holds a space; a line fits into one atomic write to a pipe.
std::string TriedLine(const Write& write);
std::string AcknowledgedLine(const Write& write, uint64_t revision);

// What one inventory holds: the write of revision n at n - 1; nullopt where there is none.
using Found = std::vector<std::optional<Write>>;

// Not thread-safe.
class Oracle {
 public:
  // Takes a line. Whether it acknowledged something. A line that is none is a problem.
  bool Hear(std::string_view line);
  uint64_t acknowledged() const { return acknowledged_count_; }

  // What is wrong with what was found, by inventory; empty: nothing.
  std::vector<std::string> Problems(const std::map<std::string, Found>& found) const;

 private:
  void CheckInventory(const std::string& inventory, const Found& found,
                      std::vector<std::string>& problems) const;

  // By write.
  std::map<std::string, Write> tried_;
  // By inventory and revision.
  std::map<std::string, std::map<uint64_t, Write>> acknowledged_;
  uint64_t acknowledged_count_ = 0;
  std::vector<std::string> misheard_;
};

}  // namespace onward::crash
