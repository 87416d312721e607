#include "storage/record.h"

#include <gmock/gmock.h>

#include "absl/strings/escaping.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "tests/support/sample_records.h"
#include "tests/support/status_matchers.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;

std::string Hex(const std::string& bytes) { return absl::BytesToHexString(bytes); }

model::RecordRef RefOf(const model::Record& record) {
  return {model::KindOf(record), model::IdOf(record)};
}

// These bytes are on disk in every store, and audit chains hold their digests. A difference here makes old
// stores unreadable: add a format instead.
TEST(RecordGoldenTest, Bytes) {
  model::Location location;
  location.id = "hel";
  location.country = "FI";
  location.labels = {{"b", "2"}, {"a", "1"}};
  model::Source source;
  source.document = "d";
  source.retrieved_on = Date::Of(1970, 1, 2);
  location.sources = {source};
  const auto bytes = EncodeRecord(location);
  ONWARD_ASSERT_OK(bytes);
  EXPECT_EQ(Hex(*bytes),
            "1220"        // location, 32 bytes
            "0a0368656c"  // id "hel"
            "12024649"    // country "FI"
            "32060a01611201"
            "31"  // labels, in order of key: a = 1
            "32060a01621201"
            "32"                // b = 2
            "3a050a01641802");  // source: document "d", retrieved_on 1 (zigzag 2)
}

TEST(RecordGoldenTest, DigestsOfOneRecordOfEachKind) {
  const std::vector<std::string> expected = {
      "cfdce822ea4bffda", "d8cd2074d35131f1", "055ee0afc269f67b", "950c50c22ccc75fa",
      "1db2bbae3d5665c9", "85c189994ad8e551", "ef3ab834ed46c694", "591f7901b604e389"};
  const std::vector<model::Record> records = onward::testing::SampleRecords();
  ASSERT_EQ(records.size(), expected.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const auto bytes = EncodeRecord(records[i]);
    ONWARD_ASSERT_OK(bytes);
    EXPECT_EQ(Hex(Sha256(*bytes)).substr(0, 16), expected[i])
        << model::KindName(model::KindOf(records[i]));
  }
}

TEST(RecordGoldenTest, Values) {
  EXPECT_EQ(Hex(EncodeCurrent(258, "xy")), "00000000000001027879");
  EXPECT_EQ(Hex(EncodeVersion("xy")), "017879");
  EXPECT_EQ(Hex(EncodeVersion(std::nullopt)), "00");
}

TEST(RecordTest, EveryKindComesBack) {
  for (const model::Record& record : onward::testing::SampleRecords()) {
    const auto bytes = EncodeRecord(record);
    ONWARD_ASSERT_OK(bytes);
    const auto back = DecodeRecord(*bytes, RefOf(record));
    ONWARD_ASSERT_OK(back);
    EXPECT_EQ(*back, record);
    const auto current = DecodeCurrent(EncodeCurrent(7, *bytes), RefOf(record));
    ONWARD_ASSERT_OK(current);
    EXPECT_EQ(current->last_changed_at, 7U);
    EXPECT_EQ(current->record, record);
    const auto version = DecodeVersion(EncodeVersion(*bytes), RefOf(record));
    ONWARD_ASSERT_OK(version);
    EXPECT_EQ(*version, record);
  }
  EXPECT_EQ(*DecodeVersion(EncodeVersion(std::nullopt), {}), std::nullopt);
}

TEST(RecordTest, WhatWouldNotComeBackIsRefused) {
  model::Party party = onward::testing::SampleParty();
  party.display_name = "\xff";
  EXPECT_THAT(EncodeRecord(party),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
  model::Triage triage = onward::testing::SampleTriage();
  triage.accepted_until = Date::Of(2999, 12, 31).Plus(1);
  EXPECT_THAT(EncodeRecord(triage), StatusIs(absl::StatusCode::kInvalidArgument, _));
}

TEST(RecordTest, AnotherRecordInItsPlaceIsDamage) {
  const auto bytes = EncodeRecord(onward::testing::SampleParty());
  ONWARD_ASSERT_OK(bytes);
  EXPECT_THAT(DecodeRecord(*bytes, {model::RecordKind::kParty, "other"}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("party/other")));
  EXPECT_THAT(DecodeRecord(*bytes, {model::RecordKind::kFlow, "acme"}),
              StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST(RecordTest, DamagedBytesNeverCrashAndAreDamage) {
  const model::Record record = onward::testing::SampleFlow();
  const auto bytes = EncodeRecord(record);
  ONWARD_ASSERT_OK(bytes);
  for (size_t length = 0; length < bytes->size(); ++length) {
    EXPECT_THAT(DecodeRecord(bytes->substr(0, length), RefOf(record)),
                StatusIs(absl::StatusCode::kDataLoss, _));
  }
  for (const std::string& value : {std::string(), std::string("\x02x"), std::string("\x00x", 2)}) {
    EXPECT_THAT(DecodeVersion(value, RefOf(record)), StatusIs(absl::StatusCode::kDataLoss, _));
  }
  EXPECT_THAT(DecodeCurrent("1234567", RefOf(record)), StatusIs(absl::StatusCode::kDataLoss, _));
}

}  // namespace
}  // namespace onward::storage
