#include "clients/cli/text.h"

#include <gmock/gmock.h>

#include "clients/cli/table.h"

namespace onward::cli {
namespace {

using ::testing::ElementsAre;

TEST(Text, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("yhtiö"), 5U);
  EXPECT_EQ(DisplayWidth("o\xCC\x88"), 1U);  // o and a combining mark
  EXPECT_EQ(DisplayWidth("株式"), 4U);
}

TEST(Text, OneLineTakesWhatTerminalsWouldObey) {
  EXPECT_EQ(OneLine("a\x1B[31mb\nc\xE2\x80\xAE"), "a [31mb c ");
  EXPECT_EQ(OneLine("a\xFF"), "a\xEF\xBF\xBD");
}

TEST(Text, ShortensByColumns) {
  EXPECT_EQ(Shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(Shorten("abc def", 5), "abc…");
  EXPECT_EQ(Shorten("abcdef", 5, false), "ab...");
  EXPECT_EQ(Shorten("株式会社", 5), "株式…");
}

TEST(Text, WrapsAtSpacesAndSplitsLongWords) {
  EXPECT_THAT(Wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrap("abcdefghij k", 4), ElementsAre("abcd", "efgh", "ij k"));
  EXPECT_THAT(Wrap("", 4), ElementsAre());
}

TEST(Text, JoinsWhatFits) {
  EXPECT_EQ(JoinShort({"a", "b"}, 10), "a, b");
  EXPECT_EQ(JoinShort({"contact.name", "contact.email", "x", "y"}, 30),
            "contact.name, contact.email +2");
  EXPECT_EQ(JoinShort({"contact.name", "contact.email"}, 5), "c… +1");
}

TEST(TableText, FitsTheWidth) {
  const Table table{{"id", "name"}, {{"a", "short"}, {"b", std::string(50, 'x')}}};
  EXPECT_EQ(TableText(table, 20, true), "ID  NAME\na   short\nb   xxxxxxxxxxxxxxx…\n");
}

TEST(CsvText, QuotesAndDefusesFormulas) {
  const Table table{{"a", "b"}, {{"x,y", "say \"hi\"\n"}, {"=1+1", "-2"}, {"+x", "@y"}}};
  EXPECT_EQ(CsvText(table), "a,b\n\"x,y\",\"say \"\"hi\"\"\n\"\n'=1+1,'-2\n'+x,'@y\n");
}

TEST(MarkdownText, KeepsCellsInTheirColumns) {
  const Table table{{"a"}, {{"x|y\nz <b>"}}};
  EXPECT_EQ(MarkdownText(table), "| a |\n| --- |\n| x\\|y z \\<b> |\n");
}

}  // namespace
}  // namespace onward::cli
