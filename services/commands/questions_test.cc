// Questions about transfers, and the law's lists.
#include <gmock/gmock.h>

#include "services/commands/check.h"
#include "services/commands/explain.h"
#include "services/commands/law_listing.h"
#include "services/commands/list_findings.h"
#include "services/commands/list_transfers.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using QuestionsTest = EngineTest;

CheckRequest CheckOf(std::vector<query::CheckQuestion> questions) {
  CheckRequest request;
  request.inventory = kDefaultInventory;
  request.questions = std::move(questions);
  return request;
}

TEST_F(QuestionsTest, CheckAnswersInOrderForToday) {
  WriteSmallInventory();
  const auto result =
      Check(engine(), CheckOf({{"acme", "vendor", {"contact.email"}}, {"vendor", "acme", {}}}),
            "questions", CallContext());
  ONWARD_ASSERT_OK(result);
  ASSERT_THAT(result->answers, SizeIs(2));
  EXPECT_EQ(result->answers[0].verdict, verdict::Verdict::kLacking);
  EXPECT_EQ(result->answers[0].flow, "acme-to-vendor");
  EXPECT_EQ(result->answers[1].verdict, verdict::Verdict::kUndetermined);
  EXPECT_EQ(result->answers[1].reason, verdict::Reason::kNotRecorded);
  EXPECT_EQ(result->basis.when->as_of, Date::Of(2026, 11, 22));
}

TEST_F(QuestionsTest, CheckRefusesWhatIsNoQuestion) {
  const auto result = Check(engine(), CheckOf({{"acme", "vendor", {}}, {"", "UPPER", {"a b"}}}),
                            "questions", CallContext());
  EXPECT_EQ(DetailIn(result).reason, "INVALID_REQUEST");
  ASSERT_THAT(DetailIn(result).violations, SizeIs(3));
  EXPECT_EQ(DetailIn(result).violations[0].field, "questions[1].from");
  EXPECT_EQ(DetailIn(result).violations[2].field, "questions[1].data_categories[0]");
  EngineOptions options;
  options.batch_checks_max = 1;
  Reopen(options);
  EXPECT_EQ(DetailIn(Check(engine(), CheckOf({{"a", "b", {}}, {"a", "c", {}}}), "questions",
                           CallContext()))
                .reason,
            "LIMIT_EXCEEDED");
}

// More flows than are judged one by one.
TEST_F(QuestionsTest, VerdictsAreBroughtUpToDateAfterAWrite) {
  std::vector<model::Mutation> first = {Upsert(PartyOf("acme", "FI"))};
  for (int i = 0; i < 250; ++i) {
    const std::string vendor = "vendor" + std::to_string(i);
    first.push_back(Upsert(PartyOf(vendor, i % 2 == 0 ? "US" : "IN")));
    first.push_back(Upsert(FlowOf("flow" + std::to_string(i), "acme", vendor)));
  }
  ONWARD_ASSERT_OK(Write(first));
  ListTransfersRequest request;
  request.inventory = kDefaultInventory;
  request.page.size = 1'000;
  const auto verdicts = [&] {
    const auto answer = ListTransfers(engine(), request, CallContext());
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> rows;
    for (const query::TransferRow& row : answer->page.rows) {
      rows.push_back(row.flow->id + " " + std::string(Name(row.verdict->verdict)));
    }
    return std::pair(std::move(rows), answer->judged);
  };
  const auto before = verdicts();
  ASSERT_THAT(before.first, SizeIs(250));
  model::Flow changed = FlowOf("flow7", "acme", "vendor7");
  changed.derogation = model::Derogation{"eu-gdpr:A49-1-a", false, "asked each"};
  ONWARD_ASSERT_OK(Write({Upsert(changed)}));
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor8", "SE"))}));
  const auto after = verdicts();
  // What is known of flows was not found anew.
  EXPECT_EQ(&after.second->arrivals().Declared(0), &before.second->arrivals().Declared(0));
  EXPECT_NE(after.first, before.first);
  // An older revision is answered from its own records.
  request.freshness = AtRevision{1};
  EXPECT_EQ(verdicts().first, before.first);
  request.freshness = {};
  // The folded snapshot has other numbers.
  engine().Find(kDefaultInventory).value()->Fold({});
  ONWARD_ASSERT_OK(Write({Upsert(changed)}));
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor10", "US"))}));
  EXPECT_EQ(verdicts().first, after.first);
  Reopen();
  EXPECT_EQ(verdicts().first, after.first);
}

TEST_F(QuestionsTest, AWriteIsSeenByTheNextQuestion) {
  WriteSmallInventory();
  const auto ask = [&] {
    return Check(engine(), CheckOf({{"acme", "vendor", {}}}), "question", CallContext())
        ->answers[0]
        .verdict;
  };
  EXPECT_EQ(ask(), verdict::Verdict::kLacking);
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", "SE"))}));
  EXPECT_EQ(ask(), verdict::Verdict::kNotATransfer);
}

