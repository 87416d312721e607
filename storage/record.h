// Records as bytes on disk (onward.store.v1.Record), and the values of `current` and `history`
// around them. The bytes of one record are always the same: map entries are written in order of
// key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "graph/model/record.h"
#include "storage/store.h"

namespace onward::storage {

// Where the messages of records are made and forgotten, one after the other.
class RecordRoom;

// InvalidWrite where reading the bytes would not give the same record again: text that is not
// UTF-8, a date outside the calendar.
absl::StatusOr<std::string> EncodeRecord(const model::Record& record);
// The same bytes, without the proof that they can be read: not to be stored.
std::string RecordBytes(const model::Record& record);

// `ref` is what the key says that the bytes hold. Anything else, or damaged bytes: Corrupted naming
// it.
absl::StatusOr<model::Record> DecodeRecord(std::string_view bytes, const model::RecordRef& ref);

// The same for many records, with less work for each. Not thread-safe.
class RecordReader {
 public:
  RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;
  ~RecordReader();

  // `out` is as new; only good where it returns OK.
  absl::Status Read(std::string_view bytes, const model::RecordRef& ref, model::Record& out);

 private:
  const std::unique_ptr<RecordRoom> room_;
};

// Value of `current`.
std::string EncodeCurrent(uint64_t last_changed_at, std::string_view record_bytes);
// Its parts, the bytes as a view. Corrupted where it is cut.
struct CurrentValue {
  uint64_t last_changed_at = 0;
  std::string_view bytes;
};
absl::StatusOr<CurrentValue> CutCurrent(std::string_view value, model::RecordKind kind,
                                        std::string_view id);
absl::StatusOr<StoredRecord> DecodeCurrent(std::string_view value, const model::RecordRef& ref);

// Value of `history`; nullopt is a deletion.
std::string EncodeVersion(const std::optional<std::string>& record_bytes);
// Value of a version that was forgotten by compaction; the functions below call it damaged.
std::string ForgottenVersion();
// Whether the value holds a record, which can be forgotten.
bool HoldsRecord(std::string_view value);
// The record bytes inside the value, nullopt for a deletion. The view points into `value`.
absl::StatusOr<std::optional<std::string_view>> VersionBytes(std::string_view value,
                                                             const model::RecordRef& ref);
absl::StatusOr<std::optional<model::Record>> DecodeVersion(std::string_view value,
                                                           const model::RecordRef& ref);

}  // namespace onward::storage
