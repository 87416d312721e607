// Get, Scan and History at revisions.
#include <algorithm>

#include "storage/conformance/conformance.h"
#include "storage/load.h"
#include "tests/support/sample_records.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(ConformanceTest, ALaterRevisionIsInTheFuture) {
  Create("a");
  Commit("a", {PutParty("p", "1")});
  const absl::Status get = store().Get("a", PartyRef("p"), 2).status();
  const absl::Status scan = store().Scan("a", 2, [](const StoredRecord&) { return true; });
  for (const absl::Status& status : {get, scan}) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange, _));
    const auto detail = DetailOf(status);
    ASSERT_TRUE(detail.has_value());
    EXPECT_EQ(*detail, (ErrorDetail{"REVISION_IN_FUTURE", {{"head", "1"}, {"revision", "2"}}}));
  }
}

TEST_P(ConformanceTest, GetAnswersAsOfEachRevision) {
  Create("a");
  Commit("a", {});
  Commit("a", {PutParty("p", "A")});
  Commit("a", {PutParty("other", "x")});
  Commit("a", {PutParty("p", "B")});
  Commit("a", {DeleteParty("p")});
  Commit("a", {});
  Commit("a", {PutParty("p", "C")});
  const std::vector<std::string> expected = {"-", "-", "A", "A", "B", "-", "-", "C"};
  for (uint64_t revision = 0; revision < expected.size(); ++revision) {
    EXPECT_EQ(NameAt("a", "p", revision), expected[revision]) << revision;
  }
  EXPECT_EQ((*store().Get("a", PartyRef("p"), 3))->last_changed_at, 2U);
  EXPECT_EQ((*store().Get("a", PartyRef("p"), 7))->last_changed_at, 7U);
}

TEST_P(ConformanceTest, GetOfSomethingNeverWrittenIsNothing) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("p-x", "2")});
  for (const std::string& id : {std::string("q"), std::string("p-"), std::string(),
                                std::string(129, 'a'), std::string("p\0x", 3)}) {
    EXPECT_EQ(NameAt("a", id, 1), "-") << id;
  }
  EXPECT_EQ(*store().Get("a", {model::RecordKind::kFlow, "p"}, 1), std::nullopt);
}

TEST_P(ConformanceTest, ScanAnswersAsOfEachRevision) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1")});
  Commit("a", {PutParty("p", "2"), PutParty("r", "2")});
  Commit("a", {DeleteParty("q")});
  Commit("a", {PutParty("q", "4"), DeleteParty("p")});
  EXPECT_THAT(ScanAt("a", 0), IsEmpty());
  EXPECT_THAT(ScanAt("a", 1), ElementsAre("p=1@1", "q=1@1"));
  EXPECT_THAT(ScanAt("a", 2), ElementsAre("p=2@2", "q=1@1", "r=2@2"));
  EXPECT_THAT(ScanAt("a", 3), ElementsAre("p=2@2", "r=2@2"));
  EXPECT_THAT(ScanAt("a", 4), ElementsAre("q=4@4", "r=2@2"));
}

TEST_P(ConformanceTest, ScanIsInOrderOfKindAndId) {
  Create("a");
  std::vector<RecordWrite> writes;
  for (const model::Record& record : onward::testing::SampleRecords()) {
    writes.insert(writes.begin(), {{model::KindOf(record), model::IdOf(record)}, record});
  }
  for (const char* id : {"b", "a-b", "a", "a.b", "ab", "a_b", "a0"}) {
    writes.push_back(PutParty(id, ""));
  }
  Commit("a", writes);
  Commit("a", {});
  for (const uint64_t revision : {1U, 2U}) {
    std::vector<model::RecordRef> seen;
    ONWARD_ASSERT_OK(store().Scan("a", revision, [&seen](const StoredRecord& stored) {
      seen.push_back({model::KindOf(stored.record), model::IdOf(stored.record)});
      return true;
    }));
    EXPECT_EQ(seen.size(), writes.size());
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  }
}

