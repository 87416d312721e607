#include "services/commands/list_findings.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// Between the parts of a key; in none of them.
constexpr char kSeparator = '/';

// CODE/number of the kind/id/flow/destination.
std::string PositionOf(const query::FindingKey& key) {
  const std::vector<std::string> parts = {std::string(query::KindOf(key.code).code),
                                          std::to_string(static_cast<int32_t>(key.subject.kind)),
                                          key.subject.id, key.flow, key.destination};
  return absl::StrJoin(parts, std::string(1, kSeparator));
}

absl::StatusOr<std::optional<query::FindingKey>> AfterOf(const PageRequest& page) {
  if (!page.from) {
    return std::optional<query::FindingKey>();
  }
  constexpr size_t kParts = 5;
  const std::vector<std::string> parts = absl::StrSplit(page.from->after, kSeparator);
  int32_t kind = 0;
  const query::FindingKind* const code = query::FindFindingKind(parts.front());
  if (parts.size() != kParts || code == nullptr || !absl::SimpleAtoi(parts[1], &kind)) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return std::optional<query::FindingKey>(
      {code->number, {static_cast<model::RecordKind>(kind), parts[2]}, parts[3], parts[4]});
}

}  // namespace

absl::StatusOr<ListFindingsResult> ListFindings(Engine& engine, const ListFindingsRequest& request,
                                                const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<query::FindingKey> after, AfterOf(request.page));
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ListFindingsResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  ONWARD_ASSIGN_OR_RETURN(
      result.page, query::ListFindings(*result.judged, request.arguments, request.filter, after,
                                       request.page.size, [&call] { return call.Check(); }));
  if (const auto& next = result.page.next) {
    result.next = NextPage(reading, PositionOf(*next));
  }
  return result;
}

}  // namespace onward::commands
