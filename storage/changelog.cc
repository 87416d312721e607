#include "storage/changelog.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "onward/store/v1/record.pb.h"
#include "storage/digest.h"
#include "storage/erasure_wire.h"
#include "storage/errors.h"
#include "storage/proto_bytes.h"

namespace onward::storage {
namespace {

int64_t Micros(Time time) { return time.time_since_epoch().count(); }
Time FromMicros(int64_t micros) { return Time(std::chrono::microseconds(micros)); }

// Serialises, and proves that the bytes can be read again.
template <class Pb>
absl::StatusOr<std::string> SerialiseChecked(const Pb& message, std::string_view what) {
  std::string bytes = Serialise(message);
  Pb back;
  if (!Parse(bytes, back)) {
    return InvalidWrite(
        absl::StrCat(absl::string_view(what.data(), what.size()), " must be UTF-8"));
  }
  return bytes;
}

void AddErasure(const Erasure& erasure, DigestInput& input) {
  input.Text(erasure.party).Number(erasure.contacts.size());
  for (const Erasure::Contact& contact : erasure.contacts) {
    input.Text(contact.field).Text(contact.commitment);
  }
  input.Number(erasure.versions.size());
  for (const Erasure::Version& version : erasure.versions) {
    input.Number(version.revision).Text(version.digest);
  }
}

std::string_view PurposeOf(const RevisionInfo& info) {
  if (info.erasure) {
    return "onward.entry.3";
  }
  return info.oldest == 0 ? "onward.entry.1" : "onward.entry.2";
}

RevisionInfo InfoFrom(const store::v1::Entry& message) {
  RevisionInfo info;
  info.revision = message.revision();
  info.committed_at = FromMicros(message.committed_at_us());
  info.author = message.author();
  info.comment = message.comment();
  info.request_id = message.request_id();
  for (const store::v1::Change& change : message.changes()) {
    info.changes.push_back(
        {{static_cast<model::RecordKind>(change.kind()), change.id()}, change.digest().empty()});
  }
  info.oldest = message.oldest();
  if (message.has_erasure()) {
    info.erasure = ErasureFromWire(message.erasure());
  }
  return info;
}

}  // namespace

std::string ChainStart(std::string_view incarnation, const InventoryHead& head) {
  return DigestInput("onward.chain.1")
      .Text(incarnation)
      .Text(head.id)
      .Number(static_cast<uint64_t>(Micros(head.created_at)))
      .Digest();
}

std::string ChainStartOf(std::string_view incarnation, const StoredHead& head) {
  if (head.origin_incarnation.empty()) {
    return ChainStart(incarnation, head.head);
  }
  InventoryHead origin = head.head;
  origin.id = head.origin_inventory;
  return ChainStart(head.origin_incarnation, origin);
}

std::string HashOf(const ChangelogEntry& entry) {
  const RevisionInfo& info = entry.info;
  DigestInput input(PurposeOf(info));
  input.Text(entry.previous_hash)
      .Number(info.revision)
      .Number(static_cast<uint64_t>(Micros(info.committed_at)))
      .Text(info.author)
      .Text(info.comment)
      .Text(info.request_id)
      .Number(info.changes.size());
  for (size_t i = 0; i < info.changes.size(); ++i) {
    const model::RecordRef& ref = info.changes[i].ref;
    input.Number(static_cast<uint64_t>(ref.kind)).Text(ref.id).Text(entry.digests[i]);
  }
  if (info.oldest > 0) {
    input.Number(info.oldest);
  }
  if (info.erasure) {
    AddErasure(*info.erasure, input);
  }
  return input.Digest();
}

absl::StatusOr<std::string> EncodeEntry(const ChangelogEntry& entry) {
  store::v1::Entry message;
  message.set_revision(entry.info.revision);
  message.set_committed_at_us(Micros(entry.info.committed_at));
  message.set_author(entry.info.author);
  message.set_comment(entry.info.comment);
  message.set_request_id(entry.info.request_id);
  for (size_t i = 0; i < entry.info.changes.size(); ++i) {
    store::v1::Change& change = *message.add_changes();
    change.set_kind(static_cast<int32_t>(entry.info.changes[i].ref.kind));
    change.set_id(entry.info.changes[i].ref.id);
    change.set_digest(entry.digests[i]);
  }
  message.set_previous_hash(entry.previous_hash);
  message.set_hash(entry.hash);
  message.set_oldest(entry.info.oldest);
  if (entry.info.erasure) {
    ErasureToWire(*entry.info.erasure, *message.mutable_erasure());
  }
  return SerialiseChecked(message, "author, comment, request_id and ids");
}

absl::StatusOr<ChangelogEntry> DecodeEntry(std::string_view bytes, std::string_view inventory,
                                           uint64_t revision) {
  const auto damaged = [&](absl::string_view what) {
    return Corrupted(
        absl::StrCat("changelog of ", absl::string_view(inventory.data(), inventory.size()),
                     ", revision ", revision),
        std::string_view(what.data(), what.size()));
  };
  store::v1::Entry message;
  if (!Parse(bytes, message)) {
    return damaged("its bytes are no entry");
  }
  ChangelogEntry entry;
  entry.info = InfoFrom(message);
  for (const store::v1::Change& change : message.changes()) {
    entry.digests.push_back(change.digest());
  }
  entry.previous_hash = message.previous_hash();
  entry.hash = message.hash();
  if (entry.info.revision != revision) {
    return damaged("another revision stands in its place");
  }
  if (entry.info.oldest > 0 && entry.info.erasure) {
    return damaged("it is a compaction and an erasure at once");
  }
  if (entry.hash != HashOf(entry)) {
    return damaged("its hash does not match its content");
  }
  return entry;
}

absl::StatusOr<std::string> EncodeHead(const StoredHead& head) {
  store::v1::Head message;
  message.set_id(head.head.id);
  message.set_display_name(head.head.display_name);
  message.set_revision(head.head.revision);
  message.set_created_at_us(Micros(head.head.created_at));
  message.set_hash(head.hash);
  message.set_number(head.number);
  message.set_oldest(head.head.oldest == 1 ? 0 : head.head.oldest);
  message.set_forgotten_before(head.forgotten_before == 1 ? 0 : head.forgotten_before);
  message.set_origin_incarnation(head.origin_incarnation);
  message.set_origin_inventory(head.origin_inventory);
  message.set_scrub(head.scrub);
  message.set_scrub_from(head.scrub_from);
  return SerialiseChecked(message, "id and display name of an inventory");
}

absl::StatusOr<StoredHead> DecodeHead(std::string_view bytes) {
  store::v1::Head message;
  if (!Parse(bytes, message)) {
    return Corrupted("head of an inventory", "its bytes are no head");
  }
  return StoredHead{{message.id(), message.display_name(), message.revision(),
                     FromMicros(message.created_at_us()), std::max<uint64_t>(message.oldest(), 1)},
                    message.number(),
                    message.hash(),
                    std::max<uint64_t>(message.forgotten_before(), 1),
                    message.origin_incarnation(),
                    message.origin_inventory(),
                    message.scrub(),
                    message.scrub_from()};
}

RequestResult ResultOf(uint64_t revision, const CommitMeta& meta) {
  return {revision,       meta.payload_digest, meta.created,     meta.updated,
          meta.unchanged, meta.deleted,        meta.committed_at};
}

std::string EncodeRequest(const RequestResult& result) {
  store::v1::Request message;
  message.set_revision(result.revision);
  message.set_payload_digest(result.payload_digest);
  message.set_committed_at_us(Micros(result.committed_at));
  message.set_created(result.created);
  message.set_updated(result.updated);
  message.set_unchanged(result.unchanged);
  message.set_deleted(result.deleted);
  return Serialise(message);
}

absl::StatusOr<RequestResult> DecodeRequest(std::string_view bytes, std::string_view request_id) {
  store::v1::Request message;
  if (!Parse(bytes, message)) {
    return Corrupted(
        absl::StrCat("request ", absl::string_view(request_id.data(), request_id.size())),
        "its bytes are no result");
  }
  return RequestResult{message.revision(),
                       message.payload_digest(),
                       message.created(),
                       message.updated(),
                       message.unchanged(),
                       message.deleted(),
                       FromMicros(message.committed_at_us())};
}

}  // namespace onward::storage
