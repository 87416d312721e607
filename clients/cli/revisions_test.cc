// Differences, reverts and compactions as they are shown.
#include "clients/cli/revisions.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/completion.h"

namespace onward::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

v1::DiffResponse Sample() {
  v1::DiffResponse diff;
  diff.set_from_revision(1);
  diff.set_to_revision(3);
  diff.set_added(1);
  diff.set_changed(1);
  diff.set_removed(1);
  v1::RecordDifference* one = diff.add_records();
  one->mutable_ref()->set_kind(v1::RECORD_KIND_PARTY);
  one->mutable_ref()->set_id("new");
  one->mutable_after()->mutable_party()->set_id("new");
  one = diff.add_records();
  one->mutable_ref()->set_kind(v1::RECORD_KIND_PARTY);
  one->mutable_ref()->set_id("vendor");
  one->mutable_before()->mutable_party()->set_id("vendor");
  one->mutable_after()->mutable_party()->set_id("vendor");
  one->add_fields("establishment");
  one->add_fields("labels[team]");
  one = diff.add_records();
  one->mutable_ref()->set_kind(v1::RECORD_KIND_FLOW);
  one->mutable_ref()->set_id("old");
  one->mutable_before()->mutable_flow()->set_id("old");
  return diff;
}

TEST(RevisionsTextTest, ADifferenceInWords) {
  const Answer answer = DiffAnswer(Sample(), false, Style{false, true}, 100);
  EXPECT_THAT(answer.text,
              HasSubstr("From revision 1 to 3: 1 created, 1 changed, 1 deleted\n\n"
                        "+party/new\n~party/vendor (establishment, labels[team])\n-flow/old\n"));
  EXPECT_THAT(answer.text, Not(HasSubstr("verdict")));
  EXPECT_THAT(answer.table.rows[1],
              ElementsAre("changed", "party/vendor", "establishment, labels[team]", "0", "0"));
  EXPECT_EQ(answer.document["records"].size(), 3U);
  EXPECT_EQ(answer.lines.size(), 3U);
}

TEST(RevisionsTextTest, VerdictsThatDifferAndHowManyThereAre) {
  v1::DiffResponse diff = Sample();
  EXPECT_THAT(DiffAnswer(diff, true, Style{false, true}, 100).text,
              HasSubstr("No verdict differs."));
  v1::VerdictChange* change = diff.add_verdict_changes();
  change->set_flow("acme-to-vendor");
  change->set_destination("US");
  change->set_after(v1::VERDICT_LACKING);
  diff.set_verdict_change_count(20'000);
  const Answer answer = DiffAnswer(diff, true, Style{false, true}, 100);
  EXPECT_THAT(answer.text, HasSubstr("acme-to-vendor"));
  EXPECT_THAT(answer.text, HasSubstr("The first 1 of 20000 verdicts"));
  EXPECT_EQ(answer.lines.size(), 4U);
}

// Commands that take no revision to ask about, each with the reason.
const std::map<std::string, std::string>& WithoutARevision() {
  static const std::map<std::string, std::string> kCommands = {
      {"apply", "writes on the head"},
      {"delete", "writes on the head"},
      {"revert", "writes on the head"},
      {"compact", "writes on the head"},
      {"history", "lists revisions"},
      {"diff", "has --from and --to"},
      {"watch", "has --from"},
      {"law", "is of no inventory"},
      {"inventories", "is of no inventory"},
      {"backup", "is of the whole store"},
      {"storage", "is of the whole store"},
      {"audit", "is of the whole chain"},
      {"status", "is of the server"},
      {"completion", "asks nothing"},
      {"version", "asks nothing"}};
  return kCommands;
}

TEST(RevisionsTextTest, EveryCommandThatReadsAnInventoryMayNameItsRevision) {
  const std::string script = CompletionScript("fish");
  for (const Command& command : Commands()) {
    const bool excepted = WithoutARevision().count(command.name) > 0;
    const std::string option = "__fish_seen_subcommand_from " + command.name + "' -l at-revision";
    const bool has = script.find(option) != std::string::npos;
    EXPECT_NE(has, excepted) << command.name;
  }
}

}  // namespace
}  // namespace onward::cli
