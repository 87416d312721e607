// Judgements that were brought up to date write by write say what those made of the records at once say, on
// random sequences of writes; the seed is in the trace.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "graph/query/judgements.h"
#include "graph/query/over_time.h"
#include "graph/query/prepared_since.h"
#include "graph/query/random_inventory.h"
#include "graph/query/said_for_tests.h"
#include "tests/support/law.h"

namespace onward::query {
namespace {

constexpr uint64_t kWorlds = 80;
constexpr uint64_t kChains = 60;
constexpr int kWrites = 10;

// Draws writes: records of another random inventory with the same ids, with what that does not draw added.
class Writer {
 public:
  explicit Writer(uint64_t seed) : random_(seed) {}

  // Never a reference that does not resolve in `now`, which has all parties.
  model::Mutation Next(const Records& now, const Records& other) {
    if (Below(12) == 0) {
      return Location();
    }
    if (Below(12) == 0) {
      return Activity(now);
    }
    if (Below(6) == 0) {
      return Removal(now);
    }
    if (Below(2) == 0) {
      return Tweak(now);
    }
    auto at = other.begin();
    std::advance(at, static_cast<ptrdiff_t>(Below(other.size())));
    model::Record record = at->second;
    if (auto* const flow = std::get_if<model::Flow>(&record)) {
      Decorate(now, *flow);
    } else if (auto* const party = std::get_if<model::Party>(&record)) {
      if (Below(4) == 0) {
        party->branch_of = PartyOf(now);
      }
    }
    return {at->first, std::move(record), {}, false};
  }

  static std::string LocationId(size_t number) { return "l" + std::to_string(number); }
  static model::Location LocationAt(size_t number, const std::string& operated_by) {
    model::Location location;
    location.id = LocationId(number);
    location.country = number == 0 ? "US" : "DE";
    location.operator_party = operated_by;
    return location;
  }

 private:
  size_t Below(size_t max) { return std::uniform_int_distribution<size_t>(0, max - 1)(random_); }

  std::string AnyOf(const Records& now, model::RecordKind kind) {
    std::vector<std::string> ids;
    for (const auto& [ref, record] : now) {
      if (ref.kind == kind) {
        ids.push_back(ref.id);
      }
    }
    return ids.empty() ? "" : ids[Below(ids.size())];
  }
  std::string PartyOf(const Records& now) { return AnyOf(now, model::RecordKind::kParty); }

  void Decorate(const Records& now, model::Flow& flow) {
    flow.exporter = PartyOf(now);
    flow.importer = PartyOf(now);
    flow.on_behalf_of.clear();
    if (Below(3) == 0) {
      flow.on_behalf_of = {PartyOf(now)};
    }
    // Chains of processors, at whose head somebody is a controller.
    if (Below(2) == 0) {
      flow.exporter_role = Below(4) == 0 ? model::Role::kController : model::Role::kProcessor;
      flow.importer_role = model::Role::kSubProcessor;
    }
    if (Below(3) == 0) {
      model::Site site;
      if (Below(2) == 0) {
        site.location = LocationId(Below(2));
      } else {
        site.country = "IN";
        site.operator_party = Below(2) == 0 ? PartyOf(now) : "";
      }
      flow.sites = {site};
    }
    const std::string agreement = AnyOf(now, model::RecordKind::kAgreement);
    if (!agreement.empty() && Below(6) == 0) {
      flow.agreements = {agreement};
    }
  }

  model::Mutation Location() {
    const size_t number = Below(2);
    model::Location location =
        LocationAt(number, Below(2) == 0 ? std::string(1, static_cast<char>('a' + Below(3))) : "");
    location.country = Below(2) == 0 ? "US" : "SE";
    return {{model::RecordKind::kLocation, location.id}, location, {}, false};
  }

  model::Mutation Activity(const Records& now) {
    model::Activity activity;
    activity.id = "activity" + std::to_string(Below(2));
    activity.controllers = {PartyOf(now)};
    activity.data_categories = {Below(2) == 0 ? "contact" : "financial"};
    if (Below(2) == 0) {
      activity.processor = PartyOf(now);
      activity.on_behalf_of = {PartyOf(now)};
    }
    return {{model::RecordKind::kActivity, activity.id}, activity, {}, false};
  }

