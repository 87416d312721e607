// Reading all records of an inventory at once, on a few threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "graph/base/date.h"
#include "graph/model/record.h"
#include "storage/record.h"

namespace onward::storage {

// Between two looks whether a load should stop.
inline constexpr size_t kRecordsPerLook = 1'024;

// Takes what one thread of a load reads, in order of kind and id. Need not be thread-safe.
class LoadSink {
 public:
  LoadSink() = default;
  LoadSink(const LoadSink&) = delete;
  LoadSink& operator=(const LoadSink&) = delete;
  virtual ~LoadSink() = default;

  // Of another kind than a flow.
  virtual void Add(std::shared_ptr<const model::Record> record) = 0;
  // The number to tell for flows with these terms.
  virtual uint32_t AddTerms(const model::FlowTerms& terms) = 0;
  // A flow. The texts live as long as the call.
  virtual void AddFlow(std::string_view id, std::string_view exporter, std::string_view importer,
                       const Interval& interval, uint32_t terms) = 0;
};

void LoadRecord(model::Record record, LoadSink& sink);

// Hands stored records to a sink. Terms of flows that stand there with the same bytes are read once. Not
// thread-safe. The sink must outlive it.
class RecordLoader {
 public:
  explicit RecordLoader(LoadSink& sink) : sink_(sink) {}

  // A value of `current` under the key of a record; the same errors as DecodeCurrent. Corrupted where it is
  // newer than `head`.
  absl::Status Load(std::string_view value, model::RecordKind kind, std::string_view id,
                    uint64_t head);

 private:
  // False: it must be read as a whole.
  bool LoadKnownFlow(std::string_view bytes, std::string_view id);
  void LoadNewFlow(const model::Flow& flow, std::string_view bytes);

  struct BytesHash {
    using is_transparent = void;
    size_t operator()(std::string_view bytes) const { return std::hash<std::string_view>()(bytes); }
  };

  LoadSink& sink_;
  RecordReader reader_;
  // Numbers that the sink gave, by bytes.
  absl::flat_hash_map<std::string, uint32_t, BytesHash, std::equal_to<>> terms_;
  std::string scratch_;
};

}  // namespace onward::storage