TEST_P(ConformanceTest, ScanStopsWhenTold) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1"), PutParty("r", "1")});
  Commit("a", {});
  for (const uint64_t revision : {1U, 2U}) {
    int seen = 0;
    ONWARD_EXPECT_OK(
        store().Scan("a", revision, [&seen](const StoredRecord&) { return ++seen < 2; }));
    EXPECT_EQ(seen, 2);
  }
}

// Keeps what a load hands to one sink.
class SinkOfRefs final : public LoadSink {
 public:
  void Add(std::shared_ptr<const model::Record> record) override { seen.push_back(*record); }
  uint32_t AddTerms(const model::FlowTerms& terms) override {
    terms_.push_back(terms);
    return static_cast<uint32_t>(terms_.size() - 1);
  }
  void AddFlow(std::string_view id, std::string_view exporter, std::string_view importer,
               const Interval& interval, uint32_t terms) override {
    seen.emplace_back(model::Flow{terms_.at(terms), std::string(id), std::string(exporter),
                                  std::string(importer), interval});
  }

  std::vector<model::Record> seen;

 private:
  std::vector<model::FlowTerms> terms_;
};

// By so many sinks; those that got something are counted.
std::vector<model::Record> Loaded(const Store& store, uint64_t revision, size_t sinks,
                                  size_t* used = nullptr) {
  std::vector<SinkOfRefs> parts(sinks);
  std::vector<LoadSink*> told;
  for (SinkOfRefs& part : parts) {
    told.push_back(&part);
  }
  const absl::StatusOr<bool> whole = store.Load("a", revision, told, {});
  EXPECT_TRUE(whole.ok() && *whole) << whole.status();
  std::vector<model::Record> all;
  for (SinkOfRefs& part : parts) {
    if (used != nullptr && !part.seen.empty()) {
      ++*used;
    }
    all.insert(all.end(), part.seen.begin(), part.seen.end());
  }
  return all;
}

std::vector<model::Record> Scanned(const Store& store, uint64_t revision) {
  std::vector<model::Record> all;
  ONWARD_EXPECT_OK(store.Scan("a", revision, [&all](const StoredRecord& stored) {
    all.push_back(stored.record);
    return true;
  }));
  return all;
}

TEST_P(ConformanceTest, ALoadIsWhatAScanVisits) {
  Create("a");
  std::vector<RecordWrite> writes;
  for (const model::Record& record : onward::testing::SampleRecords()) {
    writes.push_back({{model::KindOf(record), model::IdOf(record)}, record});
  }
  Commit("a", writes);
  writes.clear();
  for (int i = 0; i < 4'000; ++i) {
    model::Flow flow = onward::testing::SampleFlow();
    flow.id += std::to_string(i);
    flow.purposes = {std::to_string(i % 7)};
    writes.push_back({{model::RecordKind::kFlow, flow.id}, flow});
  }
  Commit("a", writes);
  Commit("a", {DeleteParty("acme"), PutParty("b", "2")});
  for (uint64_t revision = 0; revision <= 3; ++revision) {
    const std::vector<model::Record> expected = Scanned(store(), revision);
    for (const size_t sinks : {1U, 2U, 5U}) {
      EXPECT_EQ(Loaded(store(), revision, sinks), expected) << revision << " " << sinks;
    }
  }
}

TEST_P(ConformanceTest, ALoadStopsWhenToldAndSaysSo) {
  Create("a");
  Commit("a", {PutParty("p", "1")});
  SinkOfRefs sink;
  std::vector<RecordWrite> writes;
  for (int i = 0; i < 2'100; ++i) {
    writes.push_back(PutParty(std::to_string(i), ""));
  }
  Commit("a", writes);
  const absl::StatusOr<bool> whole = store().Load("a", 2, {&sink}, [] { return true; });
  ONWARD_ASSERT_OK(whole);
  EXPECT_FALSE(*whole);
  EXPECT_LT(sink.seen.size(), writes.size());
  EXPECT_THAT(store().Load("a", 3, {&sink}, {}), HasErrorReason("REVISION_IN_FUTURE"));
}

