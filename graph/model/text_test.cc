#include "graph/model/text.h"

#include <gtest/gtest.h>

namespace onward::model {
namespace {

TEST(Text, CountsCodePointsOfValidUtf8) {
  EXPECT_EQ(CountCodePoints(""), 0U);
  EXPECT_EQ(CountCodePoints("abc"), 3U);
  EXPECT_EQ(CountCodePoints("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), 3U);
  EXPECT_EQ(CountCodePoints("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"), 3U);
}

TEST(Text, RefusesWhatIsNoUtf8) {
  for (const std::string_view bytes :
       {"\x80", "\xC3", "\xC3(", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "a\xE2\x82"}) {
    EXPECT_EQ(CountCodePoints(bytes), std::nullopt) << Quote(bytes);
  }
}

TEST(Text, FindsControlCharacters) {
  EXPECT_FALSE(HasControlCharacter("a\xC3\xA4 b", false));
  EXPECT_TRUE(HasControlCharacter("a\nb", false));
  EXPECT_FALSE(HasControlCharacter("a\r\n\tb", true));
  EXPECT_TRUE(HasControlCharacter("a\x1B[31m", true));
  EXPECT_TRUE(HasControlCharacter("\x7F", true));
  EXPECT_TRUE(HasControlCharacter("\xC2\x9B", true));
  EXPECT_TRUE(HasControlCharacter(std::string_view("\0", 1), true));
}

TEST(Text, QuotesAnythingPrintablyAndShort) {
  EXPECT_EQ(Quote("vendor"), "\"vendor\"");
  EXPECT_EQ(Quote("\xFFz"), "\"\\xffz\"");
  EXPECT_EQ(Quote("a\nb"), "\"a\\nb\"");
  EXPECT_LT(Quote(std::string(5000, 'x')).size(), 100U);
  // 79 bytes, then a two-byte letter: cut in front of it, not inside.
  EXPECT_EQ(Quote(std::string(79, 'x') + "\xC3\xA4y"), "\"" + std::string(79, 'x') + "...\"");
}

}  // namespace
}  // namespace onward::model
