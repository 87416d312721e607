// request_id: whatever a client does not hear of, a repeat writes nothing twice.
#include <gmock/gmock.h>

#include "services/commands/history.h"
#include "services/commands/revert.h"
#include "services/commands/test_engine.h"
#include "tests/support/env.h"

namespace onward::commands {
namespace {

using ::testing::SizeIs;

class RequestIdTest : public EngineTest {
 protected:
  absl::StatusOr<ApplyResult> Send(const ApplyRequest& request) {
    return Apply(engine(), request, CallContext());
  }
};

TEST_F(RequestIdTest, OneThatChangedNothingIsRememberedToo) {
  WriteSmallInventory();
  const ApplyRequest same = RequestOf({Upsert(PartyOf("acme", "FI"))});
  const auto first = Send(same);
  ONWARD_ASSERT_OK(first);
  EXPECT_EQ(first->counts.unchanged, 1U);
  EXPECT_EQ(first->basis.revision, 1U);
  // The record is another by now: a second run would write it back.
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "SE"))}));
  const auto again = Send(same);
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->counts.unchanged, 1U);
  EXPECT_EQ(again->counts.updated, 0U);
  EXPECT_EQ(again->basis.revision, 1U);
  EXPECT_EQ(Head(), 2U);
}

TEST_F(RequestIdTest, AnotherPayloadIsRefusedAfterOneThatChangedNothing) {
  WriteSmallInventory();
  ApplyRequest request = RequestOf({Upsert(PartyOf("acme", "FI"))});
  ONWARD_ASSERT_OK(Send(request));
  request.mutations = {Upsert(PartyOf("acme", "SE"))};
  const auto other = Send(request);
  EXPECT_EQ(other.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(DetailIn(other).reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(Head(), 1U);
}

TEST_F(RequestIdTest, ADryRunUsesNoId) {
  ApplyRequest request = RequestOf({Upsert(PartyOf("acme", "FI"))});
  request.dry_run = true;
  ONWARD_ASSERT_OK(Send(request));
  request.dry_run = false;
  ONWARD_ASSERT_OK(Send(request));
  EXPECT_EQ(Head(), 1U);
}

TEST_F(RequestIdTest, ItIsKnownAfterARestart) {
  WriteSmallInventory();
  const ApplyRequest written = RequestOf({Upsert(PartyOf("acme", "SE"))});
  const ApplyRequest nothing = RequestOf({Upsert(PartyOf("acme", "SE"))});
  ONWARD_ASSERT_OK(Send(written));
  ONWARD_ASSERT_OK(Send(nothing));
  Reopen();
  EXPECT_EQ(Send(written)->counts.updated, 1U);
  EXPECT_EQ(Send(nothing)->counts.unchanged, 1U);
  EXPECT_EQ(Head(), 2U);
}

TEST_F(RequestIdTest, IdentifiersOfAWriteWhoseAnswerWasLostAreKnown) {
  model::Party one = PartyOf("one", "FI");
  one.identifiers = {{"lei", "1"}};
  ONWARD_ASSERT_OK(Write({Upsert(one), Upsert(PartyOf("two", "FI"))}));
  model::Party two = PartyOf("two", "FI");
  two.identifiers = {{"lei", "2"}};
  LoseNextAnswer();
  EXPECT_EQ(Write({Upsert(two)}).status().code(), absl::StatusCode::kUnavailable);
  // Another party with the identifier of that write: a conflict, since the write was kept.
  model::Party three = PartyOf("three", "FI");
  three.identifiers = {{"lei", "2"}};
  const auto conflict = Write({Upsert(three)});
  EXPECT_EQ(DetailIn(conflict).reason, "DUPLICATE_IDENTIFIER");
  EXPECT_EQ(DetailIn(conflict).metadata["other_party"], "two");
}

// What was answered is there for everybody.
TEST_F(RequestIdTest, AWriteThatComesToLightWhileItIsAskedAgainIsRead) {
  WriteSmallInventory();
  const ApplyRequest request = RequestOf({Upsert(PartyOf("acme", "SE"))});
  HideNextWrite();
  EXPECT_EQ(Send(request).status().code(), absl::StatusCode::kUnavailable);
  const auto answer = Send(request);
  ONWARD_ASSERT_OK(answer);
  EXPECT_EQ(answer->basis.revision, 2U);
  EXPECT_EQ(engine().Read(kDefaultInventory, Freshness(), CallContext())->revision(), 2U);
}

// ONWARD_LOST_ANSWERS: how many writes lose their answer.
TEST_F(RequestIdTest, EveryLostAnswerIsRepeatedAndMakesOneRevision) {
  constexpr int kParties = 10;
  const auto count =
      static_cast<int>(::onward::testing::NumberFromEnv("ONWARD_LOST_ANSWERS", 2'000));
  for (int i = 0; i < count; ++i) {
    model::Party party = PartyOf("p" + std::to_string(i % kParties), "FI");
    party.display_name = std::to_string(i);
    const ApplyRequest request = RequestOf({Upsert(party)});
    // Lost on its way from the store, or from the server to the client.
    const bool in_the_store = i % 2 == 0;
    if (in_the_store) {
      LoseNextAnswer();
    }
    ASSERT_EQ(Send(request).ok(), !in_the_store);
    if (i % 500 == 250) {
      Reopen();
    }
    for (int repeat = 0; repeat < 2; ++repeat) {
      const auto answer = Send(request);
      ONWARD_ASSERT_OK(answer);
      ASSERT_EQ(answer->basis.revision, static_cast<uint64_t>(i) + 1);
      ASSERT_EQ(answer->counts.created, i < kParties ? 1U : 0U);
      ASSERT_EQ(answer->counts.updated, i < kParties ? 0U : 1U);
    }
  }
  EXPECT_EQ(Head(), static_cast<uint64_t>(count));
  const auto entries = store().History(kDefaultInventory, std::nullopt, 0, count + 1);
  ONWARD_ASSERT_OK(entries);
  EXPECT_THAT(*entries, SizeIs(count));
}

TEST_F(RequestIdTest, ALostAnswerOfOneThatChangedNothing) {
  WriteSmallInventory();
  const ApplyRequest request = RequestOf({Upsert(PartyOf("acme", "FI"))});
  LoseNextAnswer();
  EXPECT_EQ(Send(request).status().code(), absl::StatusCode::kUnavailable);
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "SE"))}));
  EXPECT_EQ(Send(request)->counts.unchanged, 1U);
  EXPECT_EQ(Head(), 2U);
}

TEST_F(RequestIdTest, ARevertIsWrittenOnceToo) {
  WriteSmallInventory();
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "SE"))}));
  RevertRequest request;
  request.inventory = kDefaultInventory;
  request.to_revision = 1;
  request.meta.request_id = "revert";
  LoseNextAnswer();
  EXPECT_EQ(Revert(engine(), request, CallContext()).status().code(),
            absl::StatusCode::kUnavailable);
  const auto again = Revert(engine(), request, CallContext());
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->basis.revision, 3U);
  EXPECT_EQ(again->counts.updated, 1U);
  request.to_revision = 2;
  EXPECT_EQ(DetailIn(Revert(engine(), request, CallContext())).reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(Head(), 3U);
}

}  // namespace
}  // namespace onward::commands
