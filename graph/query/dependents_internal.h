// What Dependents looks up. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "graph/query/dependents.h"

namespace onward::query {

struct Dependents::Index {
  using Lists = absl::flat_hash_map<std::string, std::vector<uint32_t>>;
  // By party: its branches.
  Lists branches;
  // Flows by the party that runs a site, by a site's location, by an agreement, by whom they act for; as named.
  Lists operated;
  Lists located;
  Lists agreed;
  Lists acting;
  // Locations by the party that runs them.
  absl::flat_hash_map<std::string, std::vector<std::string>> run;
};

// Those for whom an exporter may act and whom an agreement names that may decide: for them alone it matters to a flow
// for whom its exporter acts. Parties by number, as they were or are, ascending. Refers to its arguments.
class NamedControllers {
 public:
  using Parties = std::vector<uint32_t>;

  NamedControllers(const Dependents& dependents, const Snapshot& before, const Snapshot& after)
      : d_(dependents), before_(before), after_(after) {}

  // By the agreements that the flow names, else by those of its importer and its heads.
  const Parties& Of(const Snapshot& graph, uint32_t flow, const model::TermsView& terms);
  // Parties of whose entity the party is, itself included, as they were or are.
  std::vector<std::string> EntitiesOf(const std::string& party);
  // Some party has more branches than are followed.
  bool too_many() const { return too_many_; }

 private:
  const Parties& OfImporter(const Snapshot& graph, uint32_t importer);
  const Parties& OfAgreement(const model::Agreement& agreement);
  const Parties& OfParty(const std::string& id);
  bool MayBeController(const std::string& party);
  const absl::flat_hash_set<std::string>& LaterNamed();

  const Dependents& d_;
  const Snapshot& before_;
  const Snapshot& after_;
  // By snapshot and importer.
  absl::node_hash_map<std::pair<const Snapshot*, uint32_t>, Parties> of_importers_;
  absl::node_hash_map<model::Strings, Parties> of_names_;
  absl::node_hash_map<const model::Agreement*, Parties> of_agreements_;
  absl::node_hash_map<std::string, Parties> of_parties_;
  std::optional<absl::flat_hash_set<std::string>> later_named_;
  bool too_many_ = false;
};

}  // namespace onward::query
