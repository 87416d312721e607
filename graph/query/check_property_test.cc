// The gate against one that is written down by the rule: sets of ids, everything looked at, nothing kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "graph/query/check.h"
#include "graph/query/random_inventory.h"
#include "tests/support/env.h"

namespace onward::query {
namespace {

class NaiveGate {
 public:
  NaiveGate(const Judgements& judged, const CheckQuestion& question)
      : judged_(judged),
        question_(question),
        graph_(judged.snapshot()),
        tree_(graph_.categories()) {}

  CheckAnswer Ask() {
    CheckAnswer answer;
    CategorySet carried;
    std::vector<uint32_t> entries;
    const CategorySet asked = tree_.Of(question_.data_categories);
    std::set<std::string> missing(question_.data_categories.begin(),
                                  question_.data_categories.end());
    std::optional<uint32_t> deciding;
    for (uint32_t flow = 0; flow < graph_.FlowCount(); ++flow) {
      if (!Between(flow, question_.from, question_.to)) {
        continue;
      }
      const CategorySet here = CarriedBy(flow);
      if (!asked.empty() && tree_.Meet(here, asked).empty()) {
        continue;
      }
      for (const std::string& id : question_.data_categories) {
        if (!graph_.TermsOf(flow).data_categories.empty() && Whole(here, id)) {
          missing.erase(id);
        }
      }
      carried = tree_.Union(carried, here);
      entries.push_back(flow);
      if (!deciding || Badness(flow) > Badness(*deciding)) {
        deciding = flow;
      }
    }
    for (const std::string& id : question_.data_categories) {
      if (missing.count(id) > 0) {
        answer.not_carried.push_back(id);
      }
    }
    if (deciding && (missing.empty() || Badness(*deciding) > verdict::Badness(answer.verdict))) {
      const DestinationOutcome brief = judged_.BriefOf(*deciding);
      answer = {brief.verdict,     brief.reason,    std::string(graph_.FlowId(*deciding)),
                brief.destination, brief.mechanism, verdict::Verdict::kUnspecified,
                answer.not_carried};
    }
    answer.downstream = Below(asked.empty() ? carried : asked, entries);
    return answer;
  }

 private:
  int Badness(uint32_t flow) const { return verdict::Badness(judged_.VerdictOf(flow)); }

  bool Moves(uint32_t flow) const {
    return graph_.HasFlow(flow) && judged_.arrivals().InEffect(flow) &&
           graph_.TermsOf(flow).collection != model::Collection::kDirectFromDataSubject;
  }
  bool Between(uint32_t flow, const std::string& from, const std::string& to) const {
    return Moves(flow) && graph_.PartyId(graph_.ExporterOf(flow)) == from &&
           graph_.PartyId(graph_.ImporterOf(flow)) == to;
  }
  CategorySet Declared(uint32_t flow) const {
    const model::TermsView terms = graph_.TermsOf(flow);
    return StatesCategories(terms) ? tree_.Of(terms.data_categories) : CategorySet::All();
  }
  CategorySet CarriedBy(uint32_t flow) const {
    if (graph_.TermsOf(flow).data_categories != model::Strings{std::string(model::kAllReceived)}) {
      return Declared(flow);
    }
    CategorySet received = judged_.arrivals().Received(flow);
    return received.empty() ? CategorySet::All() : received;
  }
  bool Whole(const CategorySet& carried, const std::string& id) const {
    return carried.all ||
           std::any_of(carried.ids.begin(), carried.ids.end(),
                       [&](const std::string& general) { return tree_.Covers(general, id); });
  }

  verdict::Verdict Below(const CategorySet& data, const std::vector<uint32_t>& entries) const {
    std::set<std::string> origins = {question_.from};
    for (const uint32_t entry : entries) {
      for (const std::string& origin : judged_.arrivals().OriginsOf(entry)) {
        origins.insert(origin);
      }
    }
    std::map<std::string, CategorySet> reached = {{question_.to, data}};
    verdict::Verdict worst = verdict::Verdict::kUnspecified;
    for (bool grew = true; grew;) {
      grew = false;
      for (uint32_t flow = 0; flow < graph_.FlowCount(); ++flow) {
        if (!Moves(flow)) {
          continue;
        }
        const std::string from(graph_.PartyId(graph_.ExporterOf(flow)));
        const model::Strings& limit = graph_.TermsOf(flow).on_behalf_of;
        const bool allowed =
            limit.empty() || std::any_of(limit.begin(), limit.end(), [&](const std::string& id) {
              return origins.count(id) > 0;
            });
        const CategorySet on = tree_.Meet(Declared(flow), reached[from]);
        if (from == question_.from || !allowed || on.empty()) {
          continue;
        }
        if (Badness(flow) > verdict::Badness(worst)) {
          worst = judged_.VerdictOf(flow);
        }
        CategorySet& there = reached[std::string(graph_.PartyId(graph_.ImporterOf(flow)))];
        const CategorySet more = tree_.Union(there, on);
        grew = grew || more != there;
        there = more;
      }
    }
    return worst;
  }

  const Judgements& judged_;
  const CheckQuestion& question_;
  const Snapshot& graph_;
  const Categories& tree_;
};

// Also of categories that no record names, above and below those that some do.
TEST(CheckProperty, AgreesWithTheRuleAsItIsWrittenDown) {
  static const model::Strings kAsked = {"contact",   "contact.email",  "contact.email.private",
                                        "financial", "financial.card", "contact.name",
                                        "health",    "health.genetic"};
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE(seed);
  RandomInventory worlds(seed);
  std::mt19937_64 random(seed);
  for (int turn = 0; turn < 300; ++turn) {
    const TestInventory world = worlds.Next();
    const JudgementsPtr judged = world.Judge(worlds.NextDay());
    const auto parties = static_cast<uint32_t>(judged->snapshot().PartyCount());
    for (uint32_t from = 0; from < parties; ++from) {
      for (uint32_t to = 0; to < parties; ++to) {
        CheckQuestion question{std::string(judged->snapshot().PartyId(from)),
                               std::string(judged->snapshot().PartyId(to)),
                               {}};
        for (const std::string& id : kAsked) {
          if (random() % 4 == 0) {
            question.data_categories.push_back(id);
          }
        }
        const CheckAnswer expected = NaiveGate(*judged, question).Ask();
        const CheckAnswer answer = Check(*judged, question);
        ASSERT_EQ(answer, expected)
            << "turn " << turn << ": " << question.from << " to " << question.to << ", "
            << question.data_categories.size() << " categories; verdict "
            << static_cast<int>(answer.verdict) << " and " << static_cast<int>(expected.verdict)
            << ", downstream " << static_cast<int>(answer.downstream) << " and "
            << static_cast<int>(expected.downstream);
      }
    }
  }
}

}  // namespace
}  // namespace onward::query
