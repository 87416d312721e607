// Arrivals that were brought up to date write by write say what those computed at once say, on random graphs with
// circles, in both directions between two parties, with copies that stay and limits to origins; the seed is in the
// trace.
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "graph/query/chunks.h"
#include "graph/query/judgements.h"
#include "graph/query/said_for_tests.h"
#include "tests/support/law.h"

namespace onward::query {
namespace {

constexpr uint64_t kWorlds = 16;
constexpr int kWrites = 20;
const Date kToday = Date::Of(2024, 6, 1);

std::string PartyId(size_t number) { return "p" + std::to_string(number); }

// Draws flows among some parties and changes to them.
class Draw {
 public:
  explicit Draw(uint64_t seed)
      : random_(seed), parties_(6 + Below(24)), flows_(parties_ / 2 + Below(parties_ * 2)) {}

  std::vector<model::Record> First() {
    std::vector<model::Record> records;
    for (size_t i = 0; i < parties_; ++i) {
      records.emplace_back(Party(i));
    }
    for (size_t i = 0; i < flows_; ++i) {
      records.emplace_back(Flow(i));
    }
    return records;
  }

  std::vector<model::Mutation> Next(const Snapshot& now) {
    std::vector<model::Mutation> writes;
    for (size_t i = Below(6) == 0 ? 3 : 1; i > 0; --i) {
      writes.push_back(One(now));
    }
    return writes;
  }

 private:
  size_t Below(size_t max) { return std::uniform_int_distribution<size_t>(0, max - 1)(random_); }
  bool Chance(size_t percent) { return Below(100) < percent; }

  static model::Mutation Write(model::Record record) {
    model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
    return {std::move(ref), std::move(record), {}, false};
  }

  model::Mutation One(const Snapshot& now) {
    const size_t number = Below(flows_ + 4);
    const std::string id = "f" + std::to_string(number);
    if (Chance(20)) {
      return {{model::RecordKind::kFlow, id}, std::nullopt, {}, false};
    }
    if (Chance(10)) {
      return Write(Party(Below(parties_)));
    }
    if (Chance(6)) {
      return Write(Party(parties_++));
    }
    if (Chance(6)) {
      model::Activity activity;
      activity.id = "a" + std::to_string(Below(2));
      activity.controllers = {PartyId(Below(parties_))};
      activity.data_categories = {Categories().front()};
      return Write(activity);
    }
    const std::optional<model::Flow> known = now.FindFlow(id);
    if (!known.has_value() || Chance(25)) {
      return Write(Flow(number));
    }
    // One thing of it.
    model::Flow flow = *known;
    const model::Flow other = Flow(number);
    switch (Below(5)) {
      case 0:
        flow.data_categories = other.data_categories;
        break;
      case 1:
        flow.interval = other.interval;
        break;
      case 2:
        flow.importer = other.importer == flow.exporter ? flow.importer : other.importer;
        break;
      case 3:
        flow.exporter_role = other.exporter_role;
        break;
      default:
        flow.on_behalf_of = other.on_behalf_of;
    }
    return Write(flow);
  }

  model::Party Party(size_t number) {
    static const std::vector<std::string> kCountries = {"FI", "FI", "US", "IN", "CH", "JP"};
    model::Party party;
    party.id = PartyId(number);
    party.establishment = kCountries[Below(kCountries.size())];
    return party;
  }

  model::Strings Categories() {
    static const std::vector<model::Strings> kCategories = {
        {"contact"}, {"contact.email"}, {"usage"}, {"contact.phone", "usage"}};
    return kCategories[Below(kCategories.size())];
  }

  // Where the numbers of both sides are near each other, circles are small.
  model::Flow Flow(size_t number) {
    static const std::vector<model::Role> kRoles = {
        model::Role::kController, model::Role::kProcessor, model::Role::kProcessor};
    model::Flow flow;
    flow.id = "f" + std::to_string(number);
    const size_t from = Below(parties_);
    size_t to = Chance(70) ? (from + 1 + Below(4)) % parties_ : Below(parties_);
    if (Chance(25) && from > 0) {
      to = from - 1;
    }
    flow.exporter = PartyId(from);
    flow.importer = PartyId(to == from ? (from + 1) % parties_ : to);
    flow.exporter_role = kRoles[Below(kRoles.size())];
    flow.importer_role = kRoles[Below(kRoles.size())];
    flow.data_categories =
        Chance(40) ? model::Strings{std::string(model::kAllReceived)} : Categories();
    if (Chance(12)) {
      flow.interval.until = Chance(70) ? Date::Of(2023, 1, 1) : Date::Of(2025, 1, 1);
      if (Chance(60)) {
        flow.copy_ends = model::CopyEnd{model::CopyOutcome::kKept, std::nullopt};
      }
    } else if (Chance(5)) {
      flow.collection = model::Collection::kDirectFromDataSubject;
    }
    if (Chance(10)) {
      flow.on_behalf_of = {PartyId(Below(3))};
    }
    return flow;
  }

  std::mt19937_64 random_;
  size_t parties_;
  size_t flows_;
};

JudgementsPtr Anew(const SnapshotPtr& snapshot) {
  JudgeOptions options;
  options.singly_max = 0;
  return *Judgements::Make(snapshot, ::onward::testing::TheRegister(), {kToday, Date::Max()},
                           options);
}

void ExpectAsAnew(uint64_t seed, size_t& shared) {
  Draw draw(seed);
  SnapshotPtr snapshot = Snapshot::Build(1, draw.First());
  JudgementsPtr judged = Anew(snapshot);
  for (int write = 0; write < kWrites; ++write) {
    SCOPED_TRACE("write " + std::to_string(write));
    const std::vector<model::Mutation> writes = draw.Next(*snapshot);
    const SnapshotPtr next = snapshot->With(snapshot->revision() + 1, writes);
    const auto derived = Judgements::After(*judged, next, writes, {});
    ASSERT_TRUE(derived.ok());
    ASSERT_EQ(Said(**derived), Said(*Anew(next)))
        << "after " << model::ToString(writes.front().ref);
    const auto flows = next->FlowsInOrder();
    shared += flows.begin() != flows.end() && *flows.begin() < snapshot->FlowCount() &&
                      &(*derived)->arrivals().Declared(*flows.begin()) ==
                          &judged->arrivals().Declared(*flows.begin())
                  ? 1
                  : 0;
    judged = *derived;
    snapshot = next;
  }
}

TEST(ArrivalsProperty, AfterWritesAsAnew) {
  size_t shared = 0;
  for (uint64_t seed = 0; seed < kWorlds && !::testing::Test::HasFatalFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ExpectAsAnew(seed, shared);
  }
  // Most were not computed anew.
  EXPECT_GT(shared, kWorlds * kWrites / 2);
}

TEST(Chunks, CopiesShareUntilTheyAreChanged) {
  Chunks<int, 2> first;
  first.Grow(1'000);
  for (size_t i = 0; i < first.size(); ++i) {
    first.At(i) = static_cast<int>(i);
  }
  Chunks<int, 2> second(first);
  EXPECT_EQ(&first[999], &second[999]);
  second.At(999) = -1;
  second.Grow(1'003);
  second.At(1'002) = -2;
  EXPECT_EQ(first[999], 999);
  EXPECT_EQ(second[999], -1);
  EXPECT_EQ(second[998], 998);
  EXPECT_EQ(second[1'000], 0);
  EXPECT_EQ(second[1'002], -2);
  EXPECT_EQ(first.size(), 1'000U);
  // Far from there nothing was copied.
  EXPECT_EQ(&first[0], &second[0]);
}

}  // namespace
}  // namespace onward::query
