#include "tests/crash/oracle.h"

#include <set>
#include <sstream>

namespace onward::crash {

std::string TriedLine(const Write& write) {
  return "T " + write.inventory + " " + write.write + " " + write.payload + "\n";
}

std::string AcknowledgedLine(const Write& write, uint64_t revision) {
  return "A " + write.inventory + " " + write.write + " " + write.payload + " " +
         std::to_string(revision) + "\n";
}

bool Oracle::Hear(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::string kind;
  Write write;
  uint64_t revision = 0;
  in >> kind >> write.inventory >> write.write >> write.payload;
  if (kind == "T" && in) {
    tried_[write.write] = write;
    return false;
  }
  in >> revision;
  if (kind != "A" || !in) {
    misheard_.push_back("not understood: " + std::string(line));
    return false;
  }
  const auto [at, fresh] = acknowledged_[write.inventory].emplace(revision, write);
  if (!fresh) {
    misheard_.push_back(write.inventory + " revision " + std::to_string(revision) +
                        " was acknowledged twice: " + at->second.write + ", " + write.write);
  }
  ++acknowledged_count_;
  return true;
}

void Oracle::CheckInventory(const std::string& inventory, const Found& found,
                            std::vector<std::string>& problems) const {
  const auto complain = [&](uint64_t revision, const std::string& what) {
    problems.push_back(inventory + " revision " + std::to_string(revision) + ": " + what);
  };
  std::set<std::string> seen;
  for (uint64_t revision = 1; revision <= found.size(); ++revision) {
    const std::optional<Write>& write = found[revision - 1];
    if (!write) {
      complain(revision, "is missing");
      continue;
    }
    if (!seen.insert(write->write).second) {
      complain(revision, write->write + " is there twice");
    }
    const auto tried = tried_.find(write->write);
    if (tried == tried_.end() || tried->second != *write) {
      complain(revision, write->write + " is not what was tried");
    }
  }
  const auto acknowledged = acknowledged_.find(inventory);
  if (acknowledged == acknowledged_.end()) {
    return;
  }
  for (const auto& [revision, write] : acknowledged->second) {
    if (revision == 0 || revision > found.size() || found[revision - 1] != write) {
      complain(revision, "acknowledged " + write.write + " is lost");
    }
  }
}

std::vector<std::string> Oracle::Problems(const std::map<std::string, Found>& found) const {
  std::vector<std::string> problems = misheard_;
  for (const auto& [inventory, writes] : found) {
    CheckInventory(inventory, writes, problems);
  }
  for (const auto& [inventory, revisions] : acknowledged_) {
    if (found.count(inventory) == 0) {
      problems.push_back(inventory + " is lost with its acknowledged writes");
    }
  }
  return problems;
}

}  // namespace onward::crash
