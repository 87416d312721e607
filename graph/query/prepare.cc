#include "graph/query/prepare.h"

#include <vector>

namespace onward::query {

std::optional<verdict::Prepared> Prepare(const Snapshot& snapshot, const law::Register& law,
                                         Date law_known_at, const std::function<bool()>& stop) {
  std::vector<verdict::FlowEnds> ends(snapshot.FlowCount());
  for (uint32_t flow = 0; flow < ends.size(); ++flow) {
    if (snapshot.HasFlow(flow)) {
      ends[flow] = {snapshot.ExporterOf(flow), snapshot.ImporterOf(flow)};
    }
  }
  return verdict::Prepared::MakeUnless(stop, snapshot.FlowRecords(), snapshot, law, law_known_at,
                                       ends);
}

}  // namespace onward::query
