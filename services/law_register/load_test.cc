// Text form, merging, the built-in form, and the vocabulary.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "services/law_register.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"

namespace onward::services {
namespace {

using onward::testing::StatusIs;
using onward::testing::TheLoadedRegister;
using onward::v1::LawRegister;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ParseRegisterTextTest, ErrorsNameFileLineAndColumn) {
  const auto parsed =
      ParseRegisterText("version: \"2026-11-22\"\ndecisions {\n  colour: 1\n}\n", "law.txtpb");
  EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument,
                               AllOf(HasSubstr("law.txtpb:3:"), HasSubstr("colour"))));
}

TEST(ParseRegisterTextTest, BadTextIsRefused) {
  for (const char* text :
       {"decisions {", "decisions { regime: BLUE }", "version: \"a\" version: \"b\"", "\xff\xfe",
        "decisions { decisions { } }", "instruments: 7"}) {
    EXPECT_THAT(ParseRegisterText(text, "x"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("x:")))
        << text;
  }
}

TEST(ParseRegisterTextTest, DeepNestingAndLargeFilesAreRefused) {
  EXPECT_FALSE(ParseRegisterText(std::string(1 << 20, '{'), "x").ok());
  EXPECT_THAT(ParseRegisterText(std::string(kRegisterFileBytesMax + 1, ' '), "x"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("larger than")));
}

class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/onward_law_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(FilesTest, AllTextFilesOfAFolderAreMerged) {
  Write("b.txtpb", "version: \"2026-11-22\" schemes { id: \"s\" }");
  Write("a.txtpb", "schemes { id: \"t\" }");
  Write("README.md", "not a register");
  const auto merged = ReadRegisterFolder(folder_.string());
  ONWARD_ASSERT_OK(merged);
  EXPECT_EQ(merged->version(), "2026-11-22");
  ASSERT_EQ(merged->schemes_size(), 2);
  EXPECT_EQ(merged->schemes(0).id(), "t");
}

TEST_F(FilesTest, SingleFieldsStandInOneFile) {
  const std::string a = Write("a.txtpb", "version: \"2026-11-22\"");
  const std::string b = Write("b.txtpb", "version: \"2026-11-23\"");
  EXPECT_THAT(ReadRegisterFiles({a, b}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("b.txtpb"), HasSubstr("version stands in another file"))));
}

TEST_F(FilesTest, WhatIsNotThereIsNamed) {
  EXPECT_THAT(ReadRegisterFiles({(folder_ / "none.txtpb").string()}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.txtpb")));
  EXPECT_THAT(ReadRegisterFolder(folder_.string()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no folder with")));
  EXPECT_THAT(ReadRegisterFolder((folder_ / "none").string()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  EXPECT_FALSE(ReadRegisterFiles({folder_.string()}).ok());
}

TEST(BuiltInRegisterTest, IsWhatTheFilesSay) {
  const auto files = ReadRegisterFolder(ONWARD_REGISTER_DIR);
  ONWARD_ASSERT_OK(files);
  const auto loaded = LoadRegister(*files);
  ONWARD_ASSERT_OK(loaded);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*loaded->message,
                                                                 *TheLoadedRegister().message));
}

TEST(LoadRegisterTest, TheOrderOfFilesDoesNotMatter) {
  LawRegister shuffled = *TheLoadedRegister().message;
  std::reverse(shuffled.mutable_instruments()->begin(), shuffled.mutable_instruments()->end());
  std::reverse(shuffled.mutable_jurisdictions()->begin(), shuffled.mutable_jurisdictions()->end());
  const auto loaded = LoadRegister(shuffled);
  ONWARD_ASSERT_OK(loaded);
  EXPECT_EQ(loaded->message->SerializeAsString(), TheLoadedRegister().message->SerializeAsString());
}

TEST(LoadRegisterTest, BothFormsHoldTheSameRecords) {
  const auto& loaded = TheLoadedRegister();
  ASSERT_EQ(loaded.domain->instruments().size(),
            static_cast<size_t>(loaded.message->instruments_size()));
  for (const auto& instrument : loaded.message->instruments()) {
    const law::Instrument* found = loaded.domain->FindInstrument(instrument.id());
    ASSERT_NE(found, nullptr) << instrument.id();
    EXPECT_EQ(found->interval.from.ToString(), instrument.from());
    EXPECT_EQ(found->interval.until.ToString(), instrument.until());
    EXPECT_EQ(found->role_pairs.size(), static_cast<size_t>(instrument.role_pairs_size()));
    EXPECT_EQ(found->source, instrument.source());
  }
  for (const auto& decision : loaded.message->decisions()) {
    const law::Decision* found = loaded.domain->FindDecision(decision.id());
    ASSERT_NE(found, nullptr) << decision.id();
    EXPECT_EQ(found->interval.until.ToString(), decision.until());
    EXPECT_EQ(found->IntervalKnownAt(Date::Max()), found->interval) << decision.id();
  }
}

TEST(VocabularyTest, KnowsTheRegisterAndOutlivesItsHandle) {
  const model::Vocabulary vocabulary =
      MakeVocabulary(LoadRegister(*TheLoadedRegister().message)->domain);
  EXPECT_TRUE(vocabulary.is_jurisdiction("IO:EPO"));
  EXPECT_TRUE(vocabulary.is_jurisdiction("GLOBAL"));
  EXPECT_FALSE(vocabulary.is_jurisdiction("QQ"));
  EXPECT_TRUE(vocabulary.is_instrument("art28"));
  EXPECT_FALSE(vocabulary.is_instrument("us_dpf"));
  EXPECT_TRUE(vocabulary.is_scheme("us_dpf"));
  EXPECT_TRUE(vocabulary.is_condition("processing_unchanged"));
  EXPECT_TRUE(vocabulary.is_condition("recipient_public_sector"));
  EXPECT_FALSE(vocabulary.is_condition(""));
}

TEST(VocabularyTest, KnowsTheCatalogueOfFindings) {
  const model::Vocabulary vocabulary = MakeVocabulary(onward::testing::TheRegister());
  EXPECT_TRUE(vocabulary.is_finding("TRANSFER_LACKING"));
  EXPECT_FALSE(vocabulary.is_finding("INVALIDATED"));
  EXPECT_THAT(vocabulary.suggest("TRANSFER_LAKCING"), ::testing::ElementsAre("TRANSFER_LACKING"));
}

TEST(VocabularyTest, SuggestsTheNearestIds) {
  const model::Vocabulary vocabulary = MakeVocabulary(onward::testing::TheRegister());
  EXPECT_THAT(vocabulary.suggest("scc-2021-914-m22"), ::testing::Contains("scc-2021-914-m2"));
  EXPECT_EQ(vocabulary.suggest("procesing_unchanged").front(), "processing_unchanged");
  EXPECT_THAT(vocabulary.suggest("us_dfp"), ::testing::Contains("us_dpf"));
  EXPECT_THAT(vocabulary.suggest("nothing-like-it-at-all"), IsEmpty());
  EXPECT_LE(vocabulary.suggest("eu-gdpr:A49-1-x").size(), 3U);
}

}  // namespace
}  // namespace onward::services
