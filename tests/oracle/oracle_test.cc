// The engine against the naive reading of the tables, on random worlds. The seed is printed; a failure
// prints the world.
#include <gtest/gtest.h>

#include <sstream>

#include "graph/snapshot.h"
#include "tests/oracle/naive_judge.h"
#include "tests/oracle/random_world.h"
#include "tests/support/env.h"
#include "tests/support/law.h"

namespace onward::oracle {
namespace {

using verdict::Name;
using verdict::Verdict;

// Fewer under a sanitizer, which is about memory, not about the law.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kCases = 5'000;
#else
constexpr int kCases = 100'000;
#endif

int Cases() { return static_cast<int>(testing::NumberFromEnv("ONWARD_ORACLE_CASES", kCases)); }

uint64_t Seed() { return testing::NumberFromEnv("ONWARD_ORACLE_SEED", 20261122); }

SnapshotPtr SnapshotOf(const World& world) {
  std::vector<model::Record> records;
  for (const auto& [id, party] : world.parties) {
    records.emplace_back(party);
  }
  for (const model::Agreement& agreement : world.agreements) {
    records.emplace_back(agreement);
  }
  records.emplace_back(world.flow);
  if (!world.policy.id.empty()) {
    records.emplace_back(world.policy);
  }
  return Snapshot::Build(1, std::move(records));
}

std::string Describe(const World& world, Date day, const verdict::Arrival& arrival,
                     const verdict::HopVerdict& got, const Answer& want) {
  std::ostringstream out;
  const auto& e = world.parties.at("exporter");
  const auto& i = world.parties.at("importer");
  out << "on " << day.ToString() << ": " << e.establishment << " -> " << i.establishment
      << " roles " << static_cast<int>(world.flow.exporter_role) << "/"
      << static_cast<int>(world.flow.importer_role) << " arrival " << arrival.restricted
      << arrival.only_under_adequacy << arrival.only_from_importer << " hr "
      << !world.flow.data_subject_categories.empty() << " importer subject "
      << (world.flow.importer_gdpr_subject.has_value()
              ? static_cast<int>(*world.flow.importer_gdpr_subject)
              : -1)
      << "/" << i.gdpr_subject.size();
  for (const auto& a : world.agreements) {
    out << "\n  " << a.id << " signed " << (a.signed_on ? a.signed_on->ToString() : "-") << " ["
        << a.interval.from.ToString() << ", " << a.interval.until.ToString() << ")";
    for (const auto& id : a.instruments) {
      out << " " << id;
    }
    for (const auto& s : a.sides) {
      out << " side " << s.party << " " << static_cast<int>(s.side);
    }
    for (const auto& t : a.tias) {
      out << " tia " << t.performed_on->ToString() << " " << static_cast<int>(t.outcome) << " due "
          << (t.review_due ? t.review_due->ToString() : "-") << " countries " << t.countries.size();
    }
  }
  if (world.flow.derogation.has_value()) {
    out << "\n  derogation " << world.flow.derogation->instrument;
  }
  out << "\n  engine: " << Name(got.verdict) << " " << Name(got.reason);
  for (const auto& d : got.destinations) {
    for (const auto& c : d.candidates) {
      out << "\n    " << c.mechanism << ": " << Name(c.outcome) << " - " << c.explanation;
    }
  }
  out << "\n  naive: " << Name(want.verdict);
  for (const auto r : want.reasons) {
    out << " " << Name(r);
  }
  return out.str();
}

TEST(OracleTest, EngineAgreesWithTheTablesOnRandomWorlds) {
  const law::RegisterPtr law = testing::TheRegister();
  const uint64_t seed = Seed();
  const int cases = Cases();
  std::cout << "seed " << seed << ", cases " << cases << "\n";
  RandomWorlds worlds(seed, *law);
  int failures = 0;
  std::map<Verdict, int> seen;
  for (int i = 0; i < cases && failures < 12; ++i) {
    const World world = worlds.Next();
    const verdict::Question question{worlds.NextDay(), Date::Max()};
    const verdict::Arrival arrival = worlds.NextArrival();
    const SnapshotPtr snapshot = SnapshotOf(world);
    const verdict::HopVerdict got =
        verdict::JudgeHop(*snapshot->FindFlow("flow"), *snapshot, *law, question, arrival);
    const Answer want = NaiveJudge(world, *law, question, arrival);
    ++seen[want.verdict];
    if (got.verdict != want.verdict || !want.reasons.contains(got.reason)) {
      ++failures;
      ADD_FAILURE() << "case " << i << " " << Describe(world, question.as_of, arrival, got, want);
    }
  }
  for (const auto& [verdict, count] : seen) {
    std::cout << Name(verdict) << " " << count << "\n";
  }
  if (cases >= 10'000) {
    EXPECT_EQ(seen.size(), 5u);
  }
}

}  // namespace
}  // namespace onward::oracle
