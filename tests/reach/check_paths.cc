// Paths: all of them, in order, as one answer and as many that go on where the one before ended.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "graph/reach/paths.h"
#include "tests/reach/naive_paths.h"

namespace onward::reach_test {

void PrintTo(const NaivePath& path, std::ostream* out) {
  for (const std::string& flow : path.flows) {
    *out << flow << " ";
  }
  *out << "[ ";
  for (const std::string& id : path.categories) {
    *out << id << " ";
  }
  *out << "] " << verdict::Name(path.verdict) << " " << path.worst_flow << " " << path.destination;
}

namespace {

constexpr size_t kMemory = size_t{64} << 20;

class Drawn {
 public:
  explicit Drawn(const ReachCase& c) : c_(c) {}

  size_t Below(size_t max) { return c_.random() % max; }
  bool Chance(size_t percent) { return Below(100) < percent; }
  std::string Party() { return c_.data.IdOf(static_cast<int>(Below(parties()))); }
  size_t parties() const { return static_cast<size_t>(c_.data.parties()); }

  NaivePathsQuestion Question() {
    NaivePathsQuestion question;
    question.from = Party();
    if (Chance(30)) {
      question.to = Party();
      question.to = question.to == question.from ? "" : question.to;
    } else if (Chance(30)) {
      question.country = Chance(50) ? "US" : "IN";
    }
    static const std::vector<std::string> kCategories = {"contact", "contact.email", "financial",
                                                         "contact.phone"};
    if (Chance(25)) {
      question.data_categories = {kCategories[Below(kCategories.size())]};
    }
    for (int i = 0; Chance(30) && i < 3; ++i) {
      question.verdicts.push_back(static_cast<verdict::Verdict>(1 + Below(5)));
    }
    for (int i = 0; Chance(20) && i < 3; ++i) {
      question.through.push_back(Party());
    }
    const std::string avoided = Party();
    if (Chance(20) && avoided != question.from && avoided != question.to) {
      question.not_through = {avoided};
    }
    return question;
  }

 private:
  const ReachCase& c_;
};

reach::PathsQuestion QuestionOf(const ReachCase& c, const NaivePathsQuestion& naive) {
  const auto numbers = [&](const std::vector<std::string>& ids) {
    std::vector<uint32_t> parties;
    for (const std::string& id : ids) {
      parties.push_back(c.judged->snapshot().PartyNumber(id).value());
    }
    return parties;
  };
  reach::PathsQuestion question;
  question.from = numbers({naive.from}).front();
  if (!naive.to.empty()) {
    question.to = numbers({naive.to}).front();
  }
  question.country = naive.country;
  question.verdicts = naive.verdicts;
  question.data_categories = naive.data_categories;
  question.through = numbers(naive.through);
  question.not_through = numbers(naive.not_through);
  return question;
}

NaivePath Plain(const ReachCase& c, const reach::CarryingPath& path) {
  NaivePath plain;
  const auto id = [&](uint32_t edge) {
    return std::string(c.judged->snapshot().FlowId(c.graph->FlowOf(edge)));
  };
  for (const uint32_t edge : path.edges) {
    plain.flows.push_back(id(edge));
  }
  plain.categories = path.categories.all ? std::vector<std::string>{"ALL"} : path.categories.ids;
  plain.verdict = path.verdict;
  plain.worst_flow = id(path.worst_edge);
  plain.destination = path.destination;
  return plain;
}

// All answers joined, each begun where the one before ended.
std::vector<NaivePath> Joined(const ReachCase& c, const reach::PathsQuestion& question,
                              const reach::PathsBounds& bounds, reach::PathsEnd* end) {
  std::vector<NaivePath> paths;
  std::optional<reach::PathsPosition> from;
  while (true) {
    const size_t before = paths.size();
    const auto result = reach::FindPaths(
        *c.graph, question, bounds, from, [] { return absl::OkStatus(); },
        [&](const reach::CarryingPath& path) {
          paths.push_back(Plain(c, path));
          return absl::OkStatus();
        });
    if (!result.ok()) {
      ADD_FAILURE() << result.status();
      return paths;
    }
    EXPECT_LE(paths.size() - before, bounds.paths);
    *end = *result;
    if (!result->next.has_value() || result->next == from) {
      EXPECT_FALSE(result->next.has_value()) << "an answer that gets nowhere";
      return paths;
    }
    from = result->next;
  }
}

}  // namespace

void CheckPaths(const ReachCase& c) {
  Drawn drawn(c);
  const NaivePathsQuestion naive = drawn.Question();
  const std::vector<NaivePath> all = NaivePaths(c, naive);
  reach::PathsQuestion question = QuestionOf(c, naive);
  question.max_hops = static_cast<uint32_t>(1 + drawn.Below(7));
  std::vector<NaivePath> expected;
  std::copy_if(all.begin(), all.end(), std::back_inserter(expected),
               [&](const NaivePath& path) { return path.flows.size() <= question.max_hops; });
  reach::PathsEnd end;
  EXPECT_EQ(Joined(c, question, {10'000, 1'000'000, kMemory}, &end), expected);
  EXPECT_EQ(end.limit, reach::PathsLimit::kNone);
  if (all.size() > expected.size()) {
    EXPECT_TRUE(end.longer_paths);
  }
  const reach::PathsBounds small{1 + drawn.Below(3), 1 + drawn.Below(12), kMemory};
  EXPECT_EQ(Joined(c, question, small, &end), expected);
}

}  // namespace onward::reach_test
