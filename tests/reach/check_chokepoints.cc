// Chokepoints against taking each party away; concentration against following each origin by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "graph/reach/chokepoints.h"
#include "graph/reach/concentration.h"
#include "tests/reach/naive_chokepoints.h"
#include "tests/reach/reach_case.h"

namespace onward::reach_test {
namespace {

using Target = reach::ChokepointsQuestion::Target;

bool IsTarget(const ReachCase& c, const reach::ChokepointsQuestion& question,
              const std::string& flow) {
  const uint32_t number = c.judged->snapshot().FlowNumber(flow).value();
  if (question.target == Target::kLacking) {
    return c.judged->VerdictOf(number) == verdict::Verdict::kLacking;
  }
  const auto places = c.judged->DestinationsOf(number);
  return std::any_of(places.begin(), places.end(), [&](const query::DestinationOutcome& place) {
    if (question.target == Target::kCountry) {
      return place.destination == question.country;
    }
    const law::Jurisdiction* const known = c.judged->law().FindJurisdiction(place.destination);
    return known == nullptr || known->FreeFlowOn(c.day) == nullptr;
  });
}

std::set<std::string> Targets(const ReachCase& c, const reach::ChokepointsQuestion& question,
                              int origin, int without) {
  std::set<std::string> flows = FlowsTaken(c.data, origin, without);
  std::erase_if(flows, [&](const std::string& flow) { return !IsTarget(c, question, flow); });
  return flows;
}

// "a:2/1" for each party with flows behind it: flows and their importers.
std::map<std::string, std::string> Naive(const ReachCase& c,
                                         const reach::ChokepointsQuestion& question, int origin) {
  std::map<std::string, std::string> points;
  const std::set<std::string> all = Targets(c, question, origin, kNobody);
  for (int party = 0; party < c.data.parties(); ++party) {
    const std::set<std::string> rest = Targets(c, question, origin, party);
    std::set<std::string> importers;
    for (const std::string& flow : all) {
      if (rest.count(flow) == 0) {
        importers.insert(c.judged->snapshot().FindFlow(flow)->importer);
      }
    }
    if (rest.size() < all.size() && party != origin) {
      points[c.data.IdOf(party)] =
          std::to_string(all.size() - rest.size()) + "/" + std::to_string(importers.size());
    }
  }
  return points;
}

void CheckQuestion(const ReachCase& c, const reach::ChokepointsQuestion& question, int origin) {
  const auto found = reach::FindChokepoints(*c.graph, question);
  ASSERT_TRUE(found.ok()) << found.status();
  std::map<std::string, std::string> points;
  for (const reach::Chokepoint& point : found->chokepoints) {
    points[std::string(c.judged->snapshot().PartyId(point.party))] =
        std::to_string(point.flows) + "/" + std::to_string(point.recipients);
    EXPECT_FALSE(point.categories.empty());
  }
  EXPECT_EQ(points, Naive(c, question, origin)) << "origin " << origin;
  EXPECT_EQ(found->flows, Targets(c, question, origin, kNobody).size());
  EXPECT_TRUE(std::is_sorted(found->chokepoints.begin(), found->chokepoints.end(),
                             [](const auto& a, const auto& b) { return a.flows > b.flows; }));
}

struct NaiveVendor {
  std::set<int> origins;
  std::set<std::string> activities;
  uint64_t flows = 0;
  uint64_t lacking = 0;
};

// Parties other than the origin itself that data reach now.
std::set<std::string> ReachedBy(const ReachCase& c, const NaiveStart& start) {
  std::set<std::string> parties;
  const std::vector<Atoms> carried = SpreadWithout(c.data, start, kNobody);
  for (size_t i = 0; i < carried.size(); ++i) {
    const Spot to = c.data.moves()[i].to;
    if (carried[i] != 0 && !to.past && to.party != start.origin) {
      parties.insert(c.data.IdOf(to.party));
    }
  }
  return parties;
}

void FollowActivity(const ReachCase& c, const model::Activity& activity,
                    const std::map<std::string, std::string>& vendor_of,
                    std::map<std::string, NaiveVendor>& vendors) {
  Atoms atoms = 0;
  for (const std::string& category : activity.data_categories) {
    atoms |= c.data.Under(category);
  }
  for (int party = 0; party < c.data.parties(); ++party) {
    const std::string& id = c.data.IdOf(party);
    const auto& controllers = activity.controllers;
    if (id == activity.processor ||
        std::find(controllers.begin(), controllers.end(), id) != controllers.end()) {
      for (const std::string& reached : ReachedBy(c, {party, atoms, false})) {
        vendors[vendor_of.at(reached)].activities.insert(activity.id);
      }
    }
  }
}

void CheckConcentration(const ReachCase& c, reach::ConcentrationBy by) {
  std::map<std::string, std::string> vendor_of;
  for (const model::Record& record : c.records) {
    if (const auto* party = std::get_if<model::Party>(&record)) {
      const bool alone = by == reach::ConcentrationBy::kParty || party->group_parent.empty();
      vendor_of[party->id] = alone ? party->id : party->group_parent;
    }
  }
  std::map<std::string, NaiveVendor> vendors;
  std::set<int> origins;
  for (int party = 0; party < c.data.parties(); ++party) {
    for (const std::string& reached : ReachedBy(c, {party, ~Atoms{0}, true})) {
      vendors[vendor_of.at(reached)].origins.insert(party);
      origins.insert(party);
    }
  }
  for (const model::Record& record : c.records) {
    if (const auto* activity = std::get_if<model::Activity>(&record)) {
      FollowActivity(c, *activity, vendor_of, vendors);
    }
    const auto* flow = std::get_if<model::Flow>(&record);
    if (flow != nullptr && flow->interval.Contains(c.day)) {
      NaiveVendor& vendor = vendors[vendor_of.at(flow->importer)];
      ++vendor.flows;
      const uint32_t number = c.judged->snapshot().FlowNumber(flow->id).value();
      vendor.lacking += c.judged->VerdictOf(number) == verdict::Verdict::kLacking ? 1 : 0;
    }
  }
  const auto found = reach::FindConcentration(*c.graph, by);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->origins, origins.size());
  EXPECT_EQ(found->vendors.size(), vendors.size());
  for (const reach::Vendor& vendor : found->vendors) {
    const NaiveVendor& naive = vendors[vendor.id];
    EXPECT_EQ(vendor.origins, naive.origins.size()) << vendor.id;
    EXPECT_EQ(vendor.activities, naive.activities.size()) << vendor.id;
    EXPECT_EQ(vendor.flows, naive.flows) << vendor.id;
    EXPECT_EQ(vendor.lacking, naive.lacking) << vendor.id;
  }
}

}  // namespace

void CheckChokepoints(const ReachCase& c) {
  reach::ChokepointsQuestion question;
  const uint64_t draw = c.random();
  question.target = std::array{Target::kOutsideEea, Target::kCountry, Target::kLacking}[draw % 3];
  question.country = "US";
  // One question a graph, to be quick; concentration, which follows activities too, on every fourth.
  if (draw / 3 % 2 == 0) {
    CheckQuestion(c, question, kNobody);
  } else {
    const int origin = static_cast<int>(draw / 6 % static_cast<uint64_t>(c.data.parties()));
    question.origin = c.judged->snapshot().PartyNumber(c.data.IdOf(origin)).value();
    CheckQuestion(c, question, origin);
  }
  if (draw / 100 % 4 == 0) {
    CheckConcentration(c, draw / 400 % 2 == 0 ? reach::ConcentrationBy::kParty
                                              : reach::ConcentrationBy::kUltimateParent);
  }
}

}  // namespace onward::reach_test
