// A record of any kind, and a change: one atomic write as a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/model/activity.h"
#include "graph/model/agreement.h"
#include "graph/model/flow.h"
#include "graph/model/party.h"
#include "graph/model/policy.h"

namespace onward::model {

// On disk and on the wire: never renumber. The order of Record's alternatives follows it.
enum class RecordKind : int32_t {
  kUnspecified = 0,
  kParty = 1,
  kLocation = 2,
  kActivity = 3,
  kAgreement = 4,
  kFlow = 5,
  kCategory = 6,
  kTriage = 7,
  kPolicy = 8,
  kLast = kPolicy
};

using Record = std::variant<Party, Location, Activity, Agreement, Flow, Category, Triage, Policy>;

// party, location ... policy; `unspecified` for 0.
std::string_view KindName(RecordKind kind);

inline RecordKind KindOf(const Record& record) {
  return static_cast<RecordKind>(record.index() + 1);
}
const std::string& IdOf(const Record& record);
std::vector<Source>& SourcesOf(Record& record);
const std::vector<Source>& SourcesOf(const Record& record);

// Names one record.
struct RecordRef {
  RecordKind kind = RecordKind::kUnspecified;
  std::string id;
  friend auto operator<=>(const RecordRef&,
                          const RecordRef&) = default;  // NOLINT(modernize-use-nullptr)
};

// kind/id, as in flow/smartum-to-salesforce.
std::string ToString(const RecordRef& ref);

// What must hold for a record before it is changed.
struct MustNotExist {};
struct MustExist {};
struct LastChangedAt {
  uint64_t revision = 0;
};
using Precondition = std::variant<std::monostate, MustNotExist, MustExist, LastChangedAt>;

// One record's change: an upsert where `record` is set, else a delete.
struct Mutation {
  RecordRef ref;
  std::optional<Record> record;
  Precondition precondition;
  // Keep the sources already stored and add the new ones.
  bool add_sources = false;
  // The record is one that this inventory had: its contacts are written with the salts and commitments that
  // they have.
  bool as_stored = false;
};

// One atomic write: applied as a whole, or not at all. Each record at most once.
struct Change {
  std::vector<Mutation> mutations;
};

// The sources of `stored` followed by those of `added` that it does not hold.
std::vector<Source> MergeSources(const std::vector<Source>& stored,
                                 const std::vector<Source>& added);

}  // namespace onward::model
