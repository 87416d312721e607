// The notion of a transfer: the test vectors of the EDPB Guidelines 05/2021 v2.0 and the criteria,
// each as an inventory would record it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {
namespace {

using model::Role;

constexpr std::string_view kDay = "2024-05-01";

enum class Expected { kTransfer, kNotATransfer };

struct Vector {
  std::string_view id;
  std::string_view what;
  std::string_view exporter;
  Role exporter_role;
  bool exporter_subject;
  std::string_view importer;
  Role importer_role;
  Expected expected;
  std::function<void(World&)> change = [](World&) {};
};

void Direct(World& w) { w.flow.collection = model::Collection::kDirectFromDataSubject; }
void OwnBranch(World& w) { w.vendor.branch_of = "acme"; }
void SiteIn(World& w, std::string_view country, model::SiteOperation operation) {
  model::Site site;
  site.country = country;
  site.operation = operation;
  w.flow.sites = {site};
}

// N20, a customer's own data sent to him: he is no party, so that there is no flow to record.
const std::vector<Vector>& Vectors() {
  constexpr auto kC = Role::kController;
  constexpr auto kJ = Role::kJointController;
  constexpr auto kP = Role::kProcessor;
  constexpr auto kS = Role::kSubProcessor;
  constexpr auto kTransfer = Expected::kTransfer;
  constexpr auto kNot = Expected::kNotATransfer;
  static const std::vector<Vector> kVectors = {
      {"N01", "shopper to a shop abroad", "", kC, false, "SG", kC, kNot, Direct},
      {"N02", "shop abroad that targets the EU to a processor", "SG", kC, true, "IN", kP,
       kTransfer},
      {"N03", "guest to a hotel abroad", "", kC, false, "US", kC, kNot, Direct},
      {"N04", "travel platform to a hotel", "IE", kC, true, "US", kC, kTransfer},
      {"N05", "controller to a processor", "AT", kC, true, "IN", kP, kTransfer},
      {"N06", "processor back to its controller abroad", "IE", kP, true, "IN", kC, kTransfer,
       [](World& w) {
         w.arrival = {true, false, true};
       }},
      {"N07", "processor to a sub-processor", "FR", kP, true, "IN", kS, kTransfer},
      {"N08", "employee on a journey looks in", "PL", kC, true, "IN", kC, kNot,
       [](World& w) {
         OwnBranch(w);
         SiteIn(w, "IN", model::SiteOperation::kRemoteAccess);
       }},
      {"N09", "subsidiary to its parent", "IE", kC, true, "US", kP, kTransfer,
       [](World& w) { w.acme.group_parent = "vendor"; }},
      {"N10", "processor to a controller that targets the EU", "FR", kP, true, "US", kC, kTransfer,
       [](World& w) { w.vendor.gdpr_subject = {{}}; }},
      {"N11", "support that looks in from abroad", "DE", kC, true, "IN", kP, kTransfer,
       [](World& w) { SiteIn(w, "DE", model::SiteOperation::kStorage); }},
      {"N12", "processor in the EU with a parent abroad", "DK", kC, true, "DE", kP, kNot,
       [](World& w) {
         w.others.Add(PartyIn("parent", "US"));
         w.vendor.group_parent = "parent";
       }},
      {"N13", "answer to a foreign authority", "DE", kP, true, "US", kC, kTransfer},
      {"N14", "own branch abroad", "FR", kC, true, "IN", kC, kNot, OwnBranch},
      {"N15", "code of a third party on a web site", "DE", kC, true, "US", kC, kTransfer,
       [](World& w) { w.flow.collection = model::Collection::kFromParty; }},
      {"N16", "controller abroad that targets the EU to a processor in it", "IN", kC, true, "DE",
       kP, kNot},
      {"N17", "neither established nor targeting", "US", kC, false, "IN", kP, kNot},
      {"N18", "to Norway", "DE", kC, true, "NO", kP, kNot},
      {"N19", "to the patent organisation", "DE", kC, true, "IO:EPO", kC, kTransfer},
      {"N21", "to a joint controller abroad", "DE", kC, true, "IN", kJ, kTransfer,
       [](World& w) { w.vendor.gdpr_subject = {{}}; }},
      {"N22", "packets that only pass through", "DE", kC, true, "FR", kP, kNot,
       [](World& w) { SiteIn(w, "US", model::SiteOperation::kTransit); }},
  };
  return kVectors;
}

class NotionOfATransfer : public ::testing::TestWithParam<Vector> {};

TEST_P(NotionOfATransfer, IsAsTheGuidelinesSay) {
  const Vector& vector = GetParam();
  World world;
  world.acme.establishment = vector.exporter;
  world.vendor.establishment = vector.importer;
  world.flow.exporter_role = vector.exporter_role;
  world.flow.importer_role = vector.importer_role;
  world.flow.exporter_gdpr_subject = vector.exporter_subject;
  vector.change(world);
  const HopVerdict verdict = world.Judge(kDay);
  const bool transfer = verdict.Deciding().kind == HopKind::kTransfer;
  EXPECT_EQ(transfer, vector.expected == Expected::kTransfer)
      << vector.what << ": " << verdict.Deciding().explanation;
  if (!transfer) {
    EXPECT_EQ(verdict.verdict, Verdict::kNotATransfer) << Line(verdict);
  }
}

INSTANTIATE_TEST_SUITE_P(Edpb, NotionOfATransfer, ::testing::ValuesIn(Vectors()),
                         [](const auto& row) { return std::string(row.param.id); });

TEST(Criteria, NameTheirFactsAndSources) {
  World world;
  const HopVerdict verdict = world.Judge(kDay);
  ASSERT_EQ(verdict.criteria.size(), 3U);
  EXPECT_EQ(verdict.criteria[0].criterion, "T1");
  EXPECT_EQ(verdict.criteria[0].met, true);
  EXPECT_EQ(verdict.criteria[0].fact, "acme is established in Finland (FI).");
  EXPECT_EQ(verdict.criteria[1].met, true);
  EXPECT_EQ(verdict.criteria[2].met, true);
  EXPECT_THAT(verdict.criteria[2].fact, ::testing::HasSubstr("(US)"));
  for (const CriterionFact& fact : verdict.criteria) {
    EXPECT_FALSE(fact.source.empty());
  }
}

TEST(Criteria, LeaveOpenWhatIsNotRecorded) {
  World world;
  world.acme.establishment = "";
  world.vendor.establishment = "";
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(verdict.criteria[0].met, std::nullopt);
  EXPECT_EQ(verdict.criteria[2].met, std::nullopt);
}

}  // namespace
}  // namespace onward::verdict
