// Findings and their triage as a client of the server sees them.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/offline.h"
#include "tests/support/fake_clock.h"

namespace onward::services {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ServerFindingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto service = StartOffline(&clock_);
    ASSERT_TRUE(service.ok()) << service.status();
    service_ = *std::move(service);
    inventory_ = v1::Inventory::NewStub(service_->channel());
    transfers_ = v1::Transfers::NewStub(service_->channel());
    v1::ApplyRequest request = Request();
    for (const auto& [id, place] : {std::pair("acme", "FI"), std::pair("vendor", "US")}) {
      v1::Party& party = *request.add_mutations()->mutable_upsert()->mutable_party();
      party.set_id(id);
      party.set_establishment(place);
    }
    v1::Flow& flow = *request.add_mutations()->mutable_upsert()->mutable_flow();
    flow.set_id("acme-to-vendor");
    flow.set_exporter("acme");
    flow.set_importer("vendor");
    flow.set_exporter_role(v1::ROLE_CONTROLLER);
    flow.set_importer_role(v1::ROLE_PROCESSOR);
    flow.add_data_categories("contact.email");
    const grpc::Status applied = Apply(request);
    ASSERT_TRUE(applied.ok()) << applied.error_message();
  }
  void TearDown() override {
    inventory_.reset();
    transfers_.reset();
  }

  v1::ApplyRequest Request() {
    v1::ApplyRequest request;
    request.set_inventory("default");
    request.set_request_id("write-" + std::to_string(++writes_));
    return request;
  }
  grpc::Status Apply(const v1::ApplyRequest& request) {
    grpc::ClientContext context;
    v1::ApplyResponse response;
    return inventory_->Apply(&context, request, &response);
  }
  grpc::Status List(const v1::ListFindingsRequest& request, v1::ListFindingsResponse* response) {
    grpc::ClientContext context;
    return transfers_->ListFindings(&context, request, response);
  }
  static v1::ListFindingsRequest Question() {
    v1::ListFindingsRequest request;
    request.set_inventory("default");
    return request;
  }
  // CODE kind/id, all pages of one finding each.
  std::vector<std::string> Lines(v1::ListFindingsRequest request) {
    std::vector<std::string> lines;
    request.set_page_size(1);
    do {
      v1::ListFindingsResponse page;
      const grpc::Status status = List(request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::Finding& finding : page.findings()) {
        lines.push_back(finding.code() + " " + finding.subject());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return lines;
  }
  v1::ApplyRequest Answer(const std::string& code, v1::TriageDecision decision,
                          const std::string& until) {
    v1::ApplyRequest request = Request();
    request.set_author("dpo");
    v1::Triage& triage = *request.add_mutations()->mutable_upsert()->mutable_triage();
    triage.set_id("t");
    triage.set_finding(code);
    triage.set_subject("flow/acme-to-vendor");
    triage.set_decision(decision);
    triage.set_accepted_until(until);
    triage.set_owner("dpo");
    triage.set_reason("clauses are being signed");
    return request;
  }

  int writes_ = 0;
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::unique_ptr<OfflineService> service_;
  std::unique_ptr<v1::Inventory::Stub> inventory_;
  std::unique_ptr<v1::Transfers::Stub> transfers_;
};

// field: message of the first violation.
std::string ViolationOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest bad;
    if (detail.UnpackTo(&bad) && !bad.field_violations().empty()) {
      return bad.field_violations(0).field() + ": " + bad.field_violations(0).description();
    }
  }
  return "";
}

TEST_F(ServerFindingsTest, WholeAnswersAndFilters) {
  EXPECT_THAT(Lines(Question()), ElementsAre("ART28_TERMS_MISSING flow/acme-to-vendor",
                                             "TRANSFER_LACKING flow/acme-to-vendor",
                                             "CHAIN_NOT_DISCLOSED party/vendor"));
  v1::ListFindingsRequest low = Question();
  low.add_severities(v1::FINDING_SEVERITY_LOW);
  EXPECT_THAT(Lines(low), ElementsAre("CHAIN_NOT_DISCLOSED party/vendor"));
  v1::ListFindingsRequest acme = Question();
  acme.add_parties("acme");
  acme.add_codes("TRANSFER_LACKING");
  acme.add_codes("CHAIN_NOT_DISCLOSED");
  EXPECT_THAT(Lines(acme), ElementsAre("TRANSFER_LACKING flow/acme-to-vendor"));
  acme.clear_parties();
  acme.add_parties("nobody");
  EXPECT_THAT(Lines(acme), IsEmpty());
}

