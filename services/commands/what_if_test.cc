// Questions on what is assumed: nothing is written, and each is answered as if it were.
#include "services/commands/what_if.h"

#include <gmock/gmock.h>

#include "services/commands/check.h"
#include "services/commands/list_transfers.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const Date kAnnulled = Date::Of(2026, 12, 1);

WhatIfPtr Assuming(std::vector<model::Mutation> mutations, std::vector<law::Change> changes,
                   const std::string& digest) {
  auto what_if = std::make_shared<WhatIf>();
  what_if->mutations = std::move(mutations);
  what_if->law_changes = std::move(changes);
  what_if->digest = digest;
  return what_if;
}

class WhatIfTest : public EngineTest {
 protected:
  absl::StatusOr<ListTransfersResult> Ask(WhatIfPtr what_if, Date day = Date::Of(2026, 12, 1),
                                          std::optional<PagePosition> from = std::nullopt) {
    ListTransfersRequest request;
    request.inventory = kDefaultInventory;
    request.as_of = day;
    request.page.from = std::move(from);
    request.page.size = 1;
    request.freshness.what_if = std::move(what_if);
    request.filter.include_not_a_transfer = true;
    return ListTransfers(engine(), request, CallContext());
  }
  verdict::Verdict VerdictWith(WhatIfPtr what_if, Date day = Date::Of(2026, 12, 1)) {
    const auto result = Ask(std::move(what_if), day);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() && !result->page.rows.empty() ? result->page.rows[0].verdict->verdict
                                                     : verdict::Verdict::kUnspecified;
  }
  void WriteListed() {
    model::Party vendor = PartyOf("vendor", "US");
    vendor.certifications = {{"us_dpf",
                              {model::CertificationCoverage::kNonHr},
                              "",
                              {Date::Of(2023, 7, 10), Date::Max()}}};
    WriteSmallInventory();
    ONWARD_ASSERT_OK(Write({Upsert(vendor)}));
  }
};

TEST_F(WhatIfTest, AnAnnulmentCountsFromItsDayAndNotADayBefore) {
  WriteListed();
  const WhatIfPtr what_if = Assuming({}, {law::Annulment{"us_dpf", kAnnulled}}, "a");
  EXPECT_EQ(VerdictWith(nullptr), verdict::Verdict::kCovered);
  EXPECT_EQ(VerdictWith(what_if, kAnnulled.Plus(-1)), verdict::Verdict::kCovered);
  EXPECT_EQ(VerdictWith(what_if), verdict::Verdict::kLacking);
  const auto result = Ask(what_if);
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->page.rows[0].verdict->reason, verdict::Reason::kInvalidated);
  EXPECT_THAT(result->page.rows[0].verdict->explanation,
              HasSubstr("invalidated on 2026-12-01 by an assumed annulment"));
  // What is stored is as it was, also on the dates that were asked about.
  EXPECT_EQ(VerdictWith(nullptr), verdict::Verdict::kCovered);
}

TEST_F(WhatIfTest, TheAnswerNamesWhatItStartedFrom) {
  WriteListed();
  const auto result = Ask(Assuming({}, {law::Annulment{"us_dpf", kAnnulled}}, "a"));
  ONWARD_ASSERT_OK(result);
  EXPECT_TRUE(result->basis.hypothetical);
  EXPECT_EQ(result->basis.revision, 2);
  EXPECT_EQ(result->basis.law->version(), engine().law()->version());
  EXPECT_FALSE(Ask(nullptr)->basis.hypothetical);
  EXPECT_EQ(Head(), 2);
}

TEST_F(WhatIfTest, MutationsCountAndAreNotWritten) {
  WriteSmallInventory();
  const WhatIfPtr moved = Assuming({Upsert(PartyOf("vendor", "SE"))}, {}, "a");
  EXPECT_EQ(VerdictWith(moved), verdict::Verdict::kNotATransfer);
  EXPECT_EQ(VerdictWith(nullptr), verdict::Verdict::kLacking);
  EXPECT_EQ(VerdictWith(Assuming({Delete(model::RecordKind::kFlow, "acme-to-vendor")}, {}, "b")),
            verdict::Verdict::kUnspecified);
  EXPECT_EQ(Head(), 1);
  EXPECT_THAT(
      store().Get(kDefaultInventory, {model::RecordKind::kParty, "vendor"}, 1).value()->record,
      model::Record(PartyOf("vendor", "US")));
}

