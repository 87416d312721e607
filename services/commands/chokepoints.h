// Chokepoints and concentration: what all data take, and how much hangs on single vendors.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "graph/reach/chokepoints.h"
#include "graph/reach/concentration.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

struct ChokepointsRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // Party id; empty: all origins.
  std::string origin;
  reach::ChokepointsQuestion::Target target = reach::ChokepointsQuestion::Target::kOutsideEea;
  // Register code, or UNKNOWN; for kCountry.
  std::string country;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ChokepointsResult {
  Basis basis;
  // The page only; `list.flows` counts all. Numbers are those of the snapshot of `judged`.
  reach::ChokepointList list;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// RECORD_NOT_FOUND (origin), INVALID_REQUEST (country, a position that is none), LIMIT_EXCEEDED
// (chokepoint_steps_max), and the errors of Engine::Read.
absl::StatusOr<ChokepointsResult> Chokepoints(Engine& engine, const ChokepointsRequest& request,
                                              const CallContext& call);

struct ConcentrationRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  reach::ConcentrationBy by = reach::ConcentrationBy::kParty;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ConcentrationResult {
  Basis basis;
  // The page only; its other numbers count all.
  reach::Concentration concentration;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// INVALID_REQUEST (a position that is none), LIMIT_EXCEEDED (concentration_steps_max), and the errors of
// Engine::Read.
absl::StatusOr<ConcentrationResult> Concentration(Engine& engine,
                                                  const ConcentrationRequest& request,
                                                  const CallContext& call);

}  // namespace onward::commands