  // One thing about a flow that is there, or about a party.
  model::Mutation Tweak(const Records& now) {
    static const std::vector<model::Role> kRoles = {
        model::Role::kController, model::Role::kProcessor, model::Role::kSubProcessor};
    const std::string id = AnyOf(now, model::RecordKind::kFlow);
    if (id.empty() || Below(6) == 0) {
      model::Record record = now.at({model::RecordKind::kParty, PartyOf(now)});
      auto& party = std::get<model::Party>(record);
      party.establishment = Below(2) == 0 ? "CH" : "FI";
      return {{model::RecordKind::kParty, party.id}, record, {}, false};
    }
    model::Record record = now.at({model::RecordKind::kFlow, id});
    auto& flow = std::get<model::Flow>(record);
    switch (Below(7)) {
      case 0:
        flow.exporter_role = kRoles[Below(kRoles.size())];
        break;
      case 1:
        flow.importer_role = kRoles[Below(kRoles.size())];
        break;
      case 2:
        flow.on_behalf_of.clear();
        for (size_t i = Below(3); i > 0; --i) {
          AddName(PartyOf(now), flow.on_behalf_of);
        }
        break;
      case 3:
        flow.data_categories = {Below(2) == 0 ? "contact" : "contact.email"};
        break;
      case 4:
        flow.interval.until = Below(2) == 0 ? Date::Max() : flow.interval.until;
        break;
      case 5:
        flow.activities = {"activity0"};
        if (now.count({model::RecordKind::kActivity, "activity0"}) == 0) {
          flow.activities.clear();
        }
        break;
      default:
        flow.purposes = {"purpose" + std::to_string(Below(3))};
    }
    return {{model::RecordKind::kFlow, id}, record, {}, false};
  }

  static void AddName(const std::string& name, model::Strings& names) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }

  // Of a flow, or of an agreement.
  model::Mutation Removal(const Records& now) {
    const std::string agreement = AnyOf(now, model::RecordKind::kAgreement);
    if (Below(3) == 0 && !agreement.empty()) {
      return {{model::RecordKind::kAgreement, agreement}, std::nullopt, {}, false};
    }
    return {
        {model::RecordKind::kFlow, AnyOf(now, model::RecordKind::kFlow)}, std::nullopt, {}, false};
  }

