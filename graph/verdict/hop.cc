#include "graph/verdict/hop.h"

#include <algorithm>

namespace onward::verdict {
namespace {

// Longer chains of branches do not exist in law; a cycle ends here too.
constexpr size_t kMaxHeads = 8;

const model::Party& NotRecorded() {
  static const model::Party kParty;
  return kParty;
}

std::vector<bool> ProcessorOptions(model::Role role) {
  if (role == model::Role::kUnspecified) {
    return {false, true};
  }
  return {model::IsProcessorRole(role)};
}

}  // namespace

const model::Policy& Hop::Policy() const {
  static const model::Policy kDefaults;
  const model::Policy* recorded = inventory.FindPolicy();
  return recorded == nullptr ? kDefaults : *recorded;
}

Hop MakeHop(const model::Flow& flow, const InventoryView& inventory, const law::Register& law,
            const Question& question, const Arrival& arrival) {
  return {flow,
          inventory,
          law,
          question,
          arrival,
          EntityOf(flow.exporter, inventory),
          EntityOf(flow.importer, inventory)};
}

Entity EntityOf(std::string_view party, const InventoryView& inventory) {
  Entity entity;
  const model::Party* next = inventory.FindParty(party);
  entity.push_back(next == nullptr ? &NotRecorded() : next);
  while (!entity.back()->branch_of.empty() && entity.size() < kMaxHeads) {
    next = inventory.FindParty(entity.back()->branch_of);
    if (next == nullptr || Holds(entity, next->id)) {
      break;
    }
    entity.push_back(next);
  }
  return entity;
}

bool Holds(const Entity& entity, std::string_view party) {
  return std::any_of(entity.begin(), entity.end(),
                     [party](const model::Party* member) { return member->id == party; });
}

bool SameEntity(const Entity& a, const Entity& b) {
  return std::any_of(a.begin(), a.end(), [&b](const model::Party* member) {
    return !member->id.empty() && Holds(b, member->id);
  });
}

bool StatedSubject(const Entity& entity, Date day) {
  return std::any_of(entity.begin(), entity.end(), [day](const model::Party* member) {
    return std::any_of(member->gdpr_subject.begin(), member->gdpr_subject.end(),
                       [day](const Interval& interval) { return interval.Contains(day); });
  });
}

const std::string& NameOf(const model::Party& party) {
  if (!party.display_name.empty()) {
    return party.display_name;
  }
  return party.legal_name.empty() ? party.id : party.legal_name;
}

std::string RefText(model::RecordKind kind, std::string_view id) {
  return model::ToString(model::RecordRef{kind, std::string(id)});
}

std::vector<Roles> PossibleRoles(const model::Flow& flow) {
  std::vector<Roles> roles;
  for (const bool exporter : ProcessorOptions(flow.exporter_role)) {
    for (const bool importer : ProcessorOptions(flow.importer_role)) {
      roles.push_back({exporter, importer});
    }
  }
  return roles;
}

law::RolePair PairOf(bool exporter_is_processor, bool importer_is_processor) {
  if (exporter_is_processor) {
    return importer_is_processor ? law::RolePair::kP2P : law::RolePair::kP2C;
  }
  return importer_is_processor ? law::RolePair::kC2P : law::RolePair::kC2C;
}

bool ImporterUnderGdpr(const Hop& hop, const Roles& roles) {
  if (hop.flow.importer_gdpr_subject.has_value()) {
    return *hop.flow.importer_gdpr_subject;
  }
  return !roles.importer_is_processor && StatedSubject(hop.importer, hop.Day());
}

bool LiesUnder(std::string_view id, std::string_view parent) {
  return id.substr(0, parent.size()) == parent &&
         (id.size() == parent.size() || id[parent.size()] == '.');
}

bool IsEverything(const model::Strings& categories) {
  return categories.empty() ||
         std::find(categories.begin(), categories.end(), model::kAllReceived) != categories.end();
}

bool CategoriesMeet(const model::Strings& a, const model::Strings& b) {
  if (IsEverything(a) || IsEverything(b)) {
    return true;
  }
  for (const std::string& x : a) {
    for (const std::string& y : b) {
      if (LiesUnder(x, y) || LiesUnder(y, x)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace onward::verdict
