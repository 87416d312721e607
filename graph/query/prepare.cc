#include "graph/query/prepare.h"

namespace onward::query {

std::optional<verdict::Prepared> Prepare(const Snapshot& snapshot, const law::Register& law,
                                         Date law_known_at, const std::function<bool()>& stop) {
  return verdict::Prepared::MakeUnless(stop, snapshot.AllFlows(), snapshot, law, law_known_at);
}

}  // namespace onward::query
