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

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
// An arena of the library, which is not instrumented, ends the program under ThreadSanitizer.
class RecordRoom {
 public:
  template <class Use>
  auto With(const Use& use) {
    store::v1::Record message;
    return use(message);
  }
};
#else
class RecordRoom {
 public:
  RecordRoom() : arena_(first_.data(), first_.size()) {}

  // Calls use(message), which is as new.
  template <class Use>
  auto With(const Use& use) {
    auto result = use(*google::protobuf::Arena::CreateMessage<store::v1::Record>(&arena_));
    arena_.Reset();
    return result;
  }

 private:
  std::array<char, 16 << 10> first_;
  google::protobuf::Arena arena_;
};
#endif

namespace {

std::string Encode(const model::Record& record, RecordRoom& room) {
  return room.With([&](store::v1::Record& message) {
    model::RecordToWire(record, message);
    return Serialise(message);
  });
}

}  // namespace

absl::StatusOr<model::Record> DecodeRecord(std::string_view bytes, const model::RecordRef& ref) {
  store::v1::Record message;
  model::Record record;
  ONWARD_RETURN_IF_ERROR(Decode(bytes, ref, message, record));
  return record;
}

RecordReader::RecordReader() : room_(std::make_unique<RecordRoom>()) {}
RecordReader::~RecordReader() = default;

absl::Status RecordReader::Read(std::string_view bytes, const model::RecordRef& ref,
                                model::Record& out) {
  return room_->With([&](store::v1::Record& message) { return Decode(bytes, ref, message, out); });
}

std::string RecordBytes(const model::Record& record) {
  RecordRoom room;
  return Encode(record, room);
}

absl::StatusOr<std::string> EncodeRecord(const model::Record& record) {
  RecordRoom room;
  std::string bytes = Encode(record, room);
  const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
  model::Record back;
  const absl::Status read =
      room.With([&](store::v1::Record& message) { return Decode(bytes, ref, message, back); });
  if (!read.ok() || back != record) {
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