TEST_F(ServerFindingsTest, EveryFieldOfAFinding) {
  v1::ListFindingsRequest request = Question();
  request.add_codes("TRANSFER_LACKING");
  v1::ListFindingsResponse response;
  ASSERT_TRUE(List(request, &response).ok());
  ASSERT_EQ(response.findings_size(), 1);
  const v1::Finding& finding = response.findings(0);
  EXPECT_EQ(finding.severity(), v1::FINDING_SEVERITY_HIGH);
  EXPECT_EQ(finding.title(), "A transfer without a mechanism");
  EXPECT_EQ(finding.flow(), "acme-to-vendor");
  EXPECT_EQ(finding.destination(), "US");
  EXPECT_FALSE(finding.detail().empty());
  EXPECT_FALSE(finding.remedy().empty());
  EXPECT_EQ(finding.source(), "GDPR Art. 44");
  EXPECT_FALSE(finding.has_triage());
  EXPECT_EQ(response.stamp().as_of(), "2026-11-22");
  EXPECT_EQ(response.summary().high(), 1U);
}

TEST_F(ServerFindingsTest, AnAcceptanceHoldsUntilItsDayAndEndsWhenReopened) {
  ASSERT_TRUE(Apply(Answer("TRANSFER_LACKING", v1::TRIAGE_DECISION_ACCEPTED, "2027-01-01")).ok());
  v1::ListFindingsRequest request = Question();
  request.add_codes("TRANSFER_LACKING");
  EXPECT_THAT(Lines(request), IsEmpty());
  request.set_as_of("2026-12-31");
  EXPECT_THAT(Lines(request), IsEmpty());
  request.set_as_of("2027-01-01");
  EXPECT_THAT(Lines(request), ElementsAre("TRANSFER_LACKING flow/acme-to-vendor"));

  v1::ApplyRequest reopen = Request();
  reopen.set_author("auditor");
  v1::RecordRef& ref = *reopen.add_mutations()->mutable_delete_();
  ref.set_kind(v1::RECORD_KIND_TRIAGE);
  ref.set_id("t");
  ASSERT_TRUE(Apply(reopen).ok());
  request.clear_as_of();
  EXPECT_THAT(Lines(request), ElementsAre("TRANSFER_LACKING flow/acme-to-vendor"));
  request.mutable_consistency()->set_at_revision(2);
  request.set_include_triaged(true);
  v1::ListFindingsResponse then;
  ASSERT_TRUE(List(request, &then).ok());
  EXPECT_EQ(then.findings(0).triage().accepted_until(), "2027-01-01");
  EXPECT_EQ(then.findings(0).triage().owner(), "dpo");
  EXPECT_EQ(then.summary().triaged(), 1U);

  v1::HistoryRequest history;
  history.set_inventory("default");
  history.mutable_ref()->CopyFrom(ref);
  v1::HistoryResponse revisions;
  grpc::ClientContext context;
  ASSERT_TRUE(inventory_->History(&context, history, &revisions).ok());
  std::vector<std::string> authors;
  for (const v1::Revision& revision : revisions.revisions()) {
    authors.push_back(revision.author());
  }
  EXPECT_THAT(authors, ::testing::UnorderedElementsAre("dpo", "auditor"));
}

TEST_F(ServerFindingsTest, ATriageOfAnUnknownFindingIsRefused) {
  const grpc::Status status =
      Apply(Answer("TRANSFER_LAKCING", v1::TRIAGE_DECISION_FALSE_POSITIVE, ""));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolationOf(status),
              HasSubstr("mutations[0].upsert.triage.finding: unknown finding"));
  EXPECT_THAT(ViolationOf(status), HasSubstr("did you mean TRANSFER_LACKING?"));
}

TEST_F(ServerFindingsTest, RefusesQuestionsThatAreNone) {
  v1::ListFindingsResponse response;
  v1::ListFindingsRequest request = Question();
  request.add_codes("ART28_TERM_MISSING");
  EXPECT_THAT(ViolationOf(List(request, &response)),
              ::testing::AllOf(HasSubstr("codes[0]"), HasSubstr("ART28_TERMS_MISSING")));
  request = Question();
  request.add_subjects("acme");
  EXPECT_THAT(ViolationOf(List(request, &response)), HasSubstr("subjects[0]"));
  request = Question();
  request.set_ends_within_days(3'651);
  EXPECT_THAT(ViolationOf(List(request, &response)), HasSubstr("ends_within_days"));
  request = Question();
  request.add_severities(static_cast<v1::FindingSeverity>(9));
  EXPECT_THAT(ViolationOf(List(request, &response)), HasSubstr("severities[0]"));
  request = Question();
  request.set_page_token("x");
  EXPECT_EQ(List(request, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace onward::services
