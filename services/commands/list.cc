#include "services/commands/list.h"

#include <algorithm>

#include "graph/base/status_macros.h"

namespace onward::commands {

absl::StatusOr<ListResult> List(Engine& engine, const ListRequest& request,
                                const CallContext& call) {
  const std::optional<PagePosition>& from = request.page.from;
  const Freshness freshness = from ? Freshness(AtRevision{from->revision}) : request.freshness;
  ONWARD_ASSIGN_OR_RETURN(const Reading reading, engine.Read(request.inventory, freshness, call));
  const std::vector<const model::Record*>& all = reading.snapshot->RecordsOf(request.kind);

  ListResult result;
  result.basis = BasisOf(reading);
  result.snapshot = reading.snapshot;
  const std::string& first = from ? std::max(from->after, request.id_prefix) : request.id_prefix;
  auto it = std::lower_bound(
      all.begin(), all.end(), first,
      [](const model::Record* record, const std::string& id) { return model::IdOf(*record) < id; });
  if (from && it != all.end() && model::IdOf(**it) == from->after) {
    ++it;
  }
  for (; it != all.end() && model::IdOf(**it).starts_with(request.id_prefix); ++it) {
    if (result.records.size() == request.page.size) {
      result.next = PagePosition{reading.revision(), model::IdOf(*result.records.back())};
      break;
    }
    result.records.push_back(*it);
  }
  return result;
}

}  // namespace onward::commands
