#include "clients/cli/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onward::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ChangeList OneChange() {
  ChangeList list;
  list.stamp.set_as_of("2026-11-22");
  list.from = "2026-11-22";
  list.until = "2027-11-22";
  v1::TimelineEntry entry;
  entry.set_date("2027-09-01");
  entry.set_flow("acme-to-vendor");
  entry.set_exporter("acme");
  entry.set_importer("vendor");
  entry.set_exporter_name("Acme\x1b[31m Oy");
  entry.set_destination("IN");
  entry.set_before(v1::VERDICT_COVERED);
  entry.set_reason_before(v1::VERDICT_REASON_SAFEGUARD);
  entry.set_after(v1::VERDICT_LACKING);
  entry.set_reason_after(v1::VERDICT_REASON_EXPIRED);
  v1::TimelineCause& cause = *entry.add_causes();
  cause.set_subject("agreement/clauses");
  cause.set_text("agreement/clauses ends");
  entry.set_explanation("Nothing carries it.");
  list.entries = {entry};
  return list;
}

TEST(TimelineTest, TextSaysWhenWhatAndWhy) {
  const std::string text = TimelineAnswer(OneChange(), {false, false}, 120).text;
  EXPECT_EQ(text,
            "2027-09-01  Acme [31m Oy -> vendor (IN)  COVERED SAFEGUARD -> LACKING EXPIRED\n"
            "            because: agreement/clauses ends\n"
            "            flow acme-to-vendor: Nothing carries it.\n"
            "\n"
            "1 change from 2026-11-22 until 2027-11-22: 1 to lacking\n"
            "as of 2026-11-22\n");
}

TEST(TimelineTest, ANarrowTerminalBreaksTheLine) {
  const std::string text = TimelineAnswer(OneChange(), {false, false}, 60).text;
  EXPECT_THAT(text, HasSubstr("vendor (IN)\n            COVERED SAFEGUARD -> LACKING EXPIRED\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(TimelineTest, NothingFoundNamesTheDays) {
  ChangeList list = OneChange();
  list.entries.clear();
  EXPECT_THAT(TimelineAnswer(list, Style(), 100).text,
              HasSubstr("No change from 2026-11-22 until 2027-11-22\n"));
  list.from.clear();
  list.until.clear();
  EXPECT_THAT(TimelineAnswer(list, Style(), 100).text, HasSubstr("No change over all dates\n"));
}

TEST(TimelineTest, JsonAndCsvHoldTheAnswer) {
  const Answer answer = TimelineAnswer(OneChange(), Style(), 100);
  EXPECT_EQ(answer.document["from"], "2026-11-22");
  const exchange::Json& entry = answer.document["entries"][0];
  EXPECT_EQ(entry["after"], "LACKING");
  EXPECT_EQ(entry["reasonBefore"], "SAFEGUARD");
  EXPECT_EQ(entry["causes"][0]["subject"], "agreement/clauses");
  ASSERT_EQ(answer.lines.size(), 1U);
  EXPECT_EQ(answer.lines[0], entry);
  ASSERT_EQ(answer.table.rows.size(), 1U);
  EXPECT_EQ(answer.table.rows[0].size(), answer.table.columns.size());
  EXPECT_EQ(answer.table.rows[0][9], "agreement/clauses ends");
}

}  // namespace
}  // namespace onward::cli
