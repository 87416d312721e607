// One hop with what its records say, looked up once. Internal to graph/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/verdict/judge.h"

namespace onward::verdict {

// A legal entity as it takes part: the party itself first, then its head, upwards. Never empty.
using Entity = std::vector<const model::Party*>;

// Everything a judgement reads. Refers to its arguments: they must outlive it.
struct Hop {
  const model::Flow& flow;
  const InventoryView& inventory;
  const law::Register& law;
  Question question;
  Arrival arrival;
  Entity exporter;
  Entity importer;
  // No sentences are wanted: whatever a verdict says in words stays empty.
  bool wordless = false;

  const model::Party& ExporterParty() const { return *exporter.front(); }
  const model::Party& ImporterParty() const { return *importer.front(); }
  Date Day() const { return question.as_of; }
  // The inventory's readings of contested points.
  const model::Policy& Policy() const;
  // What `make` says, where sentences are wanted.
  template <class Make>
  std::string Words(Make make) const {
    return wordless ? std::string() : std::string(make());
  }
};

Hop MakeHop(const model::Flow& flow, const InventoryView& inventory, const law::Register& law,
            const Question& question, const Arrival& arrival);

// The party and its heads; a party that is not recorded is an empty one, so that nothing is known
// of it.
Entity EntityOf(std::string_view party, const InventoryView& inventory);

bool Holds(const Entity& entity, std::string_view party);
// Both belong to one legal entity: one is the other's head, or they share one.
bool SameEntity(const Entity& a, const Entity& b);
// The GDPR binds it from outside (Art. 3(2)) on that day, as its records say.
bool StatedSubject(const Entity& entity, Date day);

// What people call a party.
const std::string& NameOf(const model::Party& party);
std::string RefText(model::RecordKind kind, std::string_view id);

// Roles as far as a mechanism asks: a controller of any kind, or a processor of any kind.
struct Roles {
  bool exporter_is_processor = false;
  bool importer_is_processor = false;
};

// The roles that the flow allows: one where both are recorded, else every one that they may be.
std::vector<Roles> PossibleRoles(const model::Flow& flow);

law::RolePair PairOf(bool exporter_is_processor, bool importer_is_processor);

// Whether the importer's own processing is under the GDPR: as stated on the flow; else as its
// record, but not in a processor role.
bool ImporterUnderGdpr(const Hop& hop, const Roles& roles);

// The data categories of a flow are not limited.
bool IsEverything(const model::Strings& categories);
// One of a flow's categories is, holds or lies under one of another flow's.
bool CategoriesMeet(const model::Strings& a, const model::Strings& b);
// `id` is `list` itself or lies under it on the dotted tree: contact.email under contact.
bool LiesUnder(std::string_view id, std::string_view parent);

}  // namespace onward::verdict