  std::mt19937_64 random_;
};

JudgementsPtr Anew(const SnapshotPtr& snapshot, const verdict::Question& question,
                   size_t singly_max) {
  JudgeOptions options;
  options.singly_max = singly_max;
  return *Judgements::Make(snapshot, ::onward::testing::TheRegister(), question, options);
}

struct Tally {
  size_t writes = 0;
  size_t derived = 0;
  size_t arrivals_shared = 0;
};

// Whether some of what is known of the flows is the same object.
bool Share(const Judgements& one, const Judgements& other) {
  for (const uint32_t flow : one.snapshot().FlowsInOrder()) {
    if (flow < other.snapshot().FlowCount() &&
        &one.arrivals().Declared(flow) == &other.arrivals().Declared(flow)) {
      return true;
    }
  }
  return false;
}

void ExpectAsAnew(uint64_t seed, Tally& tally) {
  RandomInventory random(seed);
  Writer writer(seed);
  std::vector<model::Record> first;
  for (auto& [ref, record] : RecordsOf(*random.Next().Take())) {
    first.push_back(std::move(record));
  }
  first.emplace_back(Writer::LocationAt(0, ""));
  first.emplace_back(Writer::LocationAt(1, "a"));
  SnapshotPtr snapshot = Snapshot::Build(1, std::move(first));
  const verdict::Question question{random.NextDay(), Date::Max()};
  JudgementsPtr judged = Anew(snapshot, question, 0);
  for (int write = 0; write < kWrites; ++write) {
    SCOPED_TRACE("write " + std::to_string(write));
    const Records now = RecordsOf(*snapshot);
    const Records other = RecordsOf(*random.Next().Take());
    std::vector<model::Mutation> mutations = {writer.Next(now, other)};
    SnapshotPtr next = snapshot->With(2 + static_cast<uint64_t>(write), mutations);
    // Several writes one after the other.
    if (write % 3 == 2) {
      const model::Mutation more = writer.Next(RecordsOf(*next), other);
      next = next->With(next->revision() + 1, {more});
      mutations.push_back(more);
    }
    const absl::StatusOr<JudgementsPtr> derived = Judgements::After(*judged, next, mutations, {});
    ASSERT_TRUE(derived.ok());
    ++tally.writes;
    tally.derived += (*derived)->over_time().AtHand() != nullptr &&
                             !(*derived)->over_time().AtHand()->touched().empty()
                         ? 1
                         : 0;
    tally.arrivals_shared += Share(**derived, *judged) ? 1 : 0;
    const JudgementsPtr anew = Anew(Snapshot::Build(1,
                                                    [&next] {
                                                      std::vector<model::Record> records;
                                                      for (auto& [ref, record] : RecordsOf(*next)) {
                                                        records.push_back(std::move(record));
                                                      }
                                                      return records;
                                                    }()),
                                    question, std::numeric_limits<size_t>::max());
    ASSERT_EQ(Said(**derived), Said(*anew)) << "after " << model::ToString(mutations.front().ref)
                                            << " and " << mutations.size() - 1 << " more";
    judged = (*derived)->over_time().AtHand() == nullptr ? Anew(next, question, 0) : *derived;
    snapshot = next;
  }
}

// Controllers with contracts of their own with those far down chains of processors: for whom these act decides.
class Chains {
 public:
  explicit Chains(uint64_t seed) : random_(seed) {}

  std::vector<model::Record> Records() {
    std::vector<model::Record> records;
    for (size_t number = 0; number < kParties; ++number) {
      model::Party party;
      party.id = Id(number);
      party.establishment = number < kControllers || Below(2) == 0 ? "FI" : "IN";
      party.branch_of = number == 1 && Below(3) == 0 ? Id(0) : "";
      records.emplace_back(party);
    }
    for (size_t number = 0; number < 3; ++number) {
      records.emplace_back(Contract(number));
    }
    for (size_t number = 0; number < kFlows; ++number) {
      records.emplace_back(Flow(number));
    }
    return records;
  }

  // Of a flow alone.
  model::Mutation Next() {
    const model::Flow flow = Flow(Below(kFlows + 4));
    if (Below(4) == 0) {
      return {{model::RecordKind::kFlow, flow.id}, std::nullopt, {}, false};
    }
    return {{model::RecordKind::kFlow, flow.id}, flow, {}, false};
  }

 private:
  static constexpr size_t kControllers = 3;
  static constexpr size_t kParties = 8;
  static constexpr size_t kFlows = 10;

  size_t Below(size_t max) { return std::uniform_int_distribution<size_t>(0, max - 1)(random_); }
  static std::string Id(size_t number) { return std::string(1, static_cast<char>('a' + number)); }
  std::string Controller() { return Id(Below(kControllers)); }
  size_t Processor() { return kControllers + Below(kParties - kControllers); }

  model::Agreement Contract(size_t number) {
    model::Agreement contract;
    contract.id = "contract" + std::to_string(number);
    contract.parties = {Controller(), Id(Processor())};
    contract.instruments = {"scc-2021-914-m2", "scc-2021-914-m3"};
    contract.signed_on = Date::Of(2021, 7, 1);
    model::TransferImpactAssessment tia;
    tia.performed_on = Date::Of(2021, 7, 1);
    tia.outcome = model::TiaOutcome::kAdequate;
    tia.review_due = Date::Of(2040, 1, 1);
    contract.tias = {tia};
    return contract;
  }

