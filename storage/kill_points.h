// Places in the code where a test may end the process or cut the power. A release pays one load of a
// null pointer for each.
//
// To add one: a line in kKillPoints, and AtKillPoint("its.name") where it is. A name that is not in the list
// does not compile; a name that no test reaches fails tests/faults. Names begin with the room that reaches
// them.
#pragma once

#include <array>
#include <atomic>
#include <string_view>

namespace onward::storage {

inline constexpr auto kKillPoints = std::to_array<std::string_view>({
    // A first start.
    "create.folder-locked",
    "create.anchor-drafted",
    "create.anchor-synced",
    "create.anchor-renamed",
    "create.anchor-kept",
    "create.database-made",
    "create.state-written",
    // Every start, and every opening again after an error.
    "open.anchor-read",
    "open.inspected",
    "open.database-open",
    "open.content-read",
    "open.slot-written",
    "open.slot-synced",
    "open.anchor-written",
    // A group of commits.
    "write.group-taken",
    "write.inventory-added",
    "write.commit-added",
    "write.law-added",
    "write.batch-made",
    "write.format-raised",
    "write.wal-synced",
    "write.slot-0-written",
    "write.slot-1-written",
    "write.anchor-synced",
    "write.heads-published",
    "write.laws-published",
    "write.acknowledged",
    // An inventory that is imported.
    "import.number-taken",
    "import.part-written",
    "import.parts-written",
    "import.finished",
    "import.part-dropped",
    // After an error.
    "seal.sealed",
    "seal.closed",
    "seal.opened-again",
    // The reserve of room.
    "space.ballast-dropped",
    "space.ballast-made",
});

// One of kKillPoints.
class KillPoint {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): AtKillPoint("a.name") is the whole use.
  consteval KillPoint(const char* name) : name_(name) {
    for (const std::string_view known : kKillPoints) {
      if (known == name_) {
        return;
      }
    }
    throw "not in kKillPoints";
  }
  std::string_view name() const { return name_; }

 private:
  std::string_view name_;
};

// What happens at kill points; null: nothing. Set before the store is opened. Called by any thread.
using KillPointHook = void (*)(std::string_view name);
inline std::atomic<KillPointHook> kill_point_hook{nullptr};

inline void AtKillPoint(KillPoint point) {
  if (const KillPointHook hook = kill_point_hook.load(std::memory_order_relaxed); hook != nullptr)
      [[unlikely]] {
    hook(point.name());
  }
}

}  // namespace onward::storage
