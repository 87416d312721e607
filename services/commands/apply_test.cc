#include "services/commands/apply.h"

#include <gmock/gmock.h>

#include "services/commands/get.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

using ApplyTest = EngineTest;

MATCHER_P(FieldIs, field, "") { return arg.field == field; }

// Nothing of a refused change may be seen, in memory or in the store.
#define EXPECT_NOTHING_WRITTEN(head)                                         \
  do {                                                                       \
    EXPECT_EQ(Head(), head);                                                 \
    EXPECT_EQ(store().GetHead(kDefaultInventory)->revision, uint64_t{head}); \
  } while (false)

TEST_F(ApplyTest, OneRevisionForAllRecordsAndItIsVisibleAtOnce) {
  const auto result = Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "US")),
                             Upsert(FlowOf("acme-to-vendor", "acme", "vendor"))});
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->basis.revision, 1);
  EXPECT_EQ(result->counts.created, 3);
  EXPECT_EQ(Head(), 1);
  EXPECT_TRUE(
      engine().Find(kDefaultInventory).value()->head()->FlowNumber("acme-to-vendor").has_value());
}

TEST_F(ApplyTest, ADryRunReportsTheStepInVerdicts) {
  ApplyRequest request = RequestOf({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "US")),
                                    Upsert(FlowOf("acme-to-vendor", "acme", "vendor"))});
  request.dry_run = true;
  const auto result = Apply(engine(), request, CallContext());
  ONWARD_ASSERT_OK(result);
  ASSERT_THAT(result->changes, SizeIs(1));
  EXPECT_EQ(result->changes[0].flow, "acme-to-vendor");
  EXPECT_EQ(result->changes[0].before, verdict::Verdict::kUnspecified);
  EXPECT_EQ(result->changes[0].after, verdict::Verdict::kLacking);
}

TEST_F(ApplyTest, AWriteJudgesNothing) {
  WriteSmallInventory();
  const auto result = Write({Upsert(PartyOf("vendor", "SE"))});
  ONWARD_ASSERT_OK(result);
  EXPECT_THAT(result->changes, IsEmpty());
  const std::shared_ptr<InventoryRuntime> inventory = engine().Find(kDefaultInventory).value();
  for (const uint64_t revision : {1, 2}) {
    EXPECT_EQ(inventory->FindJudged({revision, clock().Today(), Date::Max(), engine().law()}),
              nullptr);
  }
}

TEST_F(ApplyTest, DryRunChecksAndShowsButWritesNothing) {
  WriteSmallInventory();
  ApplyRequest request = RequestOf({Upsert(PartyOf("vendor", "SE"))});
  request.dry_run = true;
  request.request_id.clear();
  const auto result = Apply(engine(), request, CallContext());
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->basis.revision, 1);
  EXPECT_EQ(result->counts.updated, 1);
  EXPECT_THAT(result->changes, SizeIs(2));  // away from US, to SE
  EXPECT_NOTHING_WRITTEN(1);
  // What a dry run computed must never be taken for the next revision's verdicts.
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", "CH"))}));
  request.mutations = {Upsert(PartyOf("vendor", "US"))};
  const auto back = Apply(engine(), request, CallContext());
  ONWARD_ASSERT_OK(back);
  ASSERT_THAT(back->changes, SizeIs(2));
  EXPECT_EQ(back->changes[0].destination, "CH");
}

TEST_F(ApplyTest, AllViolationsAtOnceWithTheirPaths) {
  model::Party party = PartyOf("acme", "XX");
  party.identifiers = {{"lei", ""}};
  model::Flow self = FlowOf("loop", "acme", "acme");
  self.interval = {Date::Of(2022, 1, 1), Date::Of(2021, 1, 1)};
  const auto result = Write({Upsert(PartyOf("fine", "FI")), Upsert(party), Upsert(self)});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  const ErrorDetail detail = DetailIn(result);
  EXPECT_EQ(detail.reason, "INVALID_RECORD");
  EXPECT_THAT(detail.violations, Contains(FieldIs("mutations[1].upsert.party.establishment")));
  EXPECT_THAT(detail.violations,
              Contains(FieldIs("mutations[1].upsert.party.identifiers[0].value")));
  EXPECT_THAT(detail.violations, Contains(FieldIs("mutations[2].upsert.flow.importer")));
  EXPECT_THAT(detail.violations, Contains(FieldIs("mutations[2].upsert.flow.until")));
  EXPECT_NOTHING_WRITTEN(0);
}