TEST_P(ConformanceTest, AScanMayUseTheStoreAndDoesNotSeeWhatIsWrittenMeanwhile) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1"), PutParty("r", "1")});
  std::vector<std::string> seen;
  ONWARD_ASSERT_OK(store().Scan("a", 1, [&](const StoredRecord& stored) {
    seen.push_back(model::IdOf(stored.record) + "=" +
                   std::get<model::Party>(stored.record).display_name);
    if (seen.size() == 1) {
      Commit("a", {PutParty("p2", "new"), PutParty("q", "new"), DeleteParty("r")});
    }
    return true;
  }));
  EXPECT_THAT(seen, ElementsAre("p=1", "q=1", "r=1"));
  EXPECT_THAT(ScanAt("a", 2), ElementsAre("p=1@1", "p2=new@2", "q=new@2"));
}

TEST_P(ConformanceTest, HistoryIsNewestFirstAndPaged) {
  Create("a");
  for (int i = 1; i <= 5; ++i) {
    Commit("a", {PutParty("p", std::to_string(i))});
  }
  const auto revisions = [this](uint64_t before, size_t limit) {
    return Revisions("a", std::nullopt, before, limit);
  };
  EXPECT_THAT(revisions(0, 10), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(revisions(0, 2), ElementsAre(5, 4));
  EXPECT_THAT(revisions(4, 2), ElementsAre(3, 2));
  EXPECT_THAT(revisions(1, 2), IsEmpty());
  EXPECT_THAT(revisions(99, 1), ElementsAre(5));
  EXPECT_THAT(revisions(0, 0), IsEmpty());
}

TEST_P(ConformanceTest, HistoryOfARecordHoldsOnlyWhatChangedIt) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1")});
  Commit("a", {PutParty("q", "2")});
  Commit("a", {DeleteParty("p")});
  Commit("a", {PutParty("p", "4")});
  const auto revisions = [this](const std::string& id, uint64_t before, size_t limit) {
    return Revisions("a", PartyRef(id), before, limit);
  };
  EXPECT_THAT(revisions("p", 0, 10), ElementsAre(4, 3, 1));
  EXPECT_THAT(revisions("p", 4, 1), ElementsAre(3));
  EXPECT_THAT(revisions("q", 0, 10), ElementsAre(2, 1));
  EXPECT_THAT(revisions("never", 0, 10), IsEmpty());
  EXPECT_THAT(revisions("", 0, 10), IsEmpty());
}

TEST_P(ConformanceTest, HistorySaysWhoWhenWhyAndWhat) {
  Create("a");
  CommitMeta meta;
  meta.committed_at = At(1'600'000'000'000'001);
  meta.author = "Päivi";
  meta.comment = "first\nlines";
  meta.request_id = "r1";
  ONWARD_ASSERT_OK(store().Commit("a", 0, {PutParty("q", "1"), DeleteParty("p")}, meta));
  const auto history = store().History("a", std::nullopt, 0, 1);
  ONWARD_ASSERT_OK(history);
  ASSERT_EQ(history->size(), 1U);
  const RevisionInfo& entry = history->front();
  EXPECT_EQ(entry.revision, 1U);
  EXPECT_EQ(entry.committed_at, meta.committed_at);
  EXPECT_EQ(entry.author, "Päivi");
  EXPECT_EQ(entry.comment, "first\nlines");
  EXPECT_EQ(entry.request_id, "r1");
  ASSERT_EQ(entry.changes.size(), 2U);
  EXPECT_EQ(entry.changes[0].ref, PartyRef("q"));
  EXPECT_FALSE(entry.changes[0].deleted);
  EXPECT_EQ(entry.changes[1].ref, PartyRef("p"));
  EXPECT_TRUE(entry.changes[1].deleted);
}

}  // namespace
}  // namespace onward::storage
