#include "tests/scenarios/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "services/law_register/convert.h"
#include "tests/support/law.h"

namespace onward::scenarios {
namespace {

using ::testing::HasSubstr;

Prepared Read(const std::string& name) {
  return Prepared::Read(std::string(ONWARD_SCENARIO_CASES) + "/" + name + ".yaml").value();
}

// The register with the Swiss decision ended by a court on that day.
law::RegisterPtr WithoutSwitzerland(const std::string& day) {
  v1::LawRegister law = *::onward::testing::TheLoadedRegister().message;
  for (v1::AdequacyDecision& decision : *law.mutable_decisions()) {
    if (decision.id() == "adq-CH-2000-518") {
      decision.set_until(day);
      decision.mutable_ended_by()->set_kind(v1::END_KIND_INVALIDATED);
      decision.mutable_ended_by()->set_date(day);
      v1::KnownEnd& known = *decision.add_history();
      known.set_known_from(day);
      known.set_until(day);
    }
  }
  return services::ConvertRegister(law);
}

TEST(DifferencesBetweenTest, NoneBetweenARegisterAndItself) {
  const law::RegisterPtr law = ::onward::testing::TheRegister();
  EXPECT_EQ(DifferencesBetween(law, law, Read("adequacy-ch")), "");
}

TEST(DifferencesBetweenTest, ShowsFromWhichDayWhatBecameWhat) {
  const std::string text = DifferencesBetween(
      ::onward::testing::TheRegister(), WithoutSwitzerland("2025-05-05"), Read("adequacy-ch"));
  EXPECT_THAT(text, HasSubstr("flow to CH"));
  EXPECT_THAT(text,
              HasSubstr("2025-05-05 .. 2026-11-22: COVERED ADEQUACY adq-CH-2000-518 -> LACKING "
                        "INVALIDATED adq-CH-2000-518"));
}

TEST(DifferencesBetweenTest, SilentAboutCasesThatDoNotTouchTheChange) {
  EXPECT_EQ(DifferencesBetween(::onward::testing::TheRegister(), WithoutSwitzerland("2025-05-05"),
                               Read("adequacy-nz")),
            "");
}

}  // namespace
}  // namespace onward::scenarios