TEST_F(ApplyTest, ADanglingReferenceNamesTheField) {
  const auto result =
      Write({Upsert(PartyOf("acme", "FI")), Upsert(FlowOf("acme-to-vendor", "acme", "vendor"))});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailIn(result).reason, "DANGLING_REFERENCE");
  EXPECT_THAT(DetailIn(result).violations,
              ElementsAre(FieldIs("mutations[1].upsert.flow.importer")));
  EXPECT_NOTHING_WRITTEN(0);
}

TEST_F(ApplyTest, ADeleteMustNotLeaveAReferenceBehind) {
  WriteSmallInventory();
  const auto result = Write({Delete(model::RecordKind::kParty, "vendor")});
  EXPECT_EQ(DetailIn(result).reason, "DANGLING_REFERENCE");
  EXPECT_THAT(DetailIn(result).violations, ElementsAre(FieldIs("mutations[0].delete")));
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("flow/acme-to-vendor"));
  EXPECT_NOTHING_WRITTEN(1);
  const auto both = Write({Delete(model::RecordKind::kParty, "vendor"),
                           Delete(model::RecordKind::kFlow, "acme-to-vendor")});
  ONWARD_ASSERT_OK(both);
  EXPECT_EQ(both->counts.deleted, 2);
}

TEST_F(ApplyTest, ARecordTwiceInOneApply) {
  const auto result = Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("acme", "SE"))});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(DetailIn(result).violations, ElementsAre(FieldIs("mutations[1]")));
  EXPECT_NOTHING_WRITTEN(0);
}

TEST_F(ApplyTest, OneIdentifierOnTwoPartiesIsAConflictThatNamesBoth) {
  model::Party first = PartyOf("acme", "FI");
  first.identifiers = {{"fi-business-id", "2780101-9"}};
  model::Party second = PartyOf("acme-oy", "FI");
  second.identifiers = first.identifiers;
  const auto together = Write({Upsert(first), Upsert(second)});
  EXPECT_EQ(together.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailIn(together).reason, "DUPLICATE_IDENTIFIER");
  EXPECT_THAT(DetailIn(together).metadata, Contains(Pair("party", "acme-oy")));
  EXPECT_THAT(DetailIn(together).metadata, Contains(Pair("other_party", "acme")));
  EXPECT_THAT(DetailIn(together).metadata,
              Contains(Pair("field", "mutations[1].upsert.party.identifiers[0].value")));
  EXPECT_NOTHING_WRITTEN(0);

  ONWARD_ASSERT_OK(Write({Upsert(first)}));
  EXPECT_EQ(DetailIn(Write({Upsert(second)})).reason, "DUPLICATE_IDENTIFIER");
  // Still so after a restart, when the identifiers come from the store.
  Reopen();
  EXPECT_EQ(DetailIn(Write({Upsert(second)})).reason, "DUPLICATE_IDENTIFIER");
  EXPECT_NOTHING_WRITTEN(1);
}

TEST_F(ApplyTest, AnIdentifierMayMoveInOneApply) {
  model::Party first = PartyOf("acme", "FI");
  first.identifiers = {{"lei", "5493001KJTIIGC8Y1R12"}};
  ONWARD_ASSERT_OK(Write({Upsert(first)}));
  model::Party second = PartyOf("other", "FI");
  second.identifiers = first.identifiers;
  first.identifiers.clear();
  ONWARD_ASSERT_OK(Write({Upsert(second), Upsert(first)}));
  model::Party third = PartyOf("third", "FI");
  third.identifiers = second.identifiers;
  EXPECT_THAT(DetailIn(Write({Upsert(third)})).metadata, Contains(Pair("other_party", "other")));
  ONWARD_ASSERT_OK(Write({Delete(model::RecordKind::kParty, "other"), Upsert(third)}));
}

TEST_F(ApplyTest, EqualRecordsAreNotWrittenAndMakeNoRevision) {
  WriteSmallInventory();
  const auto same = Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "US"))});
  ONWARD_ASSERT_OK(same);
  EXPECT_EQ(same->counts.unchanged, 2);
  EXPECT_EQ(same->basis.revision, 1);
  EXPECT_NOTHING_WRITTEN(1);
  const auto mixed = Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "SE"))});
  ONWARD_ASSERT_OK(mixed);
  EXPECT_EQ(mixed->counts.unchanged, 1);
  EXPECT_EQ(mixed->counts.updated, 1);
  const auto history = store().History(kDefaultInventory, std::nullopt, 0, 1);
  ONWARD_ASSERT_OK(history);
  EXPECT_THAT(history->front().changes, SizeIs(1));
}

