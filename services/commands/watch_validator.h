// What etcd checks of watches, as a class: ordered, unique, reliable, atomic, resumable, bookmarked, and
// each event as it was written. For tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/commands/watch.h"

namespace onward::commands {

// What was written, by revision: acknowledged writes and nothing else. Filled before it is asked.
using WrittenHistory = std::map<uint64_t, std::vector<model::Mutation>>;

// Takes the messages of one watcher, across all its streams, and says what breaks a promise.
class WatchValidator {
 public:
  WatchValidator(std::string name, WatchRequest request)
      : name_(std::move(name)), request_(std::move(request)) {}

  // A stream begins, the first or a further one; `next` is the first revision that it was asked for.
  void Begin(uint64_t next) {
    if (streams_++ > 0 && next != next_) {
      Violated("resumable", absl::StrCat("goes on at ", next, " instead of ", next_));
    }
    next_ = next;
    begun_ = false;
  }

  void Take(const WatchMessage& message) {
    const uint64_t revision = message.basis.revision;
    if (message.progress) {
      TakeMark(revision);
      return;
    }
    if (!begun_) {
      Violated("bookmarked", "no mark came first");
    }
    if (message.cause != WatchCause::kWrite) {
      return;
    }
    if (revision < next_) {
      Violated(revision == last_ ? "unique" : "ordered",
               absl::StrCat("revision ", revision, " came after ", next_ - 1));
    }
    events_.emplace_back(revision, message);
    last_ = revision;
    next_ = revision + 1;
  }

  // First revision that was not told yet: where to go on.
  uint64_t next() const { return next_; }
  size_t events() const { return events_.size(); }

  // Compares all that came with all that was written, from `first` to the last that this watcher was told.
  std::vector<std::string> Check(const WrittenHistory& written, uint64_t first) {
    auto event = events_.begin();
    for (auto it = written.lower_bound(first); it != written.end() && it->first < next_; ++it) {
      const std::vector<std::string> expected = Lines(it->second);
      if (expected.empty()) {
        continue;
      }
      if (event == events_.end() || event->first != it->first) {
        Violated("reliable", absl::StrCat("revision ", it->first, " is missing"));
        return violations_;
      }
      if (Lines(event->second) != expected) {
        Violated("atomic", absl::StrCat("revision ", it->first, " is not what was written"));
      }
      ++event;
    }
    if (event != events_.end()) {
      Violated("reliable", absl::StrCat("revision ", event->first, " was never written"));
    }
    return violations_;
  }

 private:
  void TakeMark(uint64_t revision) {
    // Events that the filter leaves out are passed over by marks.
    if (revision + 1 < next_) {
      Violated("bookmarked", absl::StrCat("mark ", revision, " came after ", next_ - 1));
    }
    if (!begun_ && revision + 1 != next_) {
      Violated("bookmarked", absl::StrCat("the first mark is ", revision));
    }
    begun_ = true;
    next_ = revision + 1;
  }

  static std::string Line(const model::RecordRef& ref, const model::Record* record) {
    if (record == nullptr) {
      return absl::StrCat(model::ToString(ref), " -");
    }
    const auto* party = std::get_if<model::Party>(record);
    const auto* location = std::get_if<model::Location>(record);
    return absl::StrCat(model::ToString(ref), " +", party == nullptr ? "" : party->display_name,
                        location == nullptr ? "" : location->name);
  }
  std::vector<std::string> Lines(const std::vector<model::Mutation>& writes) const {
    std::vector<std::string> lines;
    for (const model::Mutation& write : writes) {
      if (request_.Selects(write.ref)) {
        lines.push_back(Line(write.ref, write.record ? &*write.record : nullptr));
      }
    }
    return lines;
  }
  static std::vector<std::string> Lines(const WatchMessage& message) {
    std::vector<std::string> lines;
    for (const uint32_t number : message.selected) {
      const WatchedRecord& record = message.revision->records[number];
      lines.push_back(Line(record.ref, record.record.get()));
    }
    return lines;
  }

  void Violated(const char* promise, const std::string& what) {
    violations_.push_back(absl::StrCat(name_, ": not ", promise, ": ", what));
  }

  const std::string name_;
  const WatchRequest request_;
  uint64_t next_ = 0;
  uint64_t last_ = 0;
  int streams_ = 0;
  bool begun_ = false;
  std::vector<std::pair<uint64_t, WatchMessage>> events_;
  std::vector<std::string> violations_;
};

}  // namespace onward::commands
