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
        flows_(world.Flows()),
        prepared_(Prepared::Make(flows_, world.inventory(), *::onward::testing::TheRegister(),
                                 world.known_at())) {}

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

}  // namespace
}  // namespace onward::verdict