TEST_F(ApplyTest, AddSourcesKeepsWhatIsStored) {
  model::Party party = PartyOf("acme", "FI");
  party.sources = {{"fi.txt", "1", std::nullopt, model::SourceGrade::kPublished}};
  ONWARD_ASSERT_OK(Write({Upsert(party)}));
  party.sources = {{"sv.txt", "1", std::nullopt, model::SourceGrade::kPublished}};
  model::Mutation add = Upsert(party);
  add.add_sources = true;
  ONWARD_ASSERT_OK(Write({add}));
  const auto stored =
      Get(engine(), {kDefaultInventory, {model::RecordKind::kParty, "acme"}, {}}, CallContext());
  ONWARD_ASSERT_OK(stored);
  EXPECT_THAT(model::SourcesOf(stored->stored.record), SizeIs(2));
  const auto again = Write({add});
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->counts.unchanged, 1);
}

TEST_F(ApplyTest, Preconditions) {
  WriteSmallInventory();
  model::Mutation create = Upsert(PartyOf("acme", "SE"));
  create.precondition = model::MustNotExist();
  const auto exists = Write({create});
  EXPECT_EQ(exists.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(DetailIn(exists).reason, "PRECONDITION_FAILED");

  model::Mutation remove = Delete(model::RecordKind::kFlow, "no-such-flow");
  ONWARD_EXPECT_OK(Write({remove}));  // nothing to delete is no error
  remove.precondition = model::MustExist();
  EXPECT_EQ(DetailIn(Write({remove})).reason, "PRECONDITION_FAILED");

  model::Mutation change = Upsert(PartyOf("acme", "SE"));
  change.precondition = model::LastChangedAt{1};
  ONWARD_EXPECT_OK(Write({change}));
  const auto late = Write({change});
  EXPECT_THAT(DetailIn(late).metadata, Contains(Pair("actual", "last changed at revision 2")));
}

TEST_F(ApplyTest, AReplayReturnsTheFirstAnswer) {
  const ApplyRequest request =
      RequestOf({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "US")),
                 Upsert(FlowOf("f", "acme", "vendor"))});
  const auto first = Apply(engine(), request, CallContext());
  ONWARD_ASSERT_OK(first);
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", "SE"))}));
  const auto replay = Apply(engine(), request, CallContext());
  ONWARD_ASSERT_OK(replay);
  EXPECT_EQ(replay->basis.revision, first->basis.revision);
  EXPECT_EQ(replay->counts.created, 3);
  EXPECT_NOTHING_WRITTEN(2);
}

TEST_F(ApplyTest, ARequestIdIsForOnePayload) {
  ApplyRequest request = RequestOf({Upsert(PartyOf("acme", "FI"))});
  ONWARD_ASSERT_OK(Apply(engine(), request, CallContext()));
  request.mutations = {Upsert(PartyOf("acme", "SE"))};
  const auto reused = Apply(engine(), request, CallContext());
  EXPECT_EQ(reused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(DetailIn(reused).reason, "REQUEST_ID_REUSED");
  EXPECT_NOTHING_WRITTEN(1);
}

TEST_F(ApplyTest, LimitsAndRequiredFields) {
  EngineOptions options;
  options.mutations_max = 2;
  Reopen(options);
  const auto many =
      Write({Upsert(PartyOf("a", "FI")), Upsert(PartyOf("b", "FI")), Upsert(PartyOf("c", "FI"))});
  EXPECT_EQ(many.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(DetailIn(many).metadata, Contains(Pair("limit", "mutations_max")));

  ApplyRequest request = RequestOf({Upsert(PartyOf("a", "FI"))});
  request.request_id.clear();
  request.comment = std::string(1'025, 'x');
  EXPECT_THAT(DetailIn(Apply(engine(), request, CallContext())).violations,
              ElementsAre(FieldIs("request_id"), FieldIs("comment")));
  request = RequestOf({Upsert(PartyOf("a", "FI"))});
  request.inventory = "nowhere";
  EXPECT_EQ(DetailIn(Apply(engine(), request, CallContext())).reason, "INVENTORY_NOT_FOUND");
  EXPECT_NOTHING_WRITTEN(0);
}

TEST_F(ApplyTest, APassedDeadlineWritesNothing) {
  CallContext late;
  late.deadline = std::chrono::system_clock::time_point::min();
  const auto result = Apply(engine(), RequestOf({Upsert(PartyOf("acme", "FI"))}), late);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_NOTHING_WRITTEN(0);
}

}  // namespace
}  // namespace onward::commands
