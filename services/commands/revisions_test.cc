// Diff, revert and compaction; what was known at a revision about a date.
#include <gmock/gmock.h>

#include "services/commands/check.h"
#include "services/commands/compact_history.h"
#include "services/commands/diff.h"
#include "services/commands/get.h"
#include "services/commands/history.h"
#include "services/commands/list.h"
#include "services/commands/revert.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RevisionsTest : public EngineTest {
 protected:
  // 1: acme in Finland, vendor in the United States, a flow. 2: vendor moves to Sweden. 3: an activity-less
  // party more, the flow gone.
  void WriteThree() {
    WriteSmallInventory();
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", "SE"))}));
    ONWARD_ASSERT_OK(
        Write({Upsert(PartyOf("new", "FI")), Delete(model::RecordKind::kFlow, "acme-to-vendor")}));
  }
  DiffRequest Between(uint64_t from, std::optional<uint64_t> to) {
    DiffRequest request;
    request.inventory = kDefaultInventory;
    request.from = from;
    request.to = to;
    return request;
  }
  absl::StatusOr<DiffResult> DiffOf(const DiffRequest& request) {
    return Diff(engine(), request, CallContext());
  }
  RevertRequest To(uint64_t revision) {
    RevertRequest request;
    request.inventory = kDefaultInventory;
    request.to_revision = revision;
    request.meta.request_id = "revert-" + std::to_string(revision) + "-" + std::to_string(Head());
    return request;
  }
  absl::StatusOr<ApplyResult> RevertOf(const RevertRequest& request) {
    return Revert(engine(), request, CallContext());
  }
  absl::StatusOr<CompactHistoryResult> CompactTo(uint64_t oldest, bool dry_run = false) {
    return CompactHistory(engine(), {kDefaultInventory, oldest, dry_run, "dpo", "retention"},
                          CallContext());
  }
  verdict::Verdict CheckAt(uint64_t revision, const Date& as_of) {
    CheckRequest check;
    check.inventory = kDefaultInventory;
    check.questions = {{"acme", "vendor", {}}};
    check.as_of = as_of;
    check.freshness = AtRevision{revision};
    const auto answer = Check(engine(), check, "question", CallContext());
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->answers[0].verdict : verdict::Verdict::kUnspecified;
  }
};

// +party/new, -flow/x, ~party/vendor@1>2.
std::vector<std::string> Words(const DiffResult& result) {
  std::vector<std::string> words;
  for (const RecordDifference& one : result.records) {
    std::string word = one.before ? (one.after ? "~" : "-") : "+";
    word += model::ToString(one.ref);
    word += "@" + std::to_string(one.before ? one.before->last_changed_at : 0) + ">" +
            std::to_string(one.after ? one.after->last_changed_at : 0);
    words.push_back(word);
  }
  return words;
}

TEST_F(RevisionsTest, ADifferenceNamesEachRecordWithItsLastChanges) {
  WriteThree();
  const auto result = DiffOf(Between(1, std::nullopt));
  ONWARD_ASSERT_OK(result);
  EXPECT_THAT(Words(*result),
              ElementsAre("+party/new@0>3", "~party/vendor@1>2", "-flow/acme-to-vendor@1>0"));
  EXPECT_EQ(result->added, 1U);
  EXPECT_EQ(result->changed, 1U);
  EXPECT_EQ(result->removed, 1U);
  EXPECT_EQ(result->basis.revision, 3U);
  EXPECT_EQ(std::get<model::Party>(result->records[1].before->record).establishment, "US");
  EXPECT_EQ(std::get<model::Party>(result->records[1].after->record).establishment, "SE");
}

TEST_F(RevisionsTest, ADifferenceMayGoBackwardsAndBeginWithNothing) {
  WriteThree();
  EXPECT_THAT(Words(*DiffOf(Between(3, 2))),
              ElementsAre("-party/new@3>0", "+flow/acme-to-vendor@0>1"));
  EXPECT_THAT(Words(*DiffOf(Between(0, 1))),
              ElementsAre("+party/acme@0>1", "+party/vendor@0>1", "+flow/acme-to-vendor@0>1"));
  EXPECT_THAT(Words(*DiffOf(Between(2, 2))), IsEmpty());
  DiffRequest flows = Between(0, 1);
  flows.kind = model::RecordKind::kFlow;
  EXPECT_THAT(Words(*DiffOf(flows)), ElementsAre("+flow/acme-to-vendor@0>1"));
}

TEST_F(RevisionsTest, PagesOfADifferenceAreOfTheSameTwoStates) {
  WriteThree();
  DiffRequest request = Between(0, std::nullopt);
  request.page.size = 1;
  std::vector<std::string> all;
  do {
    const auto page = DiffOf(request);
    ONWARD_ASSERT_OK(page);
    EXPECT_EQ(page->basis.revision, 3U);
    EXPECT_EQ(page->added, 3U);
    for (const std::string& word : Words(*page)) {
      all.push_back(word);
    }
    request.page.from = page->next;
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("later" + std::to_string(all.size()), "FI"))}));
  } while (request.page.from);
  EXPECT_THAT(all, ElementsAre("+party/acme@0>1", "+party/new@0>3", "+party/vendor@0>2"));
}

