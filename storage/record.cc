#include "storage/record.h"

#include <google/protobuf/arena.h>

#include <array>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/model/wire.h"
#include "onward/store/v1/record.pb.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/proto_bytes.h"

namespace onward::storage {
namespace {

// First byte of a value of `history`. On disk: never renumber.
constexpr char kDeleted = 0;
constexpr char kForgotten = 2;
constexpr char kRecord = 1;

absl::Status Damaged(const model::RecordRef& ref, std::string_view what) {
  return Corrupted(model::ToString(ref), what);
}

// `message` and `record` are as new.
absl::Status Decode(std::string_view bytes, const model::RecordRef& ref, store::v1::Record& message,
                    model::Record& record) {
  if (!Parse(bytes, message)) {
    return Damaged(ref, "its bytes are no record");
  }
  model::Violations violations;
  model::RecordFromWire(message, model::FieldPath(), violations, record);
  if (!violations.empty()) {
    const model::Violation& first = violations.list().front();
    return Damaged(ref, absl::StrCat(first.field, " ", first.message));
  }
  if (model::KindOf(record) != ref.kind || model::IdOf(record) != ref.id) {
    return Damaged(ref, "another record stands in its place");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<model::Record> DecodeRecord(std::string_view bytes, const model::RecordRef& ref) {
  store::v1::Record message;
  model::Record record;
  ONWARD_RETURN_IF_ERROR(Decode(bytes, ref, message, record));
  return record;
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
// An arena of the library, which is not instrumented, ends the program under ThreadSanitizer.
struct RecordReader::Room {
  absl::Status Read(std::string_view bytes, const model::RecordRef& ref, model::Record& out) {
    store::v1::Record message;
    return Decode(bytes, ref, message, out);
  }
};
#else
struct RecordReader::Room {
  Room() : arena(first.data(), first.size()) {}

  absl::Status Read(std::string_view bytes, const model::RecordRef& ref, model::Record& out) {
    auto* const message = google::protobuf::Arena::CreateMessage<store::v1::Record>(&arena);
    absl::Status status = Decode(bytes, ref, *message, out);
    arena.Reset();
    return status;
  }

  std::array<char, 16 << 10> first;
  google::protobuf::Arena arena;
};
#endif

RecordReader::RecordReader() : room_(std::make_unique<Room>()) {}
RecordReader::~RecordReader() = default;

absl::Status RecordReader::Read(std::string_view bytes, const model::RecordRef& ref,
                                model::Record& out) {
  return room_->Read(bytes, ref, out);
}

absl::StatusOr<std::string> EncodeRecord(const model::Record& record) {
  store::v1::Record message;
  model::RecordToWire(record, message);
  std::string bytes = Serialise(message);
  const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
  const absl::StatusOr<model::Record> back = DecodeRecord(bytes, ref);
  if (!back.ok() || *back != record) {
    return InvalidWrite(absl::StrCat(model::ToString(ref),
                                     ": text must be UTF-8, dates in the years 1900 to 2999"));
  }
  return bytes;
}

std::string EncodeCurrent(uint64_t last_changed_at, std::string_view record_bytes) {
  std::string value;
  value.reserve(sizeof(uint64_t) + record_bytes.size());
  keys::AppendU64(last_changed_at, value);
  value.append(record_bytes);
  return value;
}

absl::StatusOr<CurrentValue> CutCurrent(std::string_view value, model::RecordKind kind,
                                        std::string_view id) {
  if (value.size() < sizeof(uint64_t)) {
    return Damaged({kind, std::string(id)}, "its value is cut");
  }
  return CurrentValue{keys::ReadU64(value), value.substr(sizeof(uint64_t))};
}

absl::StatusOr<StoredRecord> DecodeCurrent(std::string_view value, const model::RecordRef& ref) {
  ONWARD_ASSIGN_OR_RETURN(const CurrentValue current, CutCurrent(value, ref.kind, ref.id));
  ONWARD_ASSIGN_OR_RETURN(model::Record record, DecodeRecord(current.bytes, ref));
  return StoredRecord{std::move(record), current.last_changed_at};
}

std::string EncodeVersion(const std::optional<std::string>& record_bytes) {
  return record_bytes ? kRecord + *record_bytes : std::string{kDeleted};
}

std::string ForgottenVersion() { return std::string{kForgotten}; }

bool HoldsRecord(std::string_view value) { return !value.empty() && value[0] == kRecord; }

absl::StatusOr<std::optional<std::string_view>> VersionBytes(std::string_view value,
                                                             const model::RecordRef& ref) {
  if (value.size() == 1 && value[0] == kDeleted) {
    return std::optional<std::string_view>();
  }
  if (!HoldsRecord(value)) {
    return Damaged(ref, "its version is neither a record nor a deletion");
  }
  return std::optional<std::string_view>(value.substr(1));
}

absl::StatusOr<std::optional<model::Record>> DecodeVersion(std::string_view value,
                                                           const model::RecordRef& ref) {
  ONWARD_ASSIGN_OR_RETURN(const auto bytes, VersionBytes(value, ref));
  if (!bytes) {
    return std::optional<model::Record>();
  }
  ONWARD_ASSIGN_OR_RETURN(model::Record record, DecodeRecord(*bytes, ref));
  return std::optional<model::Record>(std::move(record));
}

}  // namespace onward::storage