TEST_F(WhatIfTest, OneThatWasKeptIsNotTakenForAnother) {
  WriteSmallInventory();
  EXPECT_EQ(VerdictWith(Assuming({Upsert(PartyOf("vendor", "SE"))}, {}, "a")),
            verdict::Verdict::kNotATransfer);
  EXPECT_EQ(VerdictWith(Assuming({Upsert(PartyOf("vendor", "CH"))}, {}, "b")),
            verdict::Verdict::kCovered);
  // The same assumption on a later revision is another reading.
  ONWARD_ASSERT_OK(Write({Upsert(FlowOf("a-flow", "acme", "vendor"))}));
  const auto later = Ask(Assuming({Upsert(PartyOf("vendor", "SE"))}, {}, "a"));
  ONWARD_ASSERT_OK(later);
  EXPECT_EQ(later->page.summary.not_a_transfer, 2);
  EXPECT_EQ(later->basis.revision, 2);
}

TEST_F(WhatIfTest, PagesGoOnWithTheRevisionThatTheyBeganWith) {
  WriteSmallInventory();
  ONWARD_ASSERT_OK(Write({Upsert(FlowOf("b", "acme", "vendor"))}));
  const WhatIfPtr moved = Assuming({Upsert(PartyOf("vendor", "SE"))}, {}, "a");
  const auto first = Ask(moved);
  ONWARD_ASSERT_OK(first);
  ASSERT_TRUE(first->next);
  ONWARD_ASSERT_OK(Write({Delete(model::RecordKind::kFlow, "b")}));
  const auto second = Ask(moved, Date::Of(2026, 12, 1), first->next);
  ONWARD_ASSERT_OK(second);
  ASSERT_THAT(second->page.rows, SizeIs(1));
  EXPECT_EQ(second->page.rows[0].flow->id, "b");
  EXPECT_EQ(second->page.rows[0].verdict->verdict, verdict::Verdict::kNotATransfer);
  EXPECT_TRUE(second->basis.hypothetical);
}

TEST_F(WhatIfTest, IsCheckedAsAnApplyIs) {
  WriteSmallInventory();
  const auto dangling = Ask(Assuming({Delete(model::RecordKind::kParty, "vendor")}, {}, "a"));
  EXPECT_EQ(DetailIn(dangling).reason, "DANGLING_REFERENCE");
  EXPECT_EQ(DetailIn(dangling).violations[0].field, "what_if.mutations[0].delete");
  const auto unknown = Ask(Assuming({Upsert(PartyOf("vendor", "QQ"))}, {}, "b"));
  EXPECT_EQ(DetailIn(unknown).reason, "INVALID_RECORD");
  EXPECT_EQ(DetailIn(unknown).violations[0].field,
            "what_if.mutations[0].upsert.party.establishment");
  model::Mutation late = Upsert(PartyOf("vendor", "SE"));
  late.precondition = model::LastChangedAt{7};
  EXPECT_EQ(DetailIn(Ask(Assuming({late}, {}, "c"))).reason, "PRECONDITION_FAILED");
  late.precondition = model::LastChangedAt{1};
  EXPECT_EQ(VerdictWith(Assuming({late}, {}, "d")), verdict::Verdict::kNotATransfer);
}

TEST_F(WhatIfTest, AnUnknownNameOfTheLawIsTold) {
  WriteSmallInventory();
  auto what_if = std::make_shared<WhatIf>();
  what_if->law_changes = {law::Annulment{"us_dpf", kAnnulled}, law::Annulment{"us_dfp", kAnnulled}};
  what_if->did_you_mean = [](std::string_view word, const std::vector<std::string>&) {
    return "; not " + std::string(word);
  };
  const auto result = Ask(what_if);
  EXPECT_EQ(DetailIn(result).reason, "INVALID_REQUEST");
  EXPECT_EQ(DetailIn(result).violations[0].field, "what_if.law_changes[1].annul.id");
  EXPECT_THAT(DetailIn(result).violations[0].message,
              HasSubstr("names no decision, scheme or instrument of the law register; not us_dfp"));
}

TEST_F(WhatIfTest, NothingLongOnAThreadThatMustNotBeHeld) {
  WriteSmallInventory();
  CheckRequest request;
  request.inventory = kDefaultInventory;
  request.questions = {{"acme", "vendor", {}}};
  request.freshness.what_if = Assuming({Upsert(PartyOf("vendor", "SE"))}, {}, "a");
  CallContext at_once;
  at_once.may_block = false;
  EXPECT_TRUE(IsWouldBlock(Check(engine(), request, "question", at_once).status()));
  const auto result = Check(engine(), request, "question", CallContext());
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->answers[0].verdict, verdict::Verdict::kNotATransfer);
}

}  // namespace
}  // namespace onward::commands