TEST_F(QuestionsTest, TransfersInPagesOfOneRevision) {
  WriteSmallInventory();
  ONWARD_ASSERT_OK(
      Write({Upsert(FlowOf("b", "acme", "vendor")), Upsert(FlowOf("c", "acme", "vendor"))}));
  ListTransfersRequest request;
  request.inventory = kDefaultInventory;
  request.page.size = 2;
  std::vector<std::string> flows;
  while (true) {
    const auto page = ListTransfers(engine(), request, CallContext());
    ONWARD_ASSERT_OK(page);
    EXPECT_EQ(page->basis.revision, 2);
    EXPECT_EQ(page->page.summary.lacking, 3);
    for (const query::TransferRow& row : page->page.rows) {
      flows.push_back(row.flow->id);
    }
    if (!page->next) {
      break;
    }
    request.page.from = page->next;
    ONWARD_ASSERT_OK(Write({Upsert(FlowOf("bb", "acme", "vendor"))}));
  }
  EXPECT_THAT(flows, ElementsAre("acme-to-vendor", "b", "c"));
}

TEST_F(QuestionsTest, FindingsInPagesOfOneRevisionAndTheirTriage) {
  WriteSmallInventory();
  ListFindingsRequest request;
  request.inventory = kDefaultInventory;
  request.page.size = 1;
  std::vector<std::string> codes;
  while (true) {
    const auto page = ListFindings(engine(), request, CallContext());
    ONWARD_ASSERT_OK(page);
    EXPECT_EQ(page->basis.revision, 1);
    for (const query::Finding& finding : page->page.rows) {
      codes.emplace_back(query::KindOf(finding.code).code);
    }
    if (!page->next) {
      break;
    }
    request.page.from = page->next;
    ONWARD_ASSERT_OK(Write({Upsert(FlowOf("b" + std::to_string(codes.size()), "acme", "vendor"))}));
  }
  EXPECT_THAT(codes, ElementsAre("ART28_TERMS_MISSING", "TRANSFER_LACKING", "CHAIN_NOT_DISCLOSED"));

  model::Triage triage;
  triage.id = "t";
  triage.finding = "TRANSFER_LACKING";
  triage.subject = "flow/acme-to-vendor";
  triage.decision = model::TriageDecision::kFalsePositive;
  triage.owner = "dpo";
  triage.reason = "test data only";
  ONWARD_ASSERT_OK(Write({Upsert(triage)}));
  ListFindingsRequest lacking;
  lacking.inventory = kDefaultInventory;
  lacking.filter.subjects = {{model::RecordKind::kFlow, "acme-to-vendor"}};
  const auto triaged = [&] {
    return ListFindings(engine(), lacking, CallContext())->page.summary.triaged;
  };
  EXPECT_EQ(triaged(), 1);
  ONWARD_ASSERT_OK(Write({Delete(model::RecordKind::kTriage, "t")}));
  EXPECT_EQ(triaged(), 0);
  request.page.from = PagePosition{1, "nonsense"};
  EXPECT_EQ(DetailIn(ListFindings(engine(), request, CallContext())).reason, "INVALID_REQUEST");
}

TEST_F(QuestionsTest, ExplainAFlow) {
  WriteSmallInventory();
  ExplainRequest request;
  request.inventory = kDefaultInventory;
  request.flow = "acme-to-vendor";
  const auto result = Explain(engine(), request, CallContext());
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->explanation.verdict.verdict, verdict::Verdict::kLacking);
  EXPECT_THAT(result->explanation.destinations, SizeIs(1));
  request.flow = "no-such-flow";
  EXPECT_EQ(DetailIn(Explain(engine(), request, CallContext())).reason, "RECORD_NOT_FOUND");
}

TEST_F(QuestionsTest, DecisionsInForceOnADate) {
  const law::Register& law = *engine().law()->domain;
  const auto in_force = [&](Date as_of) {
    std::vector<std::string> numbers;
    DecisionFilter filter;
    filter.as_of = as_of;
    filter.codes = {"US"};
    for (const law::Decision& decision : law.decisions()) {
      if (decision.requires_certification && Selects(filter, decision)) {
        numbers.push_back(decision.scheme);
      }
    }
    return numbers;
  };
  EXPECT_THAT(in_force(Date::Of(2020, 7, 15)), ElementsAre("us_privacy_shield"));
  EXPECT_THAT(in_force(Date::Of(2020, 7, 16)), IsEmpty());
  EXPECT_THAT(in_force(Date::Of(2023, 7, 10)), ElementsAre("us_dpf"));
}

TEST_F(QuestionsTest, FreeFlowPlacesOnADate) {
  const law::Register& law = *engine().law()->domain;
  JurisdictionFilter filter;
  filter.as_of = Date::Of(2026, 1, 1);
  filter.free_flow_only = true;
  EXPECT_TRUE(Selects(filter, *law.FindJurisdiction("FI")));
  EXPECT_FALSE(Selects(filter, *law.FindJurisdiction("US")));
  filter.codes = {"SE"};
  EXPECT_FALSE(Selects(filter, *law.FindJurisdiction("FI")));
}

}  // namespace
}  // namespace onward::commands
