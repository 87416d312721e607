// The prepared verdicts against the judge itself, over random inventories. What a shape leaves out is not
// there when its steps are judged, so a field that is read and not kept shows as a difference here. Seeds
// are printed on failure.
#include "graph/verdict/prepared.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "graph/verdict/prepared_world_for_tests.h"

namespace onward::verdict {
namespace {

constexpr unsigned kSeeds = 120;

std::vector<Arrival> AllArrivals() {
  std::vector<Arrival> arrivals;
  arrivals.reserve(8);
  for (int bits = 0; bits < 8; ++bits) {
    arrivals.push_back({(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0});
  }
  return arrivals;
}

std::string Text(const Prepared& prepared, const Brief& brief) {
  return Line(brief.verdict, brief.reason) + " " + prepared.MechanismId(brief.mechanism);
}

// The whole answer in one line, by the judge and as prepared.
std::string Judged(const HopVerdict& hop) {
  std::string text = Line(hop.verdict, hop.reason) + " " + hop.Deciding().mechanism;
  for (const DestinationVerdict& d : hop.destinations) {
    text += "; " + d.destination + ": " + Line(d.verdict, d.reason) + " " + d.mechanism;
  }
  return text;
}
std::string AsPrepared(const Prepared& prepared, uint32_t flow, Date day, const Arrival& arrival) {
  std::string text = Text(prepared, prepared.On(flow, day, arrival));
  for (const DestinationBrief& d : prepared.DestinationsOn(flow, day, arrival)) {
    text += "; " + d.destination + ": " + Text(prepared, d.brief);
  }
  return text;
}

// Each flow of a world on each boundary, the days beside it and a few others.
class Comparison {
 public:
  Comparison(PreparedWorld& world, const std::string& name)
      : world_(world),
        name_(name),
        flows_(world.inventory().flows()),
        prepared_(Prepared::Make(world.inventory().AllFlows(), world.inventory(),
                                 *::onward::testing::TheRegister(), world.known_at())) {}

  const Prepared& prepared() const { return prepared_; }

  void Run() {
    for (uint32_t flow = 0; flow < flows_.size(); ++flow) {
      std::vector<Date> days = {world_.RandomDay(), world_.RandomDay()};
      for (const Date day : Boundaries(*flows_[flow], world_.inventory(),
                                       *::onward::testing::TheRegister(), world_.known_at())) {
        days.insert(days.end(), {day.Plus(-1), day, day.Plus(1)});
      }
      const std::vector<Arrival> arrivals = AllArrivals();
      for (size_t i = 0; i < days.size(); ++i) {
        Compare(flow, days[i], arrivals[(i + flow) % arrivals.size()]);
      }
    }
  }

 private:
  void Compare(uint32_t flow, Date day, const Arrival& arrival) const {
    const HopVerdict hop =
        JudgeHop(*flows_[flow], world_.inventory(), *::onward::testing::TheRegister(),
                 {day, world_.known_at()}, arrival);
    EXPECT_EQ(AsPrepared(prepared_, flow, day, arrival), Judged(hop))
        << name_ << ", " << flows_[flow]->id << " on " << day.ToString();
    EXPECT_EQ(prepared_.VerdictOn(flow, day, arrival), hop.verdict)
        << name_ << ", " << flows_[flow]->id << " on " << day.ToString();
  }

  PreparedWorld& world_;
  std::string name_;
  std::vector<const model::Flow*> flows_;
  Prepared prepared_;
};

TEST(Prepared, EqualsTheJudge) {
  size_t flows = 0;
  size_t unprepared = 0;
  for (unsigned seed = 0; seed < kSeeds && !::testing::Test::HasFailure(); ++seed) {
    PreparedWorld world(seed);
    Comparison comparison(world, "seed " + std::to_string(seed));
    comparison.Run();
    flows += comparison.prepared().stats().flows;
    unprepared += comparison.prepared().stats().unprepared;
  }
  // Random worlds are far denser than real ones; still most flows fit a shape.
  EXPECT_LT(unprepared * 10, flows * 8);
  RecordProperty("flows", static_cast<int>(flows));
  RecordProperty("unprepared", static_cast<int>(unprepared));
}

// A controller, and processors of which each is the sub-processor of the one before; all of them disclose
// to one vendor, which has agreements with the controller and with one that stands apart.
class LongChain {
 public:
  explicit LongChain(size_t length) {
    AddParty("far", "DE");
    AddParty("head", "FI");
    AddParty("vendor", "IN");
    for (size_t i = 0; i < length; ++i) {
      AddParty(Name(i), i % 2 == 0 ? "US" : "FR");
      AddFlow(i == 0 ? "head" : Name(i - 1), Name(i),
              i == 0 ? model::Role::kController : model::Role::kProcessor);
      AddFlow(Name(i), "vendor", model::Role::kProcessor);
    }
    for (const char* controller : {"far", "head"}) {
      inventory_.Add(AgreementOf(std::string("a-") + controller, controller, "vendor",
                                 "scc-2021-914-m2", Day("2022-01-01")));
    }
    AddFlow("far", Name(length / 2), model::Role::kController);
  }

  const Inventory& inventory() const { return inventory_; }
  static std::string Name(size_t number) { return "p" + std::to_string(number); }

 private:
  void AddParty(const std::string& id, const char* place) { inventory_.Add(PartyIn(id, place)); }
  void AddFlow(const std::string& from, const std::string& to, model::Role role) {
    model::Flow flow = FlowBetween(from, to);
    flow.id = std::to_string(10'000 + inventory_.flows().size());
    flow.exporter_role = role;
    flow.importer_role =
        role == model::Role::kController ? model::Role::kProcessor : model::Role::kSubProcessor;
    inventory_.Add(flow);
  }

  Inventory inventory_;
};

// Chains of processors are followed up to one length, by the judge and in numbers.
TEST(Prepared, FollowsChainsAsFarAsTheJudge) {
  const LongChain chain(300);
  const std::vector<const model::Flow*>& flows = chain.inventory().flows();
  const Prepared prepared = Prepared::Make(chain.inventory().AllFlows(), chain.inventory(),
                                           *::onward::testing::TheRegister());
  for (uint32_t flow = 0; flow < flows.size(); ++flow) {
    const bool is_near_an_end = flow < 10 || (flow > 295 && flow < 305) ||
                                (flow > 500 && flow < 520) || flow + 10 > flows.size();
    if (!is_near_an_end) {
      continue;
    }
    for (const Date day : {Day("2021-06-01"), Day("2023-01-01")}) {
      const Arrival arrival = {true, false, false};
      EXPECT_EQ(AsPrepared(prepared, flow, day, arrival),
                Judged(JudgeHop(*flows[flow], chain.inventory(), *::onward::testing::TheRegister(),
                                {day, Date::Max()}, arrival)))
          << flows[flow]->exporter << " to " << flows[flow]->importer << " on " << day.ToString();
    }
  }
}

}  // namespace
}  // namespace onward::verdict
