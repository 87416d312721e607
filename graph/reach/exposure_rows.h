// The rows of an exposure before names, worst hops and witnesses. Internal to this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/reach/exposure.h"
#include "graph/reach/labels.h"

namespace onward::reach {

// A destination outside the EEA of an edge; a held copy has no verdict.
struct OutsidePlace {
  // Numbers of OutsidePlaces.
  uint32_t code = 0;
  uint32_t mechanism = 0;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
};

// The destinations outside the EEA of all edges but those in the past. Immutable.
class OutsidePlaces {
 public:
  // Made once per graph, then shared.
  static std::shared_ptr<const OutsidePlaces> Of(const DayGraphPtr& graph);

  // In order of code.
  std::span<const OutsidePlace> Of(uint32_t edge) const {
    return {places_.data() + begin_[edge], begin_[edge + 1] - begin_[edge]};
  }
  // Numbers of codes are in their order.
  const std::string& CodeOf(uint32_t code) const { return codes_[code]; }
  const std::string& MechanismOf(uint32_t mechanism) const { return mechanisms_[mechanism]; }

 private:
  std::vector<uint32_t> begin_;
  std::vector<OutsidePlace> places_;
  std::vector<std::string> codes_;
  std::vector<std::string> mechanisms_;
};

// One origin, recipient and destination.
struct ExposureCore {
  uint32_t origin = 0;
  uint32_t recipient = 0;
  uint32_t code = 0;
  // The deciding flow.
  uint32_t edge = 0;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  uint32_t mechanism = 0;
};

// Rows in order of origin, recipient and destination.
struct ExposureTable {
  std::vector<ExposureCore> rows;
  // By row, DayGraph::words() each.
  std::vector<uint64_t> categories;
  uint64_t origins = 0;
};

// Adds the rows of the origin that `labels` were followed for.
absl::Status AddRows(const Labels& labels, const OutsidePlaces& places, const ExposureCheck& check,
                     ExposureTable& table);

}  // namespace onward::reach
