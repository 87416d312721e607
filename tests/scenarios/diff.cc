#include "tests/scenarios/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/verdict/judge.h"
#include "tests/scenarios/compare.h"

namespace onward::scenarios {
namespace {

// What stands for a flow and destination at one moment.
using Lines = std::map<std::string, std::string>;

Lines LinesOf(const Prepared& prepared, const law::RegisterPtr& law, const Moment& moment) {
  Lines lines;
  for (const v1::Transfer& transfer : prepared.Answers(law, moment)) {
    lines[absl::StrCat(transfer.flow(), " to ", transfer.destination())] =
        Summary(transfer.verdict(), transfer.reason(), transfer.mechanism());
  }
  return lines;
}

void AddBoundaries(const Prepared& prepared, const law::Register& law, std::set<Moment>& moments) {
  const Snapshot& snapshot = prepared.snapshot();
  for (const uint32_t flow : snapshot.FlowsInOrder()) {
    for (const Date day : verdict::Boundaries(snapshot.FlowAt(flow), snapshot, law, Date::Max())) {
      moments.insert({day.ToString(), ""});
    }
  }
}

// Days in a row on which one thing became another.
struct Run {
  std::string change;
  Moment first;
  std::string last;
};

std::string TextOf(const Run& run) {
  const std::string days =
      run.first.date == run.last ? run.last : absl::StrCat(run.first.date, " .. ", run.last);
  const std::string known = run.first.law_known_at.empty()
                                ? ""
                                : absl::StrCat(" (as known on ", run.first.law_known_at, ")");
  return absl::StrCat("    ", days, known, ": ", run.change, "\n");
}

class CaseDiff {
 public:
  CaseDiff(const Prepared& prepared, law::RegisterPtr base, law::RegisterPtr other)
      : prepared_(prepared), base_(std::move(base)), other_(std::move(other)) {}

  std::string Text() {
    std::set<Moment> moments(prepared_.moments().begin(), prepared_.moments().end());
    AddBoundaries(prepared_, *base_, moments);
    AddBoundaries(prepared_, *other_, moments);
    std::vector<Moment> sorted(moments.begin(), moments.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const Moment& a, const Moment& b) {
      return a.law_known_at < b.law_known_at;
    });
    for (const Moment& moment : sorted) {
      Compare(moment);
    }
    std::string text;
    for (const auto& [subject, runs] : runs_) {
      absl::StrAppend(&text, "  ", subject, "\n");
      for (const auto& run : runs) {
        absl::StrAppend(&text, TextOf(run));
      }
    }
    return text;
  }

 private:
  void Compare(const Moment& moment) {
    const Lines before = LinesOf(prepared_, base_, moment);
    const Lines after = LinesOf(prepared_, other_, moment);
    Lines subjects = before;
    subjects.insert(after.begin(), after.end());
    for (const auto& [subject, line] : subjects) {
      const std::string was = Get(before, subject);
      const std::string is = Get(after, subject);
      if (was != is) {
        Add(subject, absl::StrCat(was, " -> ", is), moment);
      }
      same_[subject] = was == is;
    }
  }
  static std::string Get(const Lines& lines, const std::string& subject) {
    const auto found = lines.find(subject);
    return found == lines.end() ? "not listed" : found->second;
  }
  void Add(const std::string& subject, const std::string& change, const Moment& moment) {
    auto& runs = runs_[subject];
    const bool goes_on = !runs.empty() && !same_[subject] && runs.back().change == change &&
                         runs.back().first.law_known_at == moment.law_known_at;
    if (goes_on) {
      runs.back().last = moment.date;
    } else {
      runs.push_back({change, moment, moment.date});
    }
  }

  const Prepared& prepared_;
  law::RegisterPtr base_;
  law::RegisterPtr other_;
  std::map<std::string, std::vector<Run>> runs_;
  std::map<std::string, bool> same_;
};

}  // namespace

std::string DifferencesBetween(const law::RegisterPtr& base, const law::RegisterPtr& other,
                               const Prepared& prepared) {
  return CaseDiff(prepared, base, other).Text();
}

}  // namespace onward::scenarios
