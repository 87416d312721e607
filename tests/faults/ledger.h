// A small world of writes to a store and what must be there afterwards: everything acknowledged, in its place;
// the one write whose outcome is not known wholly or not at all; nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "storage/store.h"

namespace onward::faults {

// Of one writing thread.
class Ledger {
 public:
  // Commits to one of a few inventories, which are made when they are first used, or puts a law register.
  // What it answers; after an error the outcome of this write is not known until Check.
  absl::Status WriteOne(storage::Store& store, std::mt19937_64& random);

  // What is wrong with what the store holds; empty: nothing. Takes the unknown write for done where it is
  // there. `all`: reads every revision again, not only those of the last 50.
  std::vector<std::string> Check(const storage::Store& store, bool all = true);
  // The acknowledged state can be read at the newest revisions; for a store whose writes are sealed.
  std::vector<std::string> CheckReads(const storage::Store& store) const;

  uint64_t acknowledged() const { return acknowledged_; }

 private:
  // A write of an inventory or of the log of law registers ("law"): its unique name is its payload too.
  struct Open {
    std::string line;
    std::string name;
  };

  absl::Status Commit(storage::Store& store, const std::string& inventory, const std::string& name,
                      size_t bytes);
  absl::Status PutLaw(storage::Store& store, const std::string& name, size_t bytes);
  void CheckLine(const storage::Store& store, const std::string& line, bool all,
                 std::vector<std::string>& problems);
  bool Settle(const std::string& line, uint64_t found);

  uint64_t next_ = 0;
  uint64_t acknowledged_ = 0;
  // Names of the writes of each inventory by revision - 1, and of the law registers.
  std::map<std::string, std::vector<std::string>> lines_;
  std::optional<Open> open_;
};

}  // namespace onward::faults
