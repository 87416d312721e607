// Which flows are judged otherwise when a record changes. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/law/register.h"
#include "graph/model/record.h"
#include "graph/snapshot.h"

namespace onward::query {

// Says which flows read a record, from an index that is made once and from the records that changed since. Of
// what came about later it may name more flows than do read it, never less. Copies share the index.
// Immutable but for Touch; safe to share between threads.
class Dependents {
 public:
  // More flows than this, touched at once, are cheaper judged with all others; of small inventories more than one in
  // so many, and than 100.
  static constexpr size_t kTouchedMax = 1'000;
  static constexpr size_t kTouchedShare = 150;
  // More parties than this, for whom others may act otherwise, are not followed.
  static constexpr size_t kFedMax = 20'000;
  // More changed records than this are not remembered.
  static constexpr size_t kLaterMax = 4'000;

  // Linear. Judged under `law`, which must outlive it.
  Dependents(const Snapshot& snapshot, const law::Register& law);

  // Flows by number, ascending, whose judgement, how data came to them apart, may differ between two
  // snapshots; new and removed ones are among them. `before` is the one that this was made or touched for
  // last; `after` came from it by Snapshot::With of the mutations, without a fold. nullopt: not to be bounded, or
  // stopped, since `stop` (where there is one) said so; then this is of no more use.
  std::optional<std::vector<uint32_t>> Touch(const Snapshot& before, const Snapshot& after,
                                             const std::vector<model::Mutation>& mutations,
                                             const std::function<bool()>& stop = {});

 private:
  friend class NamedControllers;
  friend class TouchedFlows;
  struct Index;

  const law::Register* law_;
  std::shared_ptr<const Index> index_;
  // By number, without order.
  std::vector<uint32_t> later_flows_;
  std::vector<std::string> later_parties_;
};

}  // namespace onward::query
