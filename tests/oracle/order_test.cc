// Order means nothing: of records, of names, of sites; and what is unrelated changes nothing. Random
// inventories, asked as a whole; seeds are printed on failure.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/query/check.h"
#include "graph/snapshot.h"
#include "tests/support/env.h"
#include "tests/support/inventory.h"
#include "tests/support/law.h"

namespace onward::oracle {
namespace {

using ::onward::testing::AgreementOf;
using ::onward::testing::Day;
using ::onward::testing::FlowBetween;
using ::onward::testing::PartyIn;
using verdict::Badness;
using verdict::Verdict;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kSeeds = 30;
#else
constexpr uint64_t kSeeds = 300;
#endif

constexpr int kParties = 7;
constexpr int kFlows = 12;
constexpr int kAgreements = 5;

std::string PartyId(int i) { return "party-" + std::to_string(i); }

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename T>
  T Pick(const std::vector<T>& from) {
    return from[static_cast<size_t>(Below(static_cast<int>(from.size())))];
  }
  template <typename T>
  void Shuffle(std::vector<T>& list) {
    std::shuffle(list.begin(), list.end(), engine_);
  }

 private:
  std::mt19937_64 engine_;
};

const std::vector<std::string>& Places() {
  static const std::vector<std::string> kPlaces = {"DE", "FI", "US", "IN", "CH",
                                                   "CA", "GB", "SJ", "",   "GLOBAL"};
  return kPlaces;
}

model::Flow RandomFlow(Random& random, int number) {
  model::Flow flow = FlowBetween(PartyId(random.Below(kParties)), PartyId(random.Below(kParties)));
  flow.id = "flow-" + std::to_string(number);
  flow.exporter_role =
      random.Pick<model::Role>({model::Role::kController, model::Role::kProcessor});
  flow.importer_role = random.Pick<model::Role>(
      {model::Role::kController, model::Role::kProcessor, model::Role::kUnspecified});
  flow.data_categories = random.Pick<model::Strings>(
      {{"contact.email"}, {"contact"}, {"contact.name", "contact.phone"}, {"ALL_RECEIVED"}});
  for (int n = random.Below(4); n > 0; --n) {
    model::Site site;
    site.country = random.Pick(Places());
    site.operation = model::SiteOperation::kStorage;
    site.operator_party = random.OneIn(2) ? PartyId(random.Below(kParties)) : "";
    if (!site.country.empty()) {
      flow.sites.push_back(site);
    }
  }
  return flow;
}

std::vector<model::Record> RandomRecords(Random& random) {
  std::vector<model::Record> records;
  records.reserve(kParties + kFlows + kAgreements);
  for (int i = 0; i < kParties; ++i) {
    records.emplace_back(PartyIn(PartyId(i), random.Pick(Places())));
  }
  for (int i = 0; i < kFlows; ++i) {
    records.emplace_back(RandomFlow(random, i));
  }
  for (int i = 0; i < kAgreements; ++i) {
    const int one = random.Below(kParties);
    const int other = (one + 1 + random.Below(kParties - 1)) % kParties;
    const std::string instrument = random.Pick<std::string>(
        {"scc-2021-914-m1", "scc-2021-914-m2", "scc-2021-914-m3", "uk-idta"});
    records.emplace_back(AgreementOf("agreement-" + std::to_string(i), PartyId(one), PartyId(other),
                                     instrument, Day("2022-01-01")));
  }
  return records;
}

query::JudgementsPtr Judged(std::vector<model::Record> records) {
  return query::Judgements::Make(Snapshot::Build(1, std::move(records)),
                                 ::onward::testing::TheRegister(),
                                 {Day("2024-06-01"), Date::Max()});
}

verdict::HopVerdict HopOf(const query::Judgements& judged, const std::string& flow) {
  return *judged.Proof(judged.snapshot().FlowNumber(flow).value());
}

// Destinations with what stands for each. Of equally bad ones with one code any may be the one that is
// shown, so reasons are left out.
std::map<std::string, Verdict> Shown(const verdict::HopVerdict& hop) {
  std::map<std::string, Verdict> shown;
  for (const verdict::DestinationVerdict& destination : hop.destinations) {
    shown[destination.destination] = destination.verdict;
  }
  return shown;
}

// The other name of a flow: the order of ids is turned around.
std::string Renamed(const std::string& flow) {
  const int number = std::stoi(flow.substr(flow.find('-') + 1));
  return "flow-" + std::to_string(100 - number);
}

std::vector<model::Record> Rearranged(std::vector<model::Record> records, Random& random) {
  for (model::Record& record : records) {
    if (auto* flow = std::get_if<model::Flow>(&record)) {
      flow->id = Renamed(flow->id);
      random.Shuffle(flow->sites);
      random.Shuffle(flow->data_categories);
    }
  }
  random.Shuffle(records);
  return records;
}

uint64_t Seeds() { return testing::NumberFromEnv("ONWARD_ORDER_SEEDS", kSeeds); }

TEST(Order, WorstDestinationDependsOnNoOrder) {
  for (uint64_t seed = 0; seed < Seeds(); ++seed) {
    Random random(seed);
    const std::vector<model::Record> records = RandomRecords(random);
    const query::JudgementsPtr before = Judged(records);
    const query::JudgementsPtr after = Judged(Rearranged(records, random));
    for (const uint32_t flow : before->snapshot().FlowsInOrder()) {
      const std::string id(before->snapshot().FlowId(flow));
      const verdict::HopVerdict& one = HopOf(*before, id);
      const verdict::HopVerdict& other = HopOf(*after, Renamed(id));
      EXPECT_EQ(one.verdict, other.verdict) << "seed " << seed << " " << id;
      EXPECT_EQ(Shown(one), Shown(other)) << "seed " << seed << " " << id;
      for (const auto& [code, verdict] : Shown(one)) {
        EXPECT_LE(Badness(verdict), Badness(one.verdict)) << "seed " << seed << " " << code;
      }
    }
  }
}

TEST(Order, WorstHopDependsOnNoOrder) {
  for (uint64_t seed = 0; seed < Seeds(); ++seed) {
    Random random(seed);
    const std::vector<model::Record> records = RandomRecords(random);
    const query::JudgementsPtr before = Judged(records);
    const query::JudgementsPtr after = Judged(Rearranged(records, random));
    for (int from = 0; from < kParties; ++from) {
      for (int to = 0; to < kParties; ++to) {
        const query::CheckQuestion question{PartyId(from), PartyId(to), {"contact.email"}};
        const query::CheckAnswer one = query::Check(*before, question);
        const query::CheckAnswer other = query::Check(*after, question);
        EXPECT_EQ(one.verdict, other.verdict) << "seed " << seed << " " << from << " to " << to;
        EXPECT_EQ(one.downstream, other.downstream) << "seed " << seed << " " << from << " " << to;
      }
    }
  }
}

TEST(Order, UnrelatedRecordsChangeNothing) {
  for (uint64_t seed = 0; seed < Seeds(); ++seed) {
    Random random(seed);
    std::vector<model::Record> records = RandomRecords(random);
    const query::JudgementsPtr before = Judged(records);
    records.emplace_back(PartyIn("a-stranger", "DE"));
    records.emplace_back(PartyIn("z-stranger", "IN"));
    model::Flow flow = FlowBetween("a-stranger", "z-stranger");
    flow.id = "a-flow";
    records.emplace_back(flow);
    records.emplace_back(AgreementOf("a-agreement", "a-stranger", "z-stranger", "scc-2021-914-m2",
                                     Day("2022-01-01")));
    const query::JudgementsPtr after = Judged(std::move(records));
    for (const uint32_t known : before->snapshot().FlowsInOrder()) {
      const std::string id(before->snapshot().FlowId(known));
      EXPECT_EQ(HopOf(*before, id), HopOf(*after, id)) << "seed " << seed << " " << id;
    }
  }
}

}  // namespace
}  // namespace onward::oracle
