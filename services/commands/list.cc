#include "services/commands/list.h"

#include <algorithm>

#include "graph/base/status_macros.h"

namespace onward::commands {

absl::StatusOr<ListResult> List(Engine& engine, const ListRequest& request,
                                const CallContext& call) {
  const std::optional<PagePosition>& from = request.page.from;
  const Freshness freshness = from ? Freshness(AtRevision{from->revision}) : request.freshness;
  ONWARD_ASSIGN_OR_RETURN(const Reading reading, engine.Read(request.inventory, freshness, call));
  ListResult result;
  result.basis = BasisOf(reading);
  result.snapshot = reading.snapshot;
  const std::string& first = from ? std::max(from->after, request.id_prefix) : request.id_prefix;
  for (const RecordPtr& record : reading.snapshot->RecordsOf(request.kind, first)) {
    const std::string& id = model::IdOf(*record);
    if (from && id == from->after) {
      continue;
    }
    if (!id.starts_with(request.id_prefix)) {
      break;
    }
    if (result.records.size() == request.page.size) {
      result.next = PagePosition{reading.revision(), model::IdOf(*result.records.back())};
      break;
    }
    result.records.push_back(record);
  }
  return result;
}

}  // namespace onward::commands
