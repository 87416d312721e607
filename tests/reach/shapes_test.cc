// Every question on graphs of shapes that are known to hurt: it is answered, or bounded with the limit named; it holds little
// memory; it asks often enough whether to stop, and stops at once.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/query/changes.h"
#include "graph/query/judgements.h"
#include "graph/reach/chokepoints.h"
#include "graph/reach/concentration.h"
#include "graph/reach/exposure.h"
#include "graph/reach/exposure_timeline.h"
#include "graph/reach/impact.h"
#include "graph/reach/paths.h"
#include "graph/reach/repair.h"
#include "graph/reach/simulate.h"
#include "graph/reach/summary.h"
#include "tests/support/env.h"
#include "tests/support/law.h"

namespace onward::reach_test {
namespace {

const Date kDay = Date::Of(2026, 1, 1);
constexpr size_t kMemoryMax = size_t{64} << 20;

// Sizes and limits are those that the questions are meant for, divided by this. ONWARD_SHAPES_DIVISOR=1 for the whole of them:
// minutes, for what is judged and repaired.
uint64_t Divisor() {
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  constexpr uint64_t kUsual = 50;
#else
  constexpr uint64_t kUsual = 200;
#endif
  return std::max<uint64_t>(1, testing::NumberFromEnv("ONWARD_SHAPES_DIVISOR", kUsual));
}

uint32_t Sized(uint64_t whole) { return static_cast<uint32_t>(whole / Divisor()); }

// Parties p0 to pN; the first holds the data, all others hand on what they received.
class Shape {
 public:
  explicit Shape(std::string name) : name_(std::move(name)) {}

  void Parties(uint32_t number) {
    for (uint32_t i = 0; i < number; ++i) {
      model::Party party;
      party.id = absl::StrCat("p", i);
      party.establishment = i % 3 == 0 ? "FI" : i % 3 == 1 ? "US" : "IN";
      records_.emplace_back(std::move(party));
    }
  }

  void Flow(uint32_t from, uint32_t to) {
    model::Flow flow;
    flow.id = absl::StrCat("f", flows_++);
    flow.exporter = absl::StrCat("p", from);
    flow.importer = absl::StrCat("p", to);
    flow.exporter_role = flow.importer_role = model::Role::kController;
    flow.data_categories = {from == 0 ? "contact" : std::string(model::kAllReceived)};
    records_.emplace_back(std::move(flow));
  }

  void Judge() {
    judged = query::Judgements::Make(Snapshot::Build(1, records_), testing::TheRegister(),
                                     {kDay, Date::Max()});
    graph = reach::DayGraph::Of(judged);
    // Without its first flow.
    std::vector<model::Mutation> mutations;
    if (flows_ > 0) {
      mutations.push_back({{model::RecordKind::kFlow, "f0"}, {}, {}, true});
    }
    after = query::Judgements::Make(judged->snapshot().With(2, mutations), testing::TheRegister(),
                                    judged->question());
    records_.clear();
  }

  const std::string& name() const { return name_; }
  uint32_t flows() const { return flows_; }
  uint32_t Last() const { return judged->snapshot().PartyCount() - 1; }

  query::JudgementsPtr judged;
  reach::DayGraphPtr graph;
  query::JudgementsPtr after;

