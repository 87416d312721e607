#include "graph/query/prepare.h"

#include <vector>

namespace onward::query {

verdict::Prepared Prepare(const Snapshot& snapshot, const law::Register& law, Date law_known_at) {
  std::vector<verdict::FlowEnds> ends(snapshot.FlowCount());
  for (uint32_t flow = 0; flow < ends.size(); ++flow) {
    if (snapshot.HasFlow(flow)) {
      ends[flow] = {snapshot.ExporterOf(flow), snapshot.ImporterOf(flow)};
    }
  }
  return verdict::Prepared::Make(snapshot.FlowRecords(), snapshot, law, law_known_at, ends);
}

}  // namespace onward::query
