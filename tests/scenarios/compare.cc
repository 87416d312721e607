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
  return absl::StrCat(VerdictName(transfer.verdict()), " ", ReasonName(transfer.reason()), " ",
                      transfer.mechanism().empty() ? "-" : transfer.mechanism(), " (",
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

bool Agrees(const Expectation& expectation, const ExpectedVerdict& expected,
            const v1::Transfer& got) {
  const bool kind = expectation.kind.empty() || expectation.kind == KindName(got.kind());
  const bool reason = expected.reason.empty() || expected.reason == ReasonName(got.reason());
  const bool mechanism = expected.mechanism.empty() || expected.mechanism == got.mechanism();
  return kind && reason && mechanism && expected.verdict == VerdictName(got.verdict());
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
  if (Agrees(expectation, expected, got)) {
    return "";
  }
  return absl::StrCat(name, "\n      expected:  ", expected.verdict, " ", expected.reason, " ",
                      expected.mechanism,
                      expectation.kind.empty() ? "" : absl::StrCat(" (", expectation.kind, ")"),
                      "\n      answered:  ", Render(got), "\n", RenderCandidates(got));
}

}  // namespace

std::string Differences(const Case& scenario, const std::string& date,
                        const std::vector<v1::Transfer>& answered) {
  std::string text;
  std::set<const v1::Transfer*> seen;
  for (const Expectation& expectation : scenario.expectations) {
    const auto expected = expectation.on.find(date);
    if (expected == expectation.on.end()) {
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
  return text.empty() ? "" : absl::StrCat("  as of ", date, "\n", text);
}

}  // namespace onward::scenarios
