#include "services/exchange/yaml_tree.h"

#include <gmock/gmock.h>

#include <random>
#include <string>

namespace onward::exchange {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string OnlyError(const std::string& text, const YamlLimits& limits = {}) {
  const YamlTree tree = ParseYaml(text, limits);
  EXPECT_THAT(tree.errors, SizeIs(1));
  if (tree.errors.empty()) {
    return "";
  }
  const YamlError& error = tree.errors[0];
  return std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message;
}

TEST(YamlTree, PlacesCountCharactersFromOne) {
  const YamlTree tree = ParseYaml("a: 1\nb: {ä: x, c: NO}\n");
  ASSERT_THAT(tree.errors, SizeIs(0));
  ASSERT_THAT(tree.documents, SizeIs(1));
  const YamlNode& root = tree.nodes[tree.documents[0]];
  const YamlNode& b = tree.nodes[root.children[3]];
  const YamlNode& c = tree.nodes[b.children[3]];
  EXPECT_EQ(c.text, "NO");
  EXPECT_EQ(c.line, 2);
  EXPECT_EQ(c.column, 14);
}

TEST(YamlTree, ReadsDocumentsAndSkipsEmptyOnes) {
  EXPECT_THAT(ParseYaml("---\na: 1\n---\n---\nb: 2\n").documents, SizeIs(2));
  EXPECT_THAT(ParseYaml("").documents, SizeIs(0));
  EXPECT_THAT(ParseYaml("# nothing\n").documents, SizeIs(0));
}

TEST(YamlTree, TenMebibytesOfBracketsAreRefusedBeforeParsing) {
  EXPECT_EQ(OnlyError(std::string(size_t{10} << 20, '[')), "1:65: nested deeper than 64 levels");
  EXPECT_THAT(OnlyError("a: " + std::string(70, '{')), HasSubstr("nested deeper"));
}

TEST(YamlTree, DeepBlockNestingIsRefused) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += "- ";
  }
  EXPECT_THAT(OnlyError(text + "x"), HasSubstr("nested deeper than 64 levels"));
  std::string brackets;
  for (int i = 0; i < 100'000; ++i) {
    brackets += "[\na";
  }
  EXPECT_THAT(OnlyError(brackets), HasSubstr("malformed YAML"));
}

TEST(YamlTree, BracketsInTextDoNotCountAcrossRecords) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "k" + std::to_string(i) + ": \"[\"\n";
  }
  EXPECT_THAT(ParseYaml(text).errors, SizeIs(0));
}

TEST(YamlTree, RefusesBytesThatAreNotText) {
  EXPECT_EQ(OnlyError("a: b\nc: \xC3\x28\n"), "2:4: not UTF-8");
  EXPECT_THAT(OnlyError("\xFF\xFE"), HasSubstr("not UTF-8"));
  EXPECT_THAT(OnlyError(std::string("a: \0b", 5)), HasSubstr("control characters"));
}

TEST(YamlTree, ReportsEveryDuplicateKeyWithItsPlace) {
  const YamlTree tree = ParseYaml("a: 1\nb: {x: 1, x: 2}\na: 2\n");
  ASSERT_THAT(tree.errors, SizeIs(2));
  EXPECT_EQ(tree.errors[0].line, 2);
  EXPECT_EQ(tree.errors[1].line, 3);
  EXPECT_THAT(tree.errors[1].message, HasSubstr("duplicate key a"));
}

TEST(YamlTree, KeysAreText) {
  EXPECT_THAT(OnlyError("[a]: b\n"), HasSubstr("a key must be plain text"));
}

TEST(YamlTree, MalformedTextNamesThePlace) {
  EXPECT_THAT(OnlyError("a: [1, 2\nb: 3\n"), HasSubstr("malformed YAML"));
  EXPECT_THAT(OnlyError("a: 'x\n"), HasSubstr("a quote is not closed"));
  EXPECT_THAT(OnlyError("a: \"x\nkind: y"), HasSubstr("a quote is not closed"));
  EXPECT_EQ(OnlyError("a: b\n---\n, x\n"), "3:1: malformed YAML: unexpected character");
  EXPECT_THAT(OnlyError("a: *nothing\n"), HasSubstr("malformed YAML"));
}

TEST(YamlTree, AliasesAreSharedNotCopied) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) {
      text += ", " + before;
    }
    text += "]\n";
  }
  const YamlTree tree = ParseYaml(text);
  EXPECT_THAT(tree.errors, SizeIs(0));
  EXPECT_LT(tree.nodes.size(), 200U);
}

TEST(YamlTree, AnAliasInsideItsAnchorIsRefused) {
  EXPECT_THAT(OnlyError("a: &x [*x]\n"), HasSubstr("inside what it refers to"));
}

TEST(YamlTree, LimitsAreNamed) {
  EXPECT_THAT(OnlyError(std::string(100, 'a'), {.bytes_max = 99}), HasSubstr("larger than"));
  EXPECT_THAT(OnlyError("a: b\n" + std::string(100, 'a'), {.line_bytes_max = 99}),
              HasSubstr("2:100: line longer than 99 bytes"));
  EXPECT_THAT(OnlyError("[a, b, c, d]", {.nodes_max = 4}), HasSubstr("more than 4 values"));
}

// Any bytes: an answer, no crash. The seed is printed on failure.
TEST(YamlTree, SurvivesRandomText) {
  const std::string alphabet = "ab:-[]{},&*!|>'\"%@`#? \n\n  \t~<=.0\\";
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string text;
    const size_t length = random() % 40;
    for (size_t i = 0; i < length; ++i) {
      text.push_back(alphabet[random() % alphabet.size()]);
    }
    const YamlTree tree = ParseYaml(text);
    for (const uint32_t document : tree.documents) {
      ASSERT_LT(document, tree.nodes.size());
    }
  }
}

}  // namespace
}  // namespace onward::exchange
