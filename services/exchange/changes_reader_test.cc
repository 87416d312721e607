#include "services/exchange/changes_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onward::exchange {
namespace {

using ::testing::HasSubstr;

constexpr char kAll[] = R"(# What if?
kind: Party
id: vendor
establishment: SE
---
kind: Delete
id: flow/acme-to-vendor
---
kind: Annul
id: us_dpf
from: 2026-12-01
---
kind: DropAdequacy
jurisdiction: GB
---
kind: GrantAdequacy
jurisdiction: IO:EPO
from: 2027-01-01
)";

TEST(ChangesReaderTest, ReadsRecordsDeletionsAndChangesOfTheLaw) {
  const ChangesResult result = ReadChangesText(kAll, "changes.yaml");
  ASSERT_TRUE(result.problems.empty()) << ToString(result.problems.list().front());
  const onward::v1::WhatIf& what_if = result.changes.what_if;
  ASSERT_EQ(what_if.mutations_size(), 2);
  EXPECT_EQ(what_if.mutations(0).upsert().party().establishment(), "SE");
  EXPECT_EQ(what_if.mutations(1).delete_().kind(), onward::v1::RECORD_KIND_FLOW);
  EXPECT_EQ(what_if.mutations(1).delete_().id(), "acme-to-vendor");
  ASSERT_EQ(what_if.law_changes_size(), 3);
  EXPECT_EQ(what_if.law_changes(0).annul().id(), "us_dpf");
  EXPECT_EQ(what_if.law_changes(0).annul().from(), "2026-12-01");
  EXPECT_EQ(what_if.law_changes(1).drop_adequacy().jurisdiction(), "GB");
  EXPECT_EQ(what_if.law_changes(1).drop_adequacy().from(), "");
  EXPECT_EQ(what_if.law_changes(2).grant_adequacy().jurisdiction(), "IO:EPO");
}

TEST(ChangesReaderTest, ErrorsOfTheServiceGetTheirPlaces) {
  const ChangesResult result = ReadChangesText(kAll, "changes.yaml");
  const auto at = [&](std::string_view field) {
    const auto place = result.changes.Locate(field);
    return place.has_value() ? ToString(*place) : "nowhere";
  };
  EXPECT_EQ(at("what_if.mutations[0].upsert.party.establishment"), "changes.yaml:4:16");
  EXPECT_EQ(at("what_if.mutations[1].delete"), "changes.yaml:6:1");
  EXPECT_EQ(at("what_if.law_changes[0].annul.id"), "changes.yaml:10:5");
  EXPECT_EQ(at("what_if.law_changes[2].grant_adequacy.from"), "changes.yaml:18:7");
  EXPECT_EQ(at("what_if.law_changes[3].annul.id"), "nowhere");
  EXPECT_EQ(at("as_of"), "nowhere");
  EXPECT_EQ(ChangesPath("what_if.mutations[0].upsert.party.group_parent"), "groupParent");
  EXPECT_EQ(ChangesPath("what_if.law_changes[0].annul.id"), "id");
}

std::string ProblemOf(const std::string& text) {
  const ChangesResult result = ReadChangesText(text, "c.yaml");
  return result.problems.empty() ? "" : ToString(result.problems.list().front());
}

TEST(ChangesReaderTest, TellsWhatIsWrongAndWhere) {
  EXPECT_THAT(ProblemOf("kind: Anul\nid: us_dpf\n"), HasSubstr("c.yaml:1:7: kind: unknown kind"));
  EXPECT_THAT(ProblemOf("kind: Anul\nid: us_dpf\n"), HasSubstr("GrantAdequacy"));
  EXPECT_THAT(ProblemOf("kind: Delete\nid: smartum\n"),
              HasSubstr("c.yaml:2:5: id: names no record"));
  EXPECT_THAT(ProblemOf("kind: Delete\nid: flo/a\n"), HasSubstr("names no record"));
  EXPECT_THAT(ProblemOf("kind: Delete\n"), HasSubstr("names no record"));
  EXPECT_THAT(ProblemOf("kind: Annul\nid: us_dpf\nfrom: 2026-02-30\n"),
              HasSubstr("c.yaml:3:7: from: no such date"));
  EXPECT_THAT(ProblemOf("kind: DropAdequacy\ncountry: GB\n"),
              HasSubstr("c.yaml:2:1: country: unknown field of AdequacyDrop"));
  EXPECT_THAT(ProblemOf("- Annul\n"), HasSubstr("c.yaml:1:1"));
  EXPECT_THAT(ProblemOf("kind: [Annul]\nid: a\n"), HasSubstr("c.yaml:1:7: kind"));
}

}  // namespace
}  // namespace onward::exchange