  model::Flow Flow(size_t number) {
    model::Flow flow;
    flow.id = "f" + std::to_string(number);
    const bool first = Below(3) == 0;
    const size_t importer = Processor();
    const size_t exporter = Processor();
    flow.exporter = first ? Controller() : Id(exporter == importer ? kControllers : exporter);
    flow.importer = Id(importer);
    flow.exporter_role = first ? model::Role::kController : model::Role::kProcessor;
    flow.importer_role = first ? model::Role::kProcessor : model::Role::kSubProcessor;
    if (Below(12) == 0) {
      flow.exporter_role = model::Role::kUnspecified;
    }
    if (Below(3) == 0) {
      flow.data_categories = {Below(2) == 0 ? "contact" : "financial"};
    }
    if (Below(12) == 0) {
      flow.on_behalf_of = {Controller()};
    }
    if (Below(6) == 0) {
      flow.interval.from = Date::Of(2023, 1, 1).Plus(static_cast<int32_t>(Below(1'000)));
    }
    if (Below(5) == 0) {
      flow.interval.until = Date::Of(2026, 1, 1).Plus(static_cast<int32_t>(Below(1'000)));
    }
    return flow;
  }

  std::mt19937_64 random_;
};

// The steps of all flows, in order of id.
std::string SaidOverTime(const Judgements& judged) {
  std::string text;
  for (const uint32_t flow : judged.snapshot().FlowsInOrder()) {
    const FlowStepsPtr steps = judged.over_time().StepsOf(flow);
    text += std::string(judged.snapshot().FlowId(flow)) + ":";
    const auto add = [&text](const std::vector<VerdictStep>& list) {
      for (const VerdictStep& step : list) {
        text += " " + step.date.ToString() + " " + std::string(Name(step.verdict)) + " " +
                std::string(Name(step.reason));
      }
    };
    add(steps->hop);
    for (const FlowSteps::Destination& destination : steps->destinations) {
      text += "; " + destination.code;
      add(destination.steps);
    }
    text += "\n";
  }
  return text;
}

// What a write of flows leaves untouched is judged as it was, on all days.
TEST(JudgementsProperty, AfterWritesIntoChainsOfProcessorsAsAnew) {
  size_t alone = 0;
  size_t with_others = 0;
  for (uint64_t seed = 0; seed < kChains; ++seed) {
    Chains chains(seed);
    SnapshotPtr snapshot = Snapshot::Build(1, chains.Records());
    const verdict::Question question{Date::Of(2024, 3, 1), Date::Max()};
    JudgementsPtr judged = Anew(snapshot, question, 0);
    for (int write = 0; write < kWrites; ++write) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", write " + std::to_string(write));
      const std::vector<model::Mutation> mutations = {chains.Next()};
      const SnapshotPtr next = snapshot->With(2 + static_cast<uint64_t>(write), mutations);
      const JudgementsPtr derived = *Judgements::After(*judged, next, mutations, {});
      const JudgementsPtr anew = Anew(next->Folded(), question, std::numeric_limits<size_t>::max());
      ASSERT_EQ(Said(*derived), Said(*anew)) << "after " << model::ToString(mutations[0].ref);
      ASSERT_EQ(SaidOverTime(*derived), SaidOverTime(*anew));
      const PreparedSince* const prepared = derived->over_time().AtHand();
      alone += prepared != nullptr && prepared->touched().size() == 1 ? 1 : 0;
      with_others += prepared != nullptr && prepared->touched().size() > 1 ? 1 : 0;
      judged = prepared == nullptr ? Anew(next, question, 0) : derived;
      snapshot = next;
    }
  }
  EXPECT_GT(alone, kChains);
  EXPECT_GT(with_others, kChains);
}

TEST(JudgementsProperty, AfterWritesAsAnew) {
  Tally tally;
  for (uint64_t seed = 0; seed < kWorlds && !::testing::Test::HasFatalFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ExpectAsAnew(seed, tally);
  }
  EXPECT_GT(tally.derived, tally.writes / 2);
  EXPECT_GT(tally.arrivals_shared, tally.writes / 3);
}

}  // namespace
}  // namespace onward::query