TEST_F(RevisionsTest, VerdictsThatDiffer) {
  WriteThree();
  DiffRequest request = Between(1, 2);
  request.verdicts = When{Date::Of(2026, 11, 22)};
  const auto result = DiffOf(request);
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->verdict_change_count, 2U);
  ASSERT_THAT(result->verdict_changes, SizeIs(2));
  EXPECT_EQ(result->verdict_changes[0].flow, "acme-to-vendor");
  EXPECT_EQ(result->verdict_changes[0].destination, "SE");
  EXPECT_EQ(result->verdict_changes[1].destination, "US");
  EXPECT_EQ(result->verdict_changes[1].before, verdict::Verdict::kLacking);
  EXPECT_EQ(result->verdict_changes[1].after, verdict::Verdict::kUnspecified);
  EXPECT_EQ(result->basis.when->as_of, Date::Of(2026, 11, 22));
}

TEST_F(RevisionsTest, ARevisionThatIsNotThereHasNoDifference) {
  WriteThree();
  EXPECT_EQ(DetailIn(DiffOf(Between(4, 1))).reason, "REVISION_IN_FUTURE");
  EXPECT_EQ(DetailIn(DiffOf(Between(1, 4))).reason, "REVISION_IN_FUTURE");
}

TEST_F(RevisionsTest, ARevertWritesTheEarlierStateAsANewRevision) {
  WriteThree();
  const auto result = RevertOf(To(1));
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->basis.revision, 4U);
  EXPECT_EQ(result->counts.created, 1U);
  EXPECT_EQ(result->counts.updated, 1U);
  EXPECT_EQ(result->counts.deleted, 1U);
  EXPECT_THAT(Words(*DiffOf(Between(1, 4))), IsEmpty());
  EXPECT_THAT(Words(*DiffOf(Between(3, 4))),
              ElementsAre("-party/new@3>0", "~party/vendor@2>4", "+flow/acme-to-vendor@0>4"));
  const auto nothing = RevertOf(To(4));
  ONWARD_ASSERT_OK(nothing);
  EXPECT_EQ(nothing->basis.revision, 4U);
}

TEST_F(RevisionsTest, ADryRunOfARevertShowsTheVerdictsAndWritesNothing) {
  WriteThree();
  RevertRequest request = To(1);
  request.meta.dry_run = true;
  const auto result = RevertOf(request);
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->basis.revision, 3U);
  EXPECT_EQ(result->counts.created, 1U);
  ASSERT_THAT(result->changes, SizeIs(1));
  EXPECT_EQ(result->changes[0].after, verdict::Verdict::kLacking);
  EXPECT_EQ(Head(), 3U);
}

TEST_F(RevisionsTest, WhatARevertRefuses) {
  WriteThree();
  RevertRequest moved = To(1);
  moved.expected_head = 2;
  EXPECT_EQ(DetailIn(RevertOf(moved)).reason, "HEAD_MOVED");
  EXPECT_EQ(DetailIn(RevertOf(To(9))).reason, "REVISION_IN_FUTURE");
  EXPECT_EQ(DetailIn(RevertOf(To(0))).reason, "INVALID_REQUEST");
  RevertRequest anonymous = To(1);
  anonymous.meta.request_id.clear();
  EXPECT_EQ(DetailIn(RevertOf(anonymous)).reason, "INVALID_REQUEST");
  EngineOptions options;
  options.mutations_max = 2;
  Reopen(options);
  EXPECT_EQ(DetailIn(RevertOf(To(1))).reason, "LIMIT_EXCEEDED");
  EXPECT_EQ(Head(), 3U);
}

TEST_F(RevisionsTest, AWordThatTheLawDoesNotKnowStopsARevert) {
  // Written past the checks, as under a register that knew the scheme.
  model::Party party = PartyOf("old", "US");
  party.certifications = {{"no_such_scheme", {}, "", {}}};
  ONWARD_ASSERT_OK(store().Commit(
      kDefaultInventory, 0, {{{model::RecordKind::kParty, "old"}, model::Record(party)}}, {}));
  Reopen();
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("old", "US"))}));
  const auto refused = RevertOf(To(1));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailIn(refused).reason, "INVALID_RECORD");
  ASSERT_THAT(DetailIn(refused).violations, SizeIs(1));
  EXPECT_THAT(DetailIn(refused).violations[0].field, ::testing::HasSubstr("party/old"));
  EXPECT_EQ(Head(), 2U);
}

