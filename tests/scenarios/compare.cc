#include "tests/scenarios/compare.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace onward::scenarios {
namespace {

std::string ShortName(const std::string& name, const std::string& prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

std::string VerdictName(v1::Verdict verdict) {
  return ShortName(v1::Verdict_Name(verdict), "VERDICT_");
}

std::string ReasonName(v1::VerdictReason reason) {
  return ShortName(v1::VerdictReason_Name(reason), "VERDICT_REASON_");
}

std::string KindName(v1::HopKind kind) { return ShortName(v1::HopKind_Name(kind), "HOP_KIND_"); }

std::string Render(const v1::Transfer& transfer) {
  return absl::StrCat(Summary(transfer.verdict(), transfer.reason(), transfer.mechanism()), " (",
                      KindName(transfer.kind()), ")");
}

std::string RenderCandidates(const v1::Transfer& transfer) {
  std::string text = absl::StrCat("      in words:  ", transfer.explanation(), "\n");
  for (const v1::Candidate& candidate : transfer.candidates()) {
    absl::StrAppend(&text, "      candidate: ", candidate.mechanism(), " ",
                    ReasonName(candidate.outcome()), ": ", candidate.explanation(), "\n");
  }
  return text;
}

// `got` is a transfer or an answer of the gate.
template <typename Answer>
bool Agrees(const ExpectedVerdict& expected, const Answer& got) {
  const bool reason = expected.reason.empty() || expected.reason == ReasonName(got.reason());
  const bool mechanism = expected.mechanism.empty() || expected.mechanism == got.mechanism();
  return reason && mechanism && expected.verdict == VerdictName(got.verdict());
}

std::vector<const v1::Transfer*> Matching(const Expectation& expectation,
                                          const std::vector<v1::Transfer>& answered) {
  std::vector<const v1::Transfer*> matching;
  for (const v1::Transfer& transfer : answered) {
    if (transfer.flow() == expectation.flow &&
        (expectation.destination.empty() || transfer.destination() == expectation.destination)) {
      matching.push_back(&transfer);
    }
  }
  return matching;
}

std::string CompareOne(const Expectation& expectation, const ExpectedVerdict& expected,
                       const std::vector<const v1::Transfer*>& matching) {
  const std::string name = absl::StrCat(
      "    ", expectation.flow,
      expectation.destination.empty() ? "" : absl::StrCat(" to ", expectation.destination));
  if (matching.empty()) {
    return absl::StrCat(name, ": expected ", expected.verdict, ", but it was not answered\n");
  }
  if (matching.size() > 1) {
    return absl::StrCat(name, ": has several destinations; the case must name one\n");
  }
  const v1::Transfer& got = *matching.front();
  const bool kind = expectation.kind.empty() || expectation.kind == KindName(got.kind());
  if (kind && Agrees(expected, got)) {
    return "";
  }
  return absl::StrCat(name, "\n      expected:  ", expected.verdict, " ", expected.reason, " ",
                      expected.mechanism,
                      expectation.kind.empty() ? "" : absl::StrCat(" (", expectation.kind, ")"),
                      "\n      answered:  ", Render(got), "\n", RenderCandidates(got));
}

}  // namespace

std::string Summary(v1::Verdict verdict, v1::VerdictReason reason, const std::string& mechanism) {
  return absl::StrCat(VerdictName(verdict), " ", ReasonName(reason), " ",
                      mechanism.empty() ? "-" : mechanism);
}

std::string Differences(const Case& scenario, const Moment& moment,
                        const std::vector<v1::Transfer>& answered) {
  std::string text;
  std::set<const v1::Transfer*> seen;
  for (const Expectation& expectation : scenario.expectations) {
    const auto expected = expectation.on.find(moment.date);
    if (expected == expectation.on.end() || expectation.law_known_at != moment.law_known_at) {
      continue;
    }
    const std::vector<const v1::Transfer*> matching = Matching(expectation, answered);
    seen.insert(matching.begin(), matching.end());
    absl::StrAppend(&text, CompareOne(expectation, expected->second, matching));
  }
  for (const v1::Transfer& transfer : answered) {
    if (!scenario.others_ignored && seen.count(&transfer) == 0) {
      absl::StrAppend(&text, "    ", transfer.flow(), " to ", transfer.destination(),
                      ": not expected, but answered: ", Render(transfer), "\n");
    }
  }
  if (text.empty()) {
    return "";
  }
  const std::string known =
      moment.law_known_at.empty() ? "" : absl::StrCat(", as known on ", moment.law_known_at);
  return absl::StrCat("  as of ", moment.date, known, "\n", text);
}

std::string Difference(const ExpectedCheck& expected, const std::string& date,
                       const v1::CheckAnswer& answered) {
  const auto on = expected.on.find(date);
  if (on == expected.on.end() || Agrees(on->second, answered)) {
    return "";
  }
  return absl::StrCat("  as of ", date, "\n    the gate, from ", expected.from, " to ", expected.to,
                      "\n      expected:  ", on->second.verdict, " ", on->second.reason, " ",
                      on->second.mechanism, "\n      answered:  ",
                      Summary(answered.verdict(), answered.reason(), answered.mechanism()), "\n");
}

}  // namespace onward::scenarios
