// Hops that every rule judges alike: a hop to one destination, reduced to what a judgement reads. Internal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/law/register.h"
#include "graph/verdict/inventory_view.h"
#include "graph/verdict/shape_fields.h"

namespace onward::verdict {

// A small inventory around one flow: every id is replaced by the part that its record plays, every place
// by one that the law treats alike. It is judged in place of the hops that have it, so whatever it leaves
// out cannot count.
struct Shape {
  std::vector<model::Party> parties;
  std::vector<model::Agreement> agreements;
  // Flows into the exporter that say for whom it acts.
  std::vector<model::Flow> feeding;
  model::Flow flow;
};

template <class Archive>
void Fields(Archive& archive, Shape& shape) {
  archive(shape.parties);
  archive(shape.agreements);
  archive(shape.feeding);
  archive(shape.flow);
}

// A shape as an inventory. Refers to its arguments.
class ShapeView final : public InventoryView {
 public:
  ShapeView(const Shape& shape, const model::Policy* policy);

  const model::Party* FindParty(std::string_view id) const override;
  const model::Location* FindLocation(std::string_view id) const override;
  const model::Agreement* FindAgreement(std::string_view id) const override;
  std::span<const model::Agreement* const> AgreementsOf(std::string_view party) const override;
  std::span<const uint32_t> FlowsFrom(std::string_view party) const override;
  std::span<const uint32_t> FlowsInto(std::string_view party) const override;
  model::FlowView ViewAt(uint32_t flow) const override;
  const model::Policy* FindPolicy() const override;

 private:
  const Shape& shape_;
  const model::Policy* policy_;
  // Numbers of those that feed the flow.
  std::vector<uint32_t> feeding_;
};

// The law leaves open on some days what such a place is.
bool MayBeUnsettled(const law::Jurisdiction& place);

// Places by how the law treats them. Refers to the register.
class PlaceClasses {
 public:
  explicit PlaceClasses(const law::Register& law);

  // A code that the law treats on every day as this one; the same for all such codes.
  const std::string& AnyLike(const std::string& code) const;
  // The same, but not `other`, which is AnyLike of a different code.
  const std::string& AnotherLike(const std::string& code, const std::string& other) const;

 private:
  const std::vector<const std::string*>* ClassOf(const std::string& code) const;

  std::vector<std::vector<const std::string*>> classes_;
  absl::flat_hash_map<std::string_view, size_t> class_of_;
};

// Replaces the dates of records by ones that stand in the same order to each other and to the dates of the
// law that count for them: a judgement compares dates, and never calculates with them.
class DateClasses {
 public:
  // The date that stands for another, and that other, ascending.
  using Originals = std::vector<std::pair<Date, Date>>;

  explicit DateClasses(const law::Register& law);

  // `boundaries`: of the shape's flow. Those that are dates of the law stay as they are.
  Originals Replace(const std::vector<Date>& boundaries, Shape& shape) const;

 private:
  // All dates of the law; and those that count though no verdict changes on them.
  std::vector<Date> law_;
  std::vector<Date> silent_;
};

// The date that `replaced` stands for; itself where it stands for none.
Date OriginalOf(Date replaced, const DateClasses::Originals& originals);

}  // namespace onward::verdict
