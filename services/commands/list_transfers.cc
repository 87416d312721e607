#include "services/commands/list_transfers.h"

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// Between flow id and destination; in neither of them.
constexpr char kSeparator = '/';

absl::StatusOr<std::optional<query::TransferKey>> AfterOf(const PageRequest& page) {
  if (!page.from) {
    return std::optional<query::TransferKey>();
  }
  const std::string& after = page.from->after;
  const size_t separator = after.find(kSeparator);
  if (separator == std::string::npos) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return std::optional<query::TransferKey>(
      {after.substr(0, separator), after.substr(separator + 1)});
}

}  // namespace

absl::StatusOr<ListTransfersResult> ListTransfers(Engine& engine,
                                                  const ListTransfersRequest& request,
                                                  const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<query::TransferKey> after, AfterOf(request.page));
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ListTransfersResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  ONWARD_ASSIGN_OR_RETURN(
      result.page, query::ListTransfers(*result.judged, request.filter, after, request.page.size,
                                        [&call] { return call.Check(); }));
  if (const auto& next = result.page.next) {
    result.next =
        NextPage(reading, absl::StrCat(next->flow, std::string(1, kSeparator), next->destination));
  }
  return result;
}

}  // namespace onward::commands
