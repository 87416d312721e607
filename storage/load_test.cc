#include "storage/load.h"

#include <gmock/gmock.h>

#include <random>

#include "storage/flow_bytes.h"
#include "storage/record.h"
#include "tests/support/sample_records.h"
#include "tests/support/status_matchers.h"

namespace onward::storage {
namespace {

constexpr uint64_t kHead = 9;

// Keeps what it is told.
class Kept final : public LoadSink {
 public:
  void Add(std::shared_ptr<const model::Record> record) override { records.push_back(*record); }
  uint32_t AddTerms(const model::FlowTerms& of) override {
    terms.push_back(of);
    return static_cast<uint32_t>(terms.size() - 1);
  }
  void AddFlow(std::string_view id, std::string_view exporter, std::string_view importer,
               const Interval& interval, uint32_t number) override {
    model::Flow flow;
    static_cast<model::FlowTerms&>(flow) = terms.at(number);
    flow.id = id;
    flow.exporter = exporter;
    flow.importer = importer;
    flow.interval = interval;
    records.emplace_back(std::move(flow));
  }

  std::vector<model::FlowTerms> terms;
  std::vector<model::Record> records;
};

std::string ValueOf(const model::Record& record, uint64_t revision = 1) {
  return EncodeCurrent(revision, *EncodeRecord(record));
}

absl::Status LoadValue(RecordLoader& loader, const std::string& value, const model::Record& named) {
  return loader.Load(value, model::KindOf(named), model::IdOf(named), kHead);
}

TEST(RecordLoader, GivesOneRecordOfEachKindAsItIs) {
  Kept kept;
  RecordLoader loader(kept);
  const std::vector<model::Record> records = onward::testing::SampleRecords();
  for (const model::Record& record : records) {
    ONWARD_EXPECT_OK(LoadValue(loader, ValueOf(record), record));
  }
  EXPECT_EQ(kept.records, records);
}

TEST(RecordLoader, ReadsTermsOfFlowsOnce) {
  Kept kept;
  RecordLoader loader(kept);
  std::vector<model::Record> flows;
  for (int i = 0; i < 40; ++i) {
    model::Flow flow = onward::testing::SampleFlow();
    flow.id = "f" + std::to_string(i);
    flow.exporter = "from" + std::to_string(i % 3);
    flow.importer = std::string(i % 2 == 0 ? 3 : 200, 'i');
    flow.interval = {i % 5 == 0 ? Date::Min() : Date::Of(1950 + i, 1, 1),
                     i % 7 == 0 ? Date::Max() : Date::Of(2999, 12, 31)};
    if (i % 2 == 0) {
      flow.purposes.clear();
    }
    if (i % 4 < 2) {
      flow.labels.clear();
      flow.sources.clear();
    }
    flows.emplace_back(flow);
    ONWARD_EXPECT_OK(LoadValue(loader, ValueOf(flow), flow));
  }
  EXPECT_EQ(kept.records, flows);
  EXPECT_EQ(kept.terms.size(), 4U);
}

TEST(RecordLoader, AFlowWithoutTermsAndOneWithLettersOfItsOwn) {
  model::Flow bare;
  bare.id = "f";
  bare.exporter = "a";
  bare.importer = "b";
  model::Flow letters = bare;
  letters.importer = "Acm\xC3\xA9";
  Kept kept;
  RecordLoader loader(kept);
  for (int i = 0; i < 2; ++i) {
    ONWARD_EXPECT_OK(LoadValue(loader, ValueOf(bare), bare));
    ONWARD_EXPECT_OK(LoadValue(loader, ValueOf(letters), letters));
  }
  EXPECT_EQ(kept.records, (std::vector<model::Record>{bare, letters, bare, letters}));
}

TEST(RecordLoader, ARecordNewerThanTheHeadIsDamage) {
  Kept kept;
  RecordLoader loader(kept);
  for (const model::Record& record : {model::Record(onward::testing::SampleFlow()),
                                      model::Record(onward::testing::SampleParty())}) {
    ONWARD_EXPECT_OK(LoadValue(loader, ValueOf(record, kHead), record));
    const absl::Status status = LoadValue(loader, ValueOf(record, kHead + 1), record);
    EXPECT_THAT(status, onward::testing::StatusIs(absl::StatusCode::kDataLoss,
                                                  ::testing::HasSubstr(model::IdOf(record))));
  }
}

// A flow whose terms are known is not read as a whole: damage must still be found where reading it would find it,
// and what passes must be what reading it gives.
void ExpectAsDecoded(const std::string& value, const model::Flow& flow) {
  Kept kept;
  RecordLoader loader(kept);
  ONWARD_ASSERT_OK(LoadValue(loader, ValueOf(flow), flow));
  const absl::StatusOr<StoredRecord> decoded =
      DecodeCurrent(value, {model::RecordKind::kFlow, flow.id});
  const absl::Status loaded = LoadValue(loader, value, flow);
  if (decoded.ok() && decoded->last_changed_at > kHead) {
    EXPECT_FALSE(loaded.ok());
    return;
  }
  ASSERT_EQ(loaded, decoded.status());
  if (loaded.ok()) {
    ASSERT_EQ(kept.records.back(), decoded->record);
  }
}

TEST(RecordLoader, DamagedFlowsAreWhatDecodingSays) {
  model::Flow flow = onward::testing::SampleFlow();
  flow.interval = {Date::Of(2020, 1, 1), Date::Of(2031, 5, 5)};
  const std::string value = ValueOf(flow);
  for (size_t at = 0; at < value.size(); ++at) {
    SCOPED_TRACE(at);
    for (const int bit : {0, 3, 7}) {
      std::string damaged = value;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      ExpectAsDecoded(damaged, flow);
    }
    ExpectAsDecoded(value.substr(0, at), flow);
    ExpectAsDecoded(value.substr(0, at) + value.substr(at + 1), flow);
  }
}

TEST(RecordLoader, RandomDamage) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const model::Flow flow = onward::testing::SampleFlow();
  const std::string value = ValueOf(flow);
  for (int i = 0; i < 1'000; ++i) {
    std::string damaged = value;
    const size_t from = random() % value.size();
    const size_t count = random() % 12;
    switch (random() % 3) {
      case 0:
        damaged.insert(from, value.substr(random() % value.size(), count));
        break;
      case 1:
        damaged.erase(from, count);
        break;
      default:
        for (size_t j = from; j < std::min(from + count, damaged.size()); ++j) {
          damaged[j] = static_cast<char>(random());
        }
    }
    ExpectAsDecoded(damaged, flow);
  }
}

}  // namespace
}  // namespace onward::storage