TEST_F(RevisionsTest, WhatWasKnownAtARevisionAboutADate) {
  // The vendor's certificate was recorded in revision 2, for a day long before.
  WriteSmallInventory();
  model::Party certified = PartyOf("vendor", "US");
  model::Certification certification;
  certification.scheme = "us_privacy_shield";
  certification.coverage = {model::CertificationCoverage::kNonHr};
  certification.interval.from = Date::Of(2016, 8, 1);
  certified.certifications = {certification};
  ONWARD_ASSERT_OK(Write({Upsert(certified)}));
  const Date under_the_shield = Date::Of(2019, 5, 1);
  const Date after_it = Date::Of(2021, 5, 1);
  EXPECT_EQ(CheckAt(1, under_the_shield), verdict::Verdict::kLacking);
  EXPECT_EQ(CheckAt(2, under_the_shield), verdict::Verdict::kCovered);
  EXPECT_EQ(CheckAt(2, after_it), verdict::Verdict::kLacking);
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", "SE"))}));
  EXPECT_EQ(CheckAt(2, under_the_shield), verdict::Verdict::kCovered);
  EXPECT_EQ(CheckAt(3, under_the_shield), verdict::Verdict::kNotATransfer);
}

TEST_F(RevisionsTest, ACompactionForgetsWhatWasBeforeAndSaysSoInTheHistory) {
  WriteThree();
  const auto preview = CompactTo(2, true);
  ONWARD_ASSERT_OK(preview);
  EXPECT_EQ(preview->versions, 1U);
  EXPECT_EQ(Head(), 3U);
  const auto done = CompactTo(2);
  ONWARD_ASSERT_OK(done);
  EXPECT_EQ(done->oldest_revision, 2U);
  EXPECT_EQ(done->versions, 1U);
  HistoryRequest history;
  history.inventory = kDefaultInventory;
  const auto entries = History(engine(), history, CallContext());
  ONWARD_ASSERT_OK(entries);
  ASSERT_THAT(entries->revisions, SizeIs(4));
  EXPECT_EQ(entries->revisions[0].author, "dpo");
  EXPECT_EQ(entries->revisions[0].comment, "history before revision 2 forgotten: retention");
  EXPECT_EQ(entries->revisions[0].committed_at, engine().Now());
  EXPECT_THAT(entries->revisions[0].changes, IsEmpty());
}

TEST_F(RevisionsTest, ReadsBelowTheOldestAreRefusedEvenWhereTheyAreInMemory) {
  WriteThree();
  const auto page = [&] {
    ListRequest list;
    list.inventory = kDefaultInventory;
    list.kind = model::RecordKind::kParty;
    list.page.size = 1;
    list.freshness = AtRevision{1};
    return list;
  };
  auto begun = page();
  begun.page.from = List(engine(), begun, CallContext())->next;
  ONWARD_ASSERT_OK(CompactTo(3));
  const model::RecordRef acme{model::RecordKind::kParty, "acme"};
  for (const absl::Status& status :
       {Get(engine(), {kDefaultInventory, acme, AtRevision{2}}, CallContext()).status(),
        List(engine(), begun, CallContext()).status(), DiffOf(Between(2, 3)).status(),
        DiffOf(Between(3, 1)).status(), RevertOf(To(2)).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
    const auto detail = DetailOf(status).value_or(ErrorDetail());
    EXPECT_EQ(detail.reason, "REVISION_COMPACTED");
    EXPECT_EQ(detail.metadata.at("oldest"), "3");
  }
  ONWARD_EXPECT_OK(DiffOf(Between(0, 3)));
  ONWARD_EXPECT_OK(DiffOf(Between(3, 4)));
  ONWARD_EXPECT_OK(Get(engine(), {kDefaultInventory, acme, AtRevision{3}}, CallContext()));
}

TEST_F(RevisionsTest, ACompactionMayBeRepeatedAndSurvivesALostAnswer) {
  WriteThree();
  LoseNextAnswer();
  EXPECT_EQ(CompactTo(3).status().code(), absl::StatusCode::kUnavailable);
  const auto again = CompactTo(3);
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->oldest_revision, 3U);
  EXPECT_EQ(again->versions, 2U);
  EXPECT_EQ(Head(), 4U);
  EXPECT_EQ(CompactTo(2)->oldest_revision, 3U);
  EXPECT_EQ(CompactTo(2)->versions, 0U);
  EXPECT_EQ(CompactTo(2, true)->versions, 0U);
  EXPECT_EQ(Head(), 4U);
  EXPECT_EQ(DetailIn(CompactTo(5)).reason, "REVISION_IN_FUTURE");
  EXPECT_EQ(DetailIn(CompactTo(5, true)).reason, "REVISION_IN_FUTURE");
  EXPECT_EQ(DetailIn(CompactTo(0)).reason, "INVALID_REQUEST");
}

}  // namespace
}  // namespace onward::commands
