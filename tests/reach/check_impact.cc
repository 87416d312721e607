// Impact: of parties, places, agreements and law; whole and in pages.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/reach/naive_impact.h"

namespace onward::reach_test {

void PrintTo(const NaiveDependent& row, std::ostream* out) {
  *out << "'" << row.origin << "' flows " << ::testing::PrintToString(row.flows) << " of "
       << ::testing::PrintToString(row.categories) << " activities "
       << ::testing::PrintToString(row.activities) << " sole " << row.sole_footing << " "
       << verdict::Name(row.verdict);
}

namespace {

using reach::ImpactKind;
using reach::ImpactSubject;

ImpactSubject Drawn(const ReachCase& c) {
  static const std::vector<std::string> kCodes = {"US", "FI", "GB", "UNKNOWN"};
  static const std::vector<std::string> kInstruments = {"scc-2021-914-m1", "scc-2021-914-m2"};
  static const std::vector<std::string> kSchemes = {"us_dpf", "us_privacy_shield"};
  const auto one_of = [&](const std::vector<std::string>& words) {
    return words[c.random() % words.size()];
  };
  const auto kind = static_cast<ImpactKind>(c.random() % 6);
  switch (kind) {
    case ImpactKind::kParty:
      return {kind,
              c.data.IdOf(static_cast<int>(c.random() % static_cast<size_t>(c.data.parties())))};
    case ImpactKind::kCountry:
      return {kind, one_of(kCodes)};
    case ImpactKind::kAgreement:
      return {kind, "agreement1"};
    case ImpactKind::kInstrument:
      return {kind, one_of(kInstruments)};
    case ImpactKind::kScheme:
      return {kind, one_of(kSchemes)};
    case ImpactKind::kDecision:
      break;
  }
  const auto& decisions = c.judged->law().decisions();
  ImpactSubject subject{kind, decisions[c.random() % decisions.size()].id};
  for (const law::Decision& decision : decisions) {
    if (c.random() % 2 == 0 && decision.scheme == "us_dpf") {
      subject.id = decision.id;
    }
  }
  return subject;
}

reach::ImpactPage Ask(const ReachCase& c, const ImpactSubject& subject,
                      const std::optional<std::string>& after, size_t limit) {
  auto page =
      reach::FindImpact(*c.graph, subject, after, limit, 100, [] { return absl::OkStatus(); });
  EXPECT_TRUE(page.ok()) << page.status();
  return page.ok() ? *std::move(page) : reach::ImpactPage();
}

NaiveDependent Plain(const ReachCase& c, const reach::Dependent& row) {
  NaiveDependent plain{row.origin, row.activities, {}, {}, row.sole_footing, row.verdict};
  plain.categories = row.categories.all ? std::vector<std::string>{"ALL"} : row.categories.ids;
  for (const uint32_t flow : row.flows) {
    plain.flows.emplace_back(c.judged->snapshot().FlowId(flow));
  }
  EXPECT_EQ(row.flow_count, row.flows.size());
  return plain;
}

}  // namespace

void CheckImpact(const ReachCase& c) {
  const ImpactSubject subject = Drawn(c);
  SCOPED_TRACE(subject.id);
  const NaiveImpact expected = FindNaiveImpact(c, subject);
  std::vector<NaiveDependent> rows;
  std::optional<std::string> after;
  bool more = true;
  while (more) {
    const reach::ImpactPage page = Ask(c, subject, after, 1 + c.random() % 3);
    EXPECT_EQ(page.flows, expected.flows);
    EXPECT_EQ(page.sole_footing, expected.sole_footing);
    EXPECT_EQ(page.activities, expected.activities);
    for (const reach::Dependent& row : page.dependents) {
      rows.push_back(Plain(c, row));
      after = row.origin;
    }
    more = page.more && !page.dependents.empty();
  }
  EXPECT_EQ(rows, expected.dependents);
}

}  // namespace onward::reach_test
