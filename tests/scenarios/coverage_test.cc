// What the cases cover, counted.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "onward/v1/verdict.pb.h"
#include "services/law_register.h"
#include "tests/scenarios/case_file.h"
#include "tests/support/law.h"

namespace onward::scenarios {
namespace {

constexpr char kPrefix[] = "VERDICT_REASON_";

// Flows of different cases, or of one case, that are expected to have a reason or name a mechanism.
using Uses = std::map<std::string, std::set<std::string>>;

struct Counted {
  Uses reasons;
  Uses mechanisms;
};

void Count(const ExpectedOn& on, const std::string& subject, Counted& counted) {
  for (const auto& [date, expected] : on) {
    counted.reasons[expected.reason].insert(subject);
    counted.mechanisms[expected.mechanism].insert(subject);
  }
}

Counted CountAll() {
  Counted counted;
  for (const std::string& file : CaseFiles(ONWARD_SCENARIO_CASES)) {
    const absl::StatusOr<Case> read = ReadCase(file);
    if (!read.ok()) {
      ADD_FAILURE() << read.status().message();
      continue;
    }
    for (const Expectation& expectation : read->expectations) {
      Count(expectation.on, file + " " + expectation.flow, counted);
    }
    for (const ExpectedCheck& check : read->checks) {
      Count(check.on, file + " " + check.from, counted);
    }
    if (!read->nothing_on.empty()) {
      counted.reasons["NOT_IN_EFFECT"].insert(file);  // what is not in effect is not listed
    }
  }
  return counted;
}

TEST(CoverageTest, EveryReasonIsExpectedAtLeastTwice) {
  const Counted counted = CountAll();
  const google::protobuf::EnumDescriptor* const reasons = v1::VerdictReason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    if (reasons->value(i)->number() == 0) {
      continue;
    }
    const std::string name = reasons->value(i)->name().substr(sizeof(kPrefix) - 1);
    const auto found = counted.reasons.find(name);
    EXPECT_GE(found == counted.reasons.end() ? 0U : found->second.size(), 2U) << name;
  }
}

// What carries nothing on any date is no deciding mechanism and need not be named.
bool MayDecide(const v1::Instrument& instrument) {
  return instrument.category() != v1::INSTRUMENT_CATEGORY_ADEQUACY &&
         instrument.look_alike() != v1::LOOK_ALIKE_OUTCOME_LACKING;
}

TEST(CoverageTest, EveryMechanismIsNamedByACase) {
  const Counted counted = CountAll();
  const v1::LawRegister& law = *testing::TheLoadedRegister().message;
  for (const v1::Instrument& instrument : law.instruments()) {
    EXPECT_TRUE(!MayDecide(instrument) || counted.mechanisms.contains(instrument.id()))
        << instrument.id();
  }
  for (const v1::AdequacyDecision& decision : law.decisions()) {
    EXPECT_TRUE(!decision.in_scope() || counted.mechanisms.contains(decision.id()))
        << decision.id();
  }
}

}  // namespace
}  // namespace onward::scenarios
