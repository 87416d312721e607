// Agreements as parts of a shape. Internal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/law/register.h"
#include "graph/model/agreement.h"

namespace onward::verdict {

// Names that parties have in a shape.
class PartNames {
 public:
  void Add(std::string_view id, std::string name) { names_.emplace_back(id, std::move(name)); }
  // Null: the party has no part.
  const std::string* Find(std::string_view id) const;

 private:
  std::vector<std::pair<std::string_view, std::string>> names_;
};

// The places of a leg, and those that stand for them in its shape. Without a site: empty.
struct LegPlaces {
  std::string seat;
  std::string seat_like;
  std::string site;
  std::string site_like;
};

// Something in the agreement may decide: an instrument that is tried, or a statement.
bool MayDecide(const model::Agreement& agreement, const law::Register& law);

// What a judgement of the leg reads of an agreement.
model::Agreement PartOf(const model::Agreement& agreement, std::string name, const PartNames& names,
                        const LegPlaces& places, const law::Register& law);

}  // namespace onward::verdict
