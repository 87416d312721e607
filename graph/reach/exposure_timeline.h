// The days on which the exposure of an origin changes, and why.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/categories.h"
#include "graph/query/judgements.h"
#include "graph/verdict/causes.h"

namespace onward::reach {

struct ExposureTimelineQuestion {
  // Days that are looked at; `from` must not be open.
  Interval window;
  // A party, by its number.
  uint32_t origin = 0;
};

// From this day on a recipient is reached, at a destination outside the EEA, otherwise than the day before.
struct ExposureChange {
  Date date;
  uint32_t recipient = 0;
  std::string destination;
  // kUnspecified: not reached. NOT_A_TRANSFER, NOT_IN_EFFECT: it only holds copies.
  verdict::Verdict before = verdict::Verdict::kUnspecified;
  verdict::Reason reason_before = verdict::Reason::kUnspecified;
  verdict::Verdict after = verdict::Verdict::kUnspecified;
  verdict::Reason reason_after = verdict::Reason::kUnspecified;
  CategorySet gained;
  CategorySet lost;
  // What begins or ends on that day, at most query::kCausesMax.
  std::vector<verdict::Cause> causes;
};

// Where a page ended.
struct ExposureChangeKey {
  Date date;
  std::string recipient;
  std::string destination;
};

struct ExposureTimelinePage {
  std::vector<ExposureChange> changes;
  // Key of the last change, where more follow.
  std::optional<ExposureChangeKey> next;
};

// At most `limit` changes after `after`, in order of date, recipient and destination. Days on which nothing that the exposure rests
// on begins or ends are passed over; each other one costs what data of the origin can ever reach. `check` is asked as the work
// goes on; its error ends it. The date of the judgements does not matter.
absl::StatusOr<ExposureTimelinePage> ExposureOverTime(const query::Judgements& judgements,
                                                      const ExposureTimelineQuestion& question,
                                                      const std::optional<ExposureChangeKey>& after,
                                                      size_t limit,
                                                      const std::function<absl::Status()>& check);

}  // namespace onward::reach
