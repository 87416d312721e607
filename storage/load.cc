#include "storage/load.h"

#include <utility>

#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/flow_bytes.h"
#include "storage/keys.h"
#include "storage/record.h"
#include "storage/store.h"

namespace onward::storage {

void LoadRecord(model::Record record, LoadSink& sink) {
  if (const auto* const flow = std::get_if<model::Flow>(&record); flow != nullptr) {
    sink.AddFlow(flow->id, flow->exporter, flow->importer, flow->interval, sink.AddTerms(*flow));
  } else {
    sink.Add(std::make_shared<const model::Record>(std::move(record)));
  }
}

absl::Status RecordLoader::Load(std::string_view value, model::RecordKind kind, std::string_view id,
                                uint64_t head) {
  ONWARD_ASSIGN_OR_RETURN(const CurrentValue current, CutCurrent(value, kind, id));
  const bool too_new = current.last_changed_at > head;
  if (!too_new && kind == model::RecordKind::kFlow && LoadKnownFlow(current.bytes, id)) {
    return absl::OkStatus();
  }
  const model::RecordRef ref{kind, std::string(id)};
  auto record = std::make_shared<model::Record>();
  ONWARD_RETURN_IF_ERROR(reader_.Read(current.bytes, ref, *record));
  if (too_new) {
    return Corrupted(model::ToString(ref), "it is newer than the head");
  }
  if (kind == model::RecordKind::kFlow) {
    LoadNewFlow(std::get<model::Flow>(*record), current.bytes);
  } else {
    sink_.Add(std::move(record));
  }
  return absl::OkStatus();
}

bool RecordLoader::LoadKnownFlow(std::string_view bytes, std::string_view id) {
  const std::optional<FlowBytes> flow = CutFlow(bytes);
  if (!flow || flow->id != id) {
    return false;
  }
  const auto known = terms_.find(flow->Terms(scratch_));
  if (known == terms_.end()) {
    return false;
  }
  sink_.AddFlow(flow->id, flow->exporter, flow->importer, flow->interval, known->second);
  return true;
}

void RecordLoader::LoadNewFlow(const model::Flow& flow, std::string_view bytes) {
  const uint32_t number = sink_.AddTerms(flow);
  sink_.AddFlow(flow.id, flow.exporter, flow.importer, flow.interval, number);
  if (const std::optional<FlowBytes> cut = CutFlow(bytes)) {
    terms_.emplace(cut->Terms(scratch_), number);
  }
}

absl::StatusOr<bool> Store::Load(const std::string& inventory, uint64_t at_revision,
                                 const std::vector<LoadSink*>& sinks,
                                 const std::function<bool()>& stop) const {
  size_t seen = 0;
  bool whole = true;
  ONWARD_RETURN_IF_ERROR(Scan(inventory, at_revision, [&](StoredRecord stored) {
    LoadRecord(std::move(stored.record), *sinks.front());
    whole = ++seen % kRecordsPerLook != 0 || !stop || !stop();
    return whole;
  }));
  return whole;
}

}  // namespace onward::storage
