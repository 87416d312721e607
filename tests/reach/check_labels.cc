// The graph of the day: who is an origin, what edges there are, and what they carry of all origins together.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "graph/query/arrivals.h"
#include "graph/reach/labels.h"
#include "tests/reach/reach_case.h"

namespace onward::reach_test {
namespace {

using query::Bits;

// Both number the categories that records name in order of id, after unspecified data.
Atoms AtomsOf(reach::Words words) { return static_cast<Atoms>(words[0]); }

Atoms AtomsOf(const Bits& bits) { return static_cast<Atoms>(bits.Block(0)); }

// Moves and edges of one flow, kind by kind.
void CheckEdges(const ReachCase& c) {
  size_t expected = 0;
  for (const Move& move : c.data.moves()) {
    if (move.IsActive() || move.IsHeld()) {
      ++expected;
      const uint32_t edge = c.graph->EdgeOf(c.judged->snapshot().FlowNumber(move.flow->id).value());
      ASSERT_LT(edge, c.graph->edges()) << move.flow->id;
      EXPECT_EQ(c.graph->Held(edge), move.IsHeld()) << move.flow->id;
      EXPECT_EQ(c.judged->snapshot().PartyId(c.graph->PartyOf(c.graph->From(edge))),
                move.flow->exporter);
      EXPECT_EQ(c.judged->snapshot().PartyId(c.graph->To(edge)), move.flow->importer);
    }
  }
  size_t found = 0;
  for (uint32_t edge = 0; edge < c.graph->edges(); ++edge) {
    found += c.graph->KindOf(edge) != reach::DayGraph::Kind::kPast ? 1 : 0;
  }
  EXPECT_EQ(found, expected);
}

// What moves carry of all origins together is what the arrivals say.
void CheckCarriage(const ReachCase& c) {
  for (size_t i = 0; i < c.data.moves().size(); ++i) {
    const Move& move = c.data.moves()[i];
    if (!move.IsActive() && !move.IsHeld()) {
      continue;
    }
    Atoms naive = 0;
    for (int origin = 0; origin < c.data.parties(); ++origin) {
      naive |= c.data.Carried(i, origin);
    }
    const uint32_t flow = c.judged->snapshot().FlowNumber(move.flow->id).value();
    const query::CategoryBits& bits = c.judged->arrivals().category_bits();
    Bits carried = bits.None();
    for (const auto& [origin_class, part] : c.judged->arrivals().CarriageOf(flow).all) {
      carried |= part;
    }
    EXPECT_EQ(AtomsOf(carried), naive) << move.flow->id;
    const reach::Words unexplained = c.graph->Unexplained(c.graph->EdgeOf(flow));
    Atoms of_all = 0;
    for (int origin = 0; origin < c.data.parties(); ++origin) {
      of_all |= c.data.Unexplained(i, origin);
    }
    EXPECT_EQ(AtomsOf(unexplained), of_all) << move.flow->id;
  }
}

uint32_t NumberOf(const ReachCase& c, const std::string& party) {
  return c.judged->snapshot().PartyNumber(party).value();
}

Atoms CarriedOn(const ReachCase& c, const reach::Labels& labels, uint32_t edge) {
  std::vector<uint64_t> words;
  for (uint32_t word = 0; word < c.graph->words(); ++word) {
    words.push_back(labels.Carried(edge, word));
  }
  return AtomsOf(words);
}

// What moves carry of one origin's data, and how bad the worst of them is.
void CheckOrigin(const ReachCase& c, int origin, reach::Labels& labels) {
  ASSERT_TRUE(labels.Follow(NumberOf(c, c.data.IdOf(origin))).ok());
  std::map<int, verdict::Verdict> worst;
  for (size_t i = 0; i < c.data.moves().size(); ++i) {
    const Move& move = c.data.moves()[i];
    if (!move.IsActive() && !move.IsHeld()) {
      continue;
    }
    const uint32_t flow = c.judged->snapshot().FlowNumber(move.flow->id).value();
    const Atoms carried = c.data.Carried(i, origin);
    EXPECT_EQ(CarriedOn(c, labels, c.graph->EdgeOf(flow)), carried) << move.flow->id;
    EXPECT_EQ(labels.Carries(c.graph->EdgeOf(flow)), carried != 0) << move.flow->id;
    verdict::Verdict& into = worst[move.to.party];
    const verdict::Verdict verdict = c.judged->VerdictOf(flow);
    if (carried != 0 && verdict::Badness(verdict) > verdict::Badness(into)) {
      into = verdict;
    }
  }
  size_t labelled = 0;
  for (int party = 0; party < c.data.parties(); ++party) {
    const uint32_t vertex = NumberOf(c, c.data.IdOf(party));
    const Atoms at = c.data.At(origin, {party, false});
    labelled += at != 0 ? 1 : 0;
    EXPECT_EQ(AtomsOf(labels.Of(vertex)), at) << c.data.IdOf(party);
    EXPECT_EQ(labels.WorstInto(vertex), worst[party]) << c.data.IdOf(party);
  }
  EXPECT_EQ(labelled, std::count_if(labels.reached().begin(), labels.reached().end(),
                                    [&](uint32_t v) { return v < c.graph->parties(); }));
}

void CheckOrigins(const ReachCase& c) {
  reach::Labels labels(*c.graph);
  for (int origin = 0; origin < c.data.parties(); ++origin) {
    SCOPED_TRACE("origin " + c.data.IdOf(origin));
    CheckOrigin(c, origin, labels);
  }
}

}  // namespace

void CheckLabels(const ReachCase& c) {
  CheckEdges(c);
  CheckCarriage(c);
  CheckOrigins(c);
}

}  // namespace onward::reach_test
