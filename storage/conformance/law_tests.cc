// Law registers.
#include "storage/conformance/conformance.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

LawMeta MetaOf(const std::string& version, const std::string& comment = "") {
  return {version, "2026-10-08", At(1'234'567), "ann", comment};
}

LawInfo PutLaw(Store& store, const std::string& bytes, const LawMeta& meta) {
  const auto info = store.PutLaw(bytes, meta);
  EXPECT_THAT(info, ::onward::testing::IsOk());
  return info.value_or(LawInfo());
}

// number version comment, of each put.
std::vector<std::string> Log(const Store& store) {
  const auto laws = store.ListLaws();
  EXPECT_THAT(laws, ::onward::testing::IsOk());
  std::vector<std::string> log;
  for (const LawInfo& info : laws.value_or(std::vector<LawInfo>())) {
    log.push_back(std::to_string(info.number) + " " + info.meta.version + " " + info.meta.comment);
  }
  return log;
}

TEST_P(ConformanceTest, ANewStoreHasNoLawRegister) {
  EXPECT_THAT(Log(store()), IsEmpty());
  const auto law = store().GetLaw("2026-12-01");
  EXPECT_THAT(law, StatusIs(absl::StatusCode::kNotFound, HasSubstr("2026-12-01")));
  EXPECT_THAT(law, HasErrorReason("REGISTER_VERSION_NOT_FOUND"));
}

TEST_P(ConformanceTest, ALawRegisterComesBackWithWhoWhenAndWhy) {
  const std::string bytes("\0\xff register", 11);
  const LawInfo put = PutLaw(store(), bytes, MetaOf("2026-12-01", "a new decision"));
  EXPECT_EQ(put.number, 1U);
  EXPECT_EQ(put.digest.size(), 32U);
  const auto law = store().GetLaw("2026-12-01");
  ONWARD_ASSERT_OK(law);
  EXPECT_EQ(law->bytes, bytes);
  EXPECT_EQ(law->info, put);
  EXPECT_EQ(law->info.meta, MetaOf("2026-12-01", "a new decision"));
}

TEST_P(ConformanceTest, LawRegistersAreListedNewestFirst) {
  PutLaw(store(), "one", MetaOf("2026-12-01", "a"));
  PutLaw(store(), "two", MetaOf("2026-12-02", "b"));
  EXPECT_THAT(Log(store()), ElementsAre("2 2026-12-02 b", "1 2026-12-01 a"));
  EXPECT_EQ(store().GetLaw("2026-12-01")->bytes, "one");
}

TEST_P(ConformanceTest, AVersionNamesOneLawRegisterForEver) {
  const LawInfo first = PutLaw(store(), "one", MetaOf("2026-12-01"));
  const auto other = store().PutLaw("other", MetaOf("2026-12-01"));
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("2026-12-01")));
  EXPECT_THAT(other, HasErrorReason("REGISTER_VERSION_EXISTS"));
  EXPECT_EQ(store().GetLaw("2026-12-01")->info, first);
  EXPECT_EQ(Log(store()).size(), 1U);
}

TEST_P(ConformanceTest, AnEarlierLawRegisterMayBePutAgain) {
  PutLaw(store(), "one", MetaOf("2026-12-01", "first"));
  PutLaw(store(), "two", MetaOf("2026-12-02", "then"));
  const LawInfo again = PutLaw(store(), "one", MetaOf("2026-12-01", "back"));
  EXPECT_EQ(again.number, 3U);
  EXPECT_THAT(Log(store()),
              ElementsAre("3 2026-12-01 back", "2 2026-12-02 then", "1 2026-12-01 first"));
  EXPECT_EQ(store().GetLaw("2026-12-01")->info, again);
}

TEST_P(ConformanceTest, ALawRegisterThatCannotBeKeptIsRefused) {
  const LawMeta no_text{"2026-12-01", "", Time(), "\xff", ""};
  for (const auto& [bytes, meta] :
       {std::pair(std::string("x"), MetaOf("")), std::pair(std::string("x"), MetaOf("\xff")),
        std::pair(std::string("x"), MetaOf(std::string(129, 'v'))),
        std::pair(std::string("x"), MetaOf(std::string("a\0b", 3))),
        std::pair(std::string(), MetaOf("2026-12-01")), std::pair(std::string("x"), no_text)}) {
    EXPECT_THAT(store().PutLaw(bytes, meta), StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
  EXPECT_THAT(Log(store()), IsEmpty());
}

TEST_P(ConformanceTest, LawRegistersDoNotTouchInventories) {
  Create("acme");
  PutLaw(store(), "one", MetaOf("2026-12-01"));
  Commit("acme", {PutParty("p", "1")});
  PutLaw(store(), "two", MetaOf("2026-12-02"));
  EXPECT_EQ(Head("acme"), 1U);
  EXPECT_EQ(store().ListInventories()->size(), 1U);
  EXPECT_EQ(NameAt("acme", "p", 1), "1");
}

TEST_P(ConformanceTest, LawRegistersAreThereAfterOpeningAgain) {
  ONWARD_NEEDS_REOPEN();
  Create("acme");
  PutLaw(store(), "one", MetaOf("2026-12-01", "a"));
  Reopen();
  EXPECT_THAT(Log(store()), ElementsAre("1 2026-12-01 a"));
  const LawInfo second = PutLaw(store(), "two", MetaOf("2026-12-02", "b"));
  Commit("acme", {PutParty("p", "1")});
  Reopen();
  EXPECT_THAT(Log(store()), ElementsAre("2 2026-12-02 b", "1 2026-12-01 a"));
  EXPECT_EQ(store().GetLaw("2026-12-02")->info, second);
  EXPECT_EQ(store().GetLaw("2026-12-01")->bytes, "one");
  EXPECT_THAT(store().PutLaw("other", MetaOf("2026-12-01")),
              HasErrorReason("REGISTER_VERSION_EXISTS"));
}

}  // namespace
}  // namespace onward::storage
