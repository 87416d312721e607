#include "tests/faults/ledger.h"

#include <algorithm>

#include "graph/base/error_detail.h"

namespace onward::faults {
namespace {

constexpr const char* kLaws = "law";
constexpr size_t kRecent = 50;

model::RecordRef RefOf(const std::string& id) { return {model::RecordKind::kParty, id}; }

storage::RecordWrite PutParty(const std::string& id, const std::string& name) {
  model::Party party;
  party.id = id;
  party.display_name = name;
  return {RefOf(id), party};
}

std::string NameAt(const storage::Store& store, const std::string& inventory, const std::string& id,
                   uint64_t revision) {
  const auto record = store.Get(inventory, RefOf(id), revision);
  if (!record.ok()) {
    return record.status().ToString();
  }
  return *record ? std::get<model::Party>((*record)->record).display_name : "nothing";
}

// What the write of a revision is called, read in three ways that must agree.
std::string WriteAt(const storage::Store& store, const std::string& line, uint64_t revision) {
  if (line == kLaws) {
    const auto laws = store.ListLaws();
    if (!laws.ok()) {
      return laws.status().ToString();
    }
    const std::string version = (*laws)[laws->size() - revision].meta.version;
    const auto law = store.GetLaw(version);
    return law.ok() && law->bytes.starts_with(version + " ") ? version : law.status().ToString();
  }
  const auto entries = store.History(line, std::nullopt, revision + 1, 1);
  if (!entries.ok() || entries->size() != 1 || entries->front().revision != revision) {
    return "no entry: " + entries.status().ToString();
  }
  const std::string& name = entries->front().request_id;
  const auto request = store.FindRequest(line, name);
  if (!request.ok() || !*request || (*request)->revision != revision) {
    return name + " without its request";
  }
  const std::string last = NameAt(store, line, "last", revision);
  return last.starts_with(name + " ") && NameAt(store, line, name, revision) == last
             ? name
             : name + " in part: " + last;
}

uint64_t LengthOf(const storage::Store& store, const std::string& line) {
  if (line == kLaws) {
    const auto laws = store.ListLaws();
    return laws.ok() ? laws->size() : 0;
  }
  const auto head = store.GetHead(line);
  return head.ok() ? head->revision : 0;
}

}  // namespace

absl::Status Ledger::WriteOne(storage::Store& store, std::mt19937_64& random) {
  const auto below = [&random](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  const std::string name = "w" + std::to_string(++next_);
  const size_t bytes = below(8) == 0 ? below(30'000) : below(400);
  if (below(12) == 0) {
    return PutLaw(store, name, bytes);
  }
  return Commit(store, std::string(1, static_cast<char>('a' + below(3))), name, bytes);
}

absl::Status Ledger::Commit(storage::Store& store, const std::string& inventory,
                            const std::string& name, size_t bytes) {
  if (lines_.count(inventory) == 0) {
    const absl::Status made = store.CreateInventory(inventory, "", storage::Time()).status();
    if (!made.ok() && !HasReason(made, "INVENTORY_EXISTS")) {
      return made;
    }
    lines_[inventory] = {};
  }
  std::vector<std::string>& line = lines_[inventory];
  storage::CommitMeta meta;
  meta.request_id = name;
  const std::string text = name + " " + std::string(bytes, 'x');
  const auto done =
      store.Commit(inventory, line.size(), {PutParty(name, text), PutParty("last", text)}, meta);
  if (!done.ok()) {
    open_ = Open{inventory, name};
    return done.status();
  }
  line.push_back(name);
  ++acknowledged_;
  return absl::OkStatus();
}

absl::Status Ledger::PutLaw(storage::Store& store, const std::string& name, size_t bytes) {
  const absl::Status put =
      store.PutLaw(name + " " + std::string(bytes, 'y'), {name, "", storage::Time(), "", ""})
          .status();
  if (!put.ok()) {
    open_ = Open{kLaws, name};
    return put;
  }
  lines_[kLaws].push_back(name);
  ++acknowledged_;
  return absl::OkStatus();
}

bool Ledger::Settle(const std::string& line, uint64_t found) {
  std::vector<std::string>& known = lines_[line];
  if (open_ && open_->line == line && found == known.size() + 1) {
    known.push_back(open_->name);
    open_.reset();
  }
  return found == known.size();
}

void Ledger::CheckLine(const storage::Store& store, const std::string& line, bool all,
                       std::vector<std::string>& problems) {
  const uint64_t found = LengthOf(store, line);
  if (!Settle(line, found)) {
    problems.push_back(line + " has " + std::to_string(found) + " writes, not " +
                       std::to_string(lines_[line].size()));
  }
  const std::vector<std::string>& known = lines_[line];
  const size_t until = std::min<size_t>(known.size(), found);
  for (size_t i = all || until < kRecent ? 0 : until - kRecent; i < until; ++i) {
    const std::string write = WriteAt(store, line, i + 1);
    if (write != known[i]) {
      problems.push_back(line + " " + std::to_string(i + 1) + " is " + write + ", not " + known[i]);
    }
  }
}

std::vector<std::string> Ledger::Check(const storage::Store& store, bool all) {
  std::vector<std::string> problems;
  std::vector<std::string> lines;
  for (const auto& [line, names] : lines_) {
    lines.push_back(line);
  }
  if (open_ && lines_.count(open_->line) == 0) {
    lines.push_back(open_->line);
  }
  for (const std::string& line : lines) {
    CheckLine(store, line, all, problems);
  }
  open_.reset();
  return problems;
}

std::vector<std::string> Ledger::CheckReads(const storage::Store& store) const {
  std::vector<std::string> problems;
  for (const auto& [line, names] : lines_) {
    if (LengthOf(store, line) != names.size()) {
      problems.push_back(line + " shows what was not acknowledged, or less");
    } else if (!names.empty() && WriteAt(store, line, names.size()) != names.back()) {
      problems.push_back(line + ": " + WriteAt(store, line, names.size()));
    }
  }
  return problems;
}

}  // namespace onward::faults
