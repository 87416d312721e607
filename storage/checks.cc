#include "storage/checks.h"

#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/changelog.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/law_log.h"
#include "storage/record.h"

namespace onward::storage {
namespace {

absl::StatusOr<EncodedWrite> EncodeWrite(const RecordWrite& write) {
  ONWARD_RETURN_IF_ERROR(CheckRef(write.ref));
  if (!write.record) {
    return EncodedWrite{write.ref, std::nullopt};
  }
  if (model::KindOf(*write.record) != write.ref.kind ||
      model::IdOf(*write.record) != write.ref.id) {
    return InvalidWrite(
        absl::StrCat("the record for ", model::ToString(write.ref), " is another one"));
  }
  ONWARD_ASSIGN_OR_RETURN(std::string bytes, EncodeRecord(*write.record));
  return EncodedWrite{write.ref, std::move(bytes)};
}

}  // namespace

absl::Status CheckRef(const model::RecordRef& ref) {
  if (ref.kind < model::RecordKind::kParty || ref.kind > model::RecordKind::kLast) {
    return InvalidWrite(absl::StrCat("kind ", static_cast<int32_t>(ref.kind), " is unknown"));
  }
  if (!keys::IsStorableId(ref.id)) {
    return InvalidWrite("a record's id has 1 to 128 bytes, none of them zero");
  }
  return absl::OkStatus();
}

absl::Status CheckInventory(const std::string& id, const std::string& display_name) {
  if (!keys::IsStorableId(id)) {
    return InvalidWrite("an inventory's id has 1 to 128 bytes, none of them zero");
  }
  StoredHead head;
  head.head.id = id;
  head.head.display_name = display_name;
  return EncodeHead(head).status();
}

absl::StatusOr<std::vector<EncodedWrite>> EncodeWrites(const std::vector<RecordWrite>& writes) {
  std::vector<EncodedWrite> encoded;
  encoded.reserve(writes.size());
  std::set<std::pair<model::RecordKind, std::string_view>> seen;
  for (const RecordWrite& write : writes) {
    if (!seen.emplace(write.ref.kind, write.ref.id).second) {
      return InvalidWrite(absl::StrCat(model::ToString(write.ref), " is written twice"));
    }
    ONWARD_ASSIGN_OR_RETURN(EncodedWrite one, EncodeWrite(write));
    encoded.push_back(std::move(one));
  }
  return encoded;
}

absl::Status CheckLaw(const std::string& bytes, const LawMeta& meta) {
  if (!keys::IsStorableId(meta.version)) {
    return InvalidWrite("a law register's version has 1 to 128 bytes, none of them zero");
  }
  if (bytes.empty() || bytes.size() > kLawBytesMax) {
    return InvalidWrite(absl::StrCat("a law register has 1 to ", kLawBytesMax, " bytes"));
  }
  LawEntry entry;
  entry.info.meta = meta;
  return EncodeLawEntry(entry).status();
}

absl::Status CheckReadable(const InventoryHead& head, uint64_t revision) {
  if (revision > head.revision) {
    return RevisionInFuture(head.id, revision, head.revision);
  }
  if (revision != 0 && revision < head.oldest) {
    return RevisionCompacted(head.id, revision, head.oldest);
  }
  return absl::OkStatus();
}

absl::Status CheckOldest(const InventoryHead& head, uint64_t oldest) {
  if (oldest > head.revision) {
    return RevisionInFuture(head.id, oldest, head.revision);
  }
  if (oldest <= head.oldest) {
    return InvalidWrite(absl::StrCat("revision ", oldest, " as the oldest of inventory ", head.id,
                                     ": it is ", head.oldest, " already"));
  }
  return absl::OkStatus();
}

absl::Status CheckRequestId(const std::string& request_id) {
  return keys::IsStorableId(request_id)
             ? absl::OkStatus()
             : InvalidWrite("a request_id has 1 to 128 bytes, none of them zero");
}

absl::Status CheckMeta(const CommitMeta& meta) {
  if (!meta.request_id.empty()) {
    ONWARD_RETURN_IF_ERROR(CheckRequestId(meta.request_id));
  }
  ChangelogEntry entry;
  entry.info.author = meta.author;
  entry.info.comment = meta.comment;
  entry.info.request_id = meta.request_id;
  return EncodeEntry(entry).status();
}

}  // namespace onward::storage