 private:
  const std::string name_;
  uint32_t flows_ = 0;
  std::vector<model::Record> records_;
};

Shape Empty() { return Shape("empty"); }

Shape SingleNode() {
  Shape shape("a single node");
  shape.Parties(1);
  return shape;
}

Shape Chain() {
  const uint32_t length = Sized(10'000);
  Shape shape("a chain");
  shape.Parties(length + 1);
  for (uint32_t i = 0; i < length; ++i) {
    shape.Flow(i, i + 1);
  }
  return shape;
}

// The first party to a hub, from there to everybody, and back from some.
Shape Hub() {
  const uint32_t degree = Sized(100'000);
  Shape shape("a hub");
  shape.Parties(degree + 2);
  shape.Flow(0, 1);
  for (uint32_t i = 0; i < degree; ++i) {
    shape.Flow(1, i + 2);
    if (i % 100 == 0) {
      shape.Flow(i + 2, 1);
    }
  }
  return shape;
}

// Each of a layer to each of the next: 20^9 simple paths from end to end.
Shape Layers() {
  constexpr uint32_t kWidth = 20;
  constexpr uint32_t kLayers = 10;
  Shape shape("complete layers");
  shape.Parties(1 + kWidth * kLayers);
  for (uint32_t i = 0; i < kWidth; ++i) {
    shape.Flow(0, 1 + i);
  }
  for (uint32_t from = 1; from < 1 + kWidth * (kLayers - 1); ++from) {
    const uint32_t next = 1 + ((from - 1) / kWidth + 1) * kWidth;
    for (uint32_t i = 0; i < kWidth; ++i) {
      shape.Flow(from, next + i);
    }
  }
  return shape;
}

// A circle of all with two chords from each.
Shape Component() {
  const uint32_t parties = Sized(8'000);
  Shape shape("one strong component");
  shape.Parties(parties);
  for (uint32_t i = 0; i < parties; ++i) {
    shape.Flow(i, (i + 1) % parties);
    shape.Flow(i, (i * 7 + 3) % parties == i ? (i + 2) % parties : (i * 7 + 3) % parties);
    shape.Flow(i, (i * 31 + 11) % parties == i ? (i + 3) % parties : (i * 31 + 11) % parties);
  }
  return shape;
}

using Stop = std::function<absl::Status()>;
// OK where the question is answered as a whole; RESOURCE_EXHAUSTED with the limit's name where it is bounded.
using Ask = absl::Status (*)(const Shape& shape, const Stop& stop);

absl::Status AskExposure(const Shape& shape, const Stop& stop) {
  reach::ExposureQuestion question;
  question.origin = 0;
  return reach::Exposure(shape.graph, question, std::nullopt, 1'000,
                         [&](size_t /*rows*/) { return stop(); })
      .status();
}

// The server's own limit, by which such an answer is bounded.
absl::Status AskAllExposures(const Shape& shape, const Stop& stop) {
  const size_t rows_max = Sized(1'000'000);
  return reach::Exposure(shape.graph, {}, std::nullopt, 1'000,
                         [&](size_t rows) {
                           return rows > rows_max ? absl::ResourceExhaustedError("rows") : stop();
                         })
      .status();
}

absl::Status AskPaths(const Shape& shape, const Stop& stop) {
  reach::PathsQuestion question;
  question.to = shape.Last();
  question.max_hops = reach::kPathsHopsMax;
  reach::PathsBounds bounds;
  bounds.steps /= Divisor();
  const auto end = reach::FindPaths(*shape.graph, question, bounds, std::nullopt, stop,
                                    [](const auto& /*path*/) { return absl::OkStatus(); });
  if (end.ok() && end->limit != reach::PathsLimit::kNone) {
    return absl::ResourceExhaustedError(absl::StrCat("limit ", static_cast<int>(end->limit)));
  }
  return end.status();
}

absl::Status AskImpact(const Shape& shape, const Stop& stop) {
  return reach::FindImpact(*shape.graph, {reach::ImpactKind::kCountry, "US"}, std::nullopt, 100, 10,
                           stop)
      .status();
}

absl::Status AskChokepoints(const Shape& shape, const Stop& stop) {
  reach::ChokepointsQuestion question;
  question.origin = 0;
  return reach::FindChokepoints(*shape.graph, question, {Sized(50'000'000), stop}).status();
}

absl::Status AskConcentration(const Shape& shape, const Stop& stop) {
  return reach::FindConcentration(*shape.graph, reach::ConcentrationBy::kParty,
                                  {Sized(50'000'000), stop})
      .status();
}

absl::Status AskRepair(const Shape& shape, reach::RepairKind kind, const Stop& stop) {
  const auto plan = reach::FindRepair(shape.judged, {kind, "", {}}, {Sized(400'000), stop});
  if (plan.ok() && !plan->exact) {
    return absl::ResourceExhaustedError(plan->limit);
  }
  return plan.status();
}

absl::Status AskSign(const Shape& shape, const Stop& stop) {
  return AskRepair(shape, reach::RepairKind::kSign, stop);
}

absl::Status AskStop(const Shape& shape, const Stop& stop) {
  return AskRepair(shape, reach::RepairKind::kStop, stop);
}

absl::Status AskDifference(const Shape& shape, const Stop& stop) {
  const auto changes = query::CompareVerdicts(*shape.judged, *shape.after, stop);
  if (!changes.ok()) {
    return changes.status();
  }
  return reach::AffectedOrigins({*shape.judged, *shape.after}, changes->list, stop).status();
}

absl::Status AskSummary(const Shape& shape, const Stop& stop) {
  return reach::Summarise(*shape.judged, {kDay, kDay.Plus(100)}, 10, stop).status();
}

absl::Status AskTimeline(const Shape& shape, const Stop& stop) {
  const reach::ExposureTimelineQuestion question{{Date::Of(2023, 1, 1), kDay}, 0};
  return reach::ExposureOverTime(*shape.judged, question, std::nullopt, 1'000, stop).status();
}

struct Question {
  const char* name;
  Ask ask;
  // Whether each shape of many flows must be asked about several times; else once is all that is certain: work that is done
  // between two copies of an inventory, or a page that ends at once.
  bool often;
  // Whether it is about a party.
  bool of_party;
};

constexpr Question kQuestions[] = {{"exposure", &AskExposure, true, true},
                                   {"exposure of all origins", &AskAllExposures, true, false},
                                   {"paths", &AskPaths, true, true},
                                   {"impact", &AskImpact, true, false},
                                   {"chokepoints", &AskChokepoints, true, true},
                                   {"concentration", &AskConcentration, true, false},
                                   {"repair by signing", &AskSign, false, false},
                                   {"repair by stopping", &AskStop, false, false},
                                   {"difference", &AskDifference, false, false},
                                   {"summary", &AskSummary, true, false},
                                   {"timeline", &AskTimeline, true, true}};

size_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Counts how often a question asks whether to stop, and what it holds then.
class Watch {
 public:
  // Says yes at the ask number `last`; 0: never.
  explicit Watch(uint64_t last) : last_(last), before_(HeapBytes()) {}

  Stop AsStop() {
    return [this] {
      ++asks_;
      const size_t bytes = HeapBytes();
      most_ = std::max(most_, bytes > before_ ? bytes - before_ : 0);
      return asks_ == last_ ? absl::CancelledError("stop") : absl::OkStatus();
    };
  }
  uint64_t asks() const { return asks_; }
  // More than before, at the time of some ask.
  size_t most() const { return most_; }

 private:
  const uint64_t last_;
  const size_t before_;
  uint64_t asks_ = 0;
  size_t most_ = 0;
};

void Check(const Shape& shape, const Question& question) {
  Watch whole(0);
  const absl::Status answer = question.ask(shape, whole.AsStop());
  EXPECT_TRUE(answer.ok() || answer.code() == absl::StatusCode::kResourceExhausted) << answer;
  EXPECT_TRUE(answer.ok() || !answer.message().empty());
  EXPECT_LE(whole.most(), kMemoryMax);
  std::cout << shape.name() << ", " << question.name << ": " << whole.asks() << " asks, "
            << whole.most() / 1'024 << " KiB" << (answer.ok() ? "" : ", bounded: ")
            << answer.message() << std::endl;
  if (question.often) {
    EXPECT_GE(whole.asks(), shape.flows() / 32'768);
  }
  for (const uint64_t last : {uint64_t{1}, whole.asks() / 2, whole.asks()}) {
    if (last == 0) {
      continue;
    }
    Watch watch(last);
    const absl::Status status = question.ask(shape, watch.AsStop());
    // What an answer before left beside the judgements may be used, so that there may be less to ask.
    if (watch.asks() >= last) {
      EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
      EXPECT_EQ(watch.asks(), last) << "went on after it was stopped";
    }
  }
}

void CheckShape(Shape shape) {
  shape.Judge();
  for (const Question& question : kQuestions) {
    if (question.of_party && shape.judged->snapshot().PartyCount() == 0) {
      continue;
    }
    SCOPED_TRACE(absl::StrCat(question.name, " on ", shape.name()));
    Check(shape, question);
  }
}

TEST(Shapes, Empty) { CheckShape(Empty()); }
TEST(Shapes, SingleNode) { CheckShape(SingleNode()); }
TEST(Shapes, Chain) { CheckShape(Chain()); }
TEST(Shapes, Hub) { CheckShape(Hub()); }
TEST(Shapes, Layers) { CheckShape(Layers()); }
TEST(Shapes, Component) { CheckShape(Component()); }

}  // namespace
}  // namespace onward::reach_test
