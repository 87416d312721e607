#include "graph/verdict/prepare_parties.h"

#include <algorithm>
#include <utility>

#include "graph/base/parallel.h"
#include "graph/verdict/prepare_agreements.h"

namespace onward::verdict {
namespace {

// An agreement of more parties than this (a group's BCR, a code of conduct) is not listed pair by pair.
constexpr size_t kCrowd = 64;

// That one thread takes at a time.
constexpr size_t kPartiesAtOnce = 4'096;

// Copies what `Fields` names of a party.
model::Party Stripped(const model::Party& party, const PlaceClasses& places) {
  model::Party stripped;
  stripped.party_type = party.party_type;
  stripped.establishment = places.AnyLike(party.establishment);
  stripped.gdpr_subject = party.gdpr_subject;
  stripped.certifications = party.certifications;
  stripped.statements = StatementsOnly(party.statements);
  return stripped;
}

void Normalise(std::vector<uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

bool Holds(const std::vector<uint32_t>& ascending, uint32_t number) {
  return std::binary_search(ascending.begin(), ascending.end(), number);
}

}  // namespace

std::vector<model::Statement> StatementsOnly(const std::vector<model::Statement>& statements) {
  std::vector<model::Statement> only;
  only.reserve(statements.size());
  for (const model::Statement& statement : statements) {
    only.push_back({statement.condition, statement.met, statement.interval, std::nullopt});
  }
  return only;
}

PartyTable::PartyTable(const FlowTable& flows, const InventoryView& inventory,
                       const PlaceClasses& places, const law::Register& law)
    : inventory_(inventory), places_(places), law_(law) {
  AddEnds(flows);
  for (uint32_t terms = 0; terms < flows.TermsCount(); ++terms) {
    for (const std::string& controller : flows.TermsAt(terms).on_behalf_of) {
      Name(controller);
    }
  }
  InParallel(rows_.size(), kPartiesAtOnce, {}, [this](size_t /*thread*/, size_t begin, size_t end) {
    for (size_t party = begin; party < end; ++party) {
      FindRecords(rows_[party]);
    }
  });
  AddMembers();
  AddPartners();
}

void PartyTable::AddEnds(const FlowTable& flows) {
  std::vector<uint32_t> numbers(flows.parties.size(), kNone);
  const auto number_of = [&](uint32_t party) {
    if (numbers[party] == kNone) {
      numbers[party] = Name(flows.parties[party]);
    }
    return numbers[party];
  };
  ends_.reserve(flows.size());
  for (const FlowTable::Row& row : flows.rows) {
    const uint32_t exporter = number_of(row.exporter);
    ends_.emplace_back(exporter, number_of(row.importer));
  }
}

uint32_t PartyTable::Name(std::string_view id) {
  const auto [at, is_new] = numbers_.emplace(id, static_cast<uint32_t>(rows_.size()));
  if (is_new) {
    rows_.emplace_back().id = id;
  }
  return at->second;
}

void PartyTable::FindRecords(PartyRow& row) const {
  row.record = inventory_.FindParty(row.id);
  row.agreements = inventory_.AgreementsOf(row.id);
}

uint32_t PartyTable::Add(std::string_view id) {
  const size_t known = rows_.size();
  const uint32_t number = Name(id);
  if (number == known) {
    FindRecords(rows_.back());
  }
  return number;
}

uint32_t PartyTable::NumberOf(std::string_view id) const {
  const auto at = numbers_.find(id);
  return at == numbers_.end() ? kNone : at->second;
}

// Heads that no flow names are added on the way.
void PartyTable::AddMembers() {
  for (uint32_t party = 0; party < rows_.size(); ++party) {
    std::vector<uint32_t> members = {party};
    if (rows_[party].record != nullptr && !rows_[party].record->branch_of.empty()) {
      members.clear();
      for (const model::Party* member : EntityOf(rows_[party].id, inventory_)) {
        members.push_back(Add(member->id));
      }
    }
    for (const uint32_t member : members) {
      if (member != party) {
        rows_[member].branches.push_back(party);
      }
    }
    rows_[party].members = std::move(members);
  }
  for (PartyRow& row : rows_) {
    AddShape(row);
  }
}

// Most parties are told apart by two fields.
void PartyTable::AddShape(PartyRow& row) {
  const model::Party* const party = row.record;
  const bool is_plain = row.members.size() == 1 && party != nullptr &&
                        party->gdpr_subject.empty() && party->certifications.empty() &&
                        party->statements.empty();
  if (!is_plain) {
    row.shape = ShapeOf(row);
    return;
  }
  const auto [at, is_new] = plain_shapes_.emplace(
      std::pair(std::string_view(party->establishment), party->party_type), 0);
  if (is_new) {
    at->second = ShapeOf(row);
  }
  row.shape = at->second;
}

uint32_t PartyTable::ShapeOf(const PartyRow& row) {
  EntityShape shape;
  for (const uint32_t member : row.members) {
    if (rows_[member].record != nullptr) {
      shape.push_back(Stripped(*rows_[member].record, places_));
    }
  }
  for (size_t i = 0; i < shape.size(); ++i) {
    shape[i].id = std::to_string(i);
    shape[i].branch_of = i + 1 < shape.size() ? std::to_string(i + 1) : "";
  }
  std::string key;
  FieldWriter writer(key);
  writer(shape);
  const auto [at, is_new] =
      shape_numbers_.emplace(std::move(key), static_cast<uint32_t>(shapes_.size()));
  if (is_new) {
    shapes_.push_back(std::move(shape));
  }
  return at->second;
}

void PartyTable::AddPartners() {
  for (uint32_t party = 0; party < rows_.size(); ++party) {
    for (const model::Agreement* agreement : rows_[party].agreements) {
      if (MayDecide(*agreement, law_)) {
        rows_[party].has_agreements = true;
        AddPartners(party, *agreement);
      }
    }
  }
  for (PartyRow& row : rows_) {
    Normalise(row.partners);
  }
}

void PartyTable::AddPartners(uint32_t party, const model::Agreement& agreement) {
  std::vector<uint32_t> named;
  for (const std::string& id : agreement.parties) {
    named.push_back(NumberOf(id));
  }
  for (const model::AgreementParty& side : agreement.sides) {
    named.push_back(NumberOf(side.party));
  }
  Normalise(named);
  const bool crowd = named.size() > kCrowd;
  for (const uint32_t other : named) {
    if (other == kNone) {
      continue;
    }
    if (crowd) {
      rows_[other].in_a_crowd = true;
    } else if (other != party) {
      rows_[party].partners.push_back(other);
      rows_[other].partners.push_back(party);
    }
  }
  rows_[party].in_a_crowd = rows_[party].in_a_crowd || crowd;
}

bool PartyTable::MayHaveAgreement(uint32_t a, uint32_t b) const {
  for (const uint32_t one : rows_[a].members) {
    for (const uint32_t other : rows_[b].members) {
      const PartyRow& x = rows_[one];
      const PartyRow& y = rows_[other];
      const bool x_is_shorter = x.partners.size() <= y.partners.size();
      if ((x.in_a_crowd && y.in_a_crowd) ||
          (x_is_shorter ? Holds(x.partners, other) : Holds(y.partners, one))) {
        return true;
      }
    }
  }
  return false;
}

bool PartyTable::Overlap(uint32_t a, uint32_t b) const {
  const std::vector<uint32_t>& other = rows_[b].members;
  return std::any_of(rows_[a].members.begin(), rows_[a].members.end(), [&](uint32_t member) {
    return std::find(other.begin(), other.end(), member) != other.end();
  });
}

}  // namespace onward::verdict
