// A date of the register that is a day off must fail a case. What no case can see is listed with the
// reason, what none sees without one is a failure.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/law_register.h"
#include "services/law_register/convert.h"
#include "tests/scenarios/mutation.h"
#include "tests/scenarios/prepared.h"
#include "tests/support/env.h"
#include "tests/support/law.h"

namespace onward::scenarios {
namespace {

// Fewer under a sanitizer, which is about memory, not about the law.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kTriedAtMost = 150;
#else
constexpr uint64_t kTriedAtMost = UINT64_MAX;
#endif

// A moment of a case.
struct Trial {
  const Prepared* prepared = nullptr;
  Moment moment;
  int day = 0;
  int known = 0;
};

int DayOf(const std::string& date) { return Date::Parse(date).value_or(Date(0)).days(); }

std::vector<Trial> TrialsOf(const std::vector<Prepared>& cases) {
  std::vector<Trial> trials;
  for (const Prepared& prepared : cases) {
    for (const Moment& moment : prepared.moments()) {
      trials.push_back({&prepared, moment, DayOf(moment.date), DayOf(moment.law_known_at)});
    }
  }
  return trials;
}

// The trials that may see the mutation, those closest to its date first.
std::vector<Trial> Relevant(const std::vector<Trial>& all, const v1::LawRegister& law,
                            const Mutation& mutation) {
  const std::vector<std::string> through = SeenThrough(law, mutation);
  std::vector<Trial> relevant;
  for (const Trial& trial : all) {
    if (through.empty() || std::any_of(through.begin(), through.end(), [&](const auto& name) {
          return trial.prepared->Names(name);
        })) {
      relevant.push_back(trial);
    }
  }
  const int date = mutation.date.days();
  const auto distance = [date](const Trial& trial) {
    return std::min(std::abs(trial.day - date), std::abs(trial.known - date));
  };
  std::stable_sort(relevant.begin(), relevant.end(),
                   [&](const Trial& a, const Trial& b) { return distance(a) < distance(b); });
  return relevant;
}

bool Fails(const std::vector<Trial>& trials, const law::RegisterPtr& law) {
  return std::any_of(trials.begin(), trials.end(), [&law](const Trial& trial) {
    return !trial.prepared->Holds(law, trial.moment);
  });
}

std::string Row(const Mutation& mutation) {
  std::ostringstream out;
  out << "    " << std::left << std::setw(28) << mutation.id << mutation.date.ToString()
      << (mutation.days < 0 ? " -1  " : " +1  ") << absl::StrJoin(mutation.paths, ", ")
      << (mutation.verified ? "" : " (not verified)");
  return out.str();
}

// Rows by reason.
using Table = std::map<std::string, std::vector<std::string>>;

std::string Text(const Table& table) {
  std::string text;
  for (const auto& [why, rows] : table) {
    absl::StrAppend(&text, "  ", why, " (", rows.size(), ")\n", absl::StrJoin(rows, "\n"), "\n");
  }
  return text;
}

class MutationTest : public ::testing::Test {
 protected:
  static const std::vector<Prepared>& Cases() {
    static const absl::StatusOr<std::vector<Prepared>> kCases = ReadAll(ONWARD_SCENARIO_CASES);
    return kCases.value();
  }
  static const v1::LawRegister& Law() { return *::onward::testing::TheLoadedRegister().message; }
};

TEST_F(MutationTest, EveryCaseHoldsUnderTheRegisterAsItIs) {
  for (const Prepared& prepared : Cases()) {
    for (const Moment& moment : prepared.moments()) {
      EXPECT_TRUE(prepared.Holds(::onward::testing::TheRegister(), moment))
          << prepared.scenario().file << " " << moment.date;
    }
  }
}

TEST_F(MutationTest, EveryDateOfTheRegisterIsKnownToBeReadOrNot) {
  std::vector<std::string> unknown;
  EXPECT_GT(AllMutations(Law(), unknown).size(), 500U);
  EXPECT_EQ(absl::StrJoin(unknown, ", "), "");
}

// ONWARD_MUTATIONS limits how many are tried, spread over all.
TEST_F(MutationTest, EachDateADayOffFailsACase) {
  std::vector<std::string> unknown;
  const std::vector<Mutation> mutations = AllMutations(Law(), unknown);
  const size_t wanted =
      std::min<size_t>(mutations.size(), testing::NumberFromEnv("ONWARD_MUTATIONS", kTriedAtMost));
  const size_t stride = std::max<size_t>(1, mutations.size() / std::max<size_t>(1, wanted));
  const law::RegisterPtr law = ::onward::testing::TheRegister();
  const std::vector<Trial> trials = TrialsOf(Cases());
  size_t tried = 0;
  size_t caught = 0;
  Table table;
  for (size_t i = 0; i < mutations.size(); i += stride) {
    const Mutation& mutation = mutations[i];
    ++tried;
    const law::RegisterPtr mutated = services::ConvertRegister(Mutated(Law(), mutation));
    if (Fails(Relevant(trials, Law(), mutation), mutated)) {
      ++caught;
      continue;
    }
    const std::string why = WhyUnseen(Law(), *law, *mutated, mutation);
    table[why.empty() ? "NO CASE SEES IT" : why].push_back(Row(mutation));
    EXPECT_TRUE(!why.empty() || !mutation.verified) << Row(mutation);
  }
  std::cout << tried << " shifted dates, " << caught << " fail a case; the others:\n"
            << Text(table);
}

}  // namespace
}  // namespace onward::scenarios
