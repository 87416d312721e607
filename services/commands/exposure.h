// Exposure: whom data of an origin reach outside the EEA, a page at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/exposure.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

// Recipients that one question may find, those on other pages included.
inline constexpr size_t kExposureRowsMax = 1'000'000;

struct ExposureRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // At most one of them is set, neither: all origins. Party id, activity id.
  std::string origin;
  std::string activity;
  // Its `origin` and `activity` are not read.
  reach::ExposureQuestion filter;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ExposureResult {
  Basis basis;
  // Its numbers are those of the snapshot of `judged`.
  reach::ExposurePage page;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// RECORD_NOT_FOUND (origin, activity), INVALID_REQUEST (a position that is none), LIMIT_EXCEEDED (exposure_recipients_max), and
// the errors of Engine::Read.
absl::StatusOr<ExposureResult> Exposure(Engine& engine, const ExposureRequest& request,
                                        const CallContext& call);

}  // namespace onward::commands
