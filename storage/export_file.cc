#include "storage/export_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "onward/store/v1/record.pb.h"
#include "storage/checks.h"
#include "storage/commitment.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/proto_bytes.h"
#include "storage/record.h"

namespace onward::storage {
namespace {

constexpr const char* kOtherForm = "it is not in the form in which it would be written";

std::string TextOf(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

class Nothing final : public InventoryImport {
 public:
  explicit Nothing(InventoryHead head) : head_(std::move(head)) {}
  absl::Status AddEntry(const ChangelogEntry& /*entry*/) override { return absl::OkStatus(); }
  absl::Status AddVersion(const model::RecordRef& /*ref*/, uint64_t /*revision*/,
                          std::string_view /*value*/) override {
    return absl::OkStatus();
  }
  absl::Status AddRequest(const std::string& /*id*/, const RequestResult& /*result*/) override {
    return absl::OkStatus();
  }
  absl::StatusOr<InventoryHead> Finish() override { return head_; }

 private:
  const InventoryHead head_;
};

std::string EncodeExported(const std::string& id, const RequestResult& result) {
  store::v1::ExportedRequest message;
  message.set_id(id);
  Parse(EncodeRequest(result), *message.mutable_request());
  return Serialise(message);
}

// Writes one inventory; what it writes is read at once.
class Exporter {
 public:
  Exporter(const AuditSource& source, const ExportSink& sink, const ExportProgress& progress)
      : source_(source),
        progress_(progress),
        reader_(KeepNothing),
        writer_([this, &sink](std::string_view bytes) {
          const absl::Status read = reader_.Add(bytes);
          return read.ok() ? sink(bytes) : read;
        }) {}

  absl::StatusOr<ExportSummary> Run() {
    ONWARD_RETURN_IF_ERROR(WriteHead());
    ONWARD_RETURN_IF_ERROR(WriteRevisions());
    ONWARD_RETURN_IF_ERROR(WriteRequests());
    store::v1::ExportEnd end;
    end.set_revisions(source_.chain().head.revision);
    end.set_versions(versions_);
    end.set_requests(requests_);
    ONWARD_RETURN_IF_ERROR(writer_.Add(PartKind::kEnd, Serialise(end)));
    ONWARD_RETURN_IF_ERROR(writer_.Finish());
    return reader_.Finish();
  }

 private:
  absl::Status WriteHead() {
    const AuditSource::Chain& chain = source_.chain();
    StoredHead head{chain.head, 0, chain.head_hash};
    head.origin_incarnation = chain.incarnation;
    head.origin_inventory = chain.inventory;
    ONWARD_ASSIGN_OR_RETURN(const std::string bytes, EncodeHead(head));
    return writer_.Add(PartKind::kHead, bytes);
  }

  absl::Status WriteRevisions() {
    const auto write = [this](uint64_t place,
                              const absl::StatusOr<ChangelogEntry>& entry) -> absl::StatusOr<bool> {
      if (place > source_.chain().head.revision) {
        return false;
      }
      ONWARD_RETURN_IF_ERROR(entry.status());
      ONWARD_RETURN_IF_ERROR(WriteRevision(*entry));
      return true;
    };
    return source_.VisitEntries(0, write);
  }

  absl::Status WriteRequests() {
    const auto write = [this](const std::string& id,
                              const RequestResult& result) -> absl::StatusOr<bool> {
      ++requests_;
      ONWARD_RETURN_IF_ERROR(writer_.Add(PartKind::kRequest, EncodeExported(id, result)));
      return true;
    };
    return source_.VisitRequests(write);
  }

  absl::Status WriteRevision(const ChangelogEntry& entry) {
    ONWARD_ASSIGN_OR_RETURN(const std::string bytes, EncodeEntry(entry));
    ONWARD_RETURN_IF_ERROR(writer_.Add(PartKind::kEntry, bytes));
    for (const RevisionInfo::Item& change : entry.info.changes) {
      ++versions_;
      ONWARD_ASSIGN_OR_RETURN(const std::string value,
                              source_.ValueOf(change.ref, entry.info.revision));
      ONWARD_RETURN_IF_ERROR(writer_.Add(PartKind::kVersion, value));
    }
    return progress_ ? progress_(entry.info.revision, source_.chain().head.revision)
                     : absl::OkStatus();
  }

  const AuditSource& source_;
  const ExportProgress& progress_;
  ExportReader reader_;
  PartWriter writer_;
  uint64_t versions_ = 0;
  uint64_t requests_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<InventoryImport>> KeepNothing(const StoredHead& head) {
  return std::unique_ptr<InventoryImport>(std::make_unique<Nothing>(head.head));
}

absl::StatusOr<ExportSummary> WriteExport(const AuditSource& source, const ExportSink& sink,
                                          const ExportProgress& progress) {
  return Exporter(source, sink, progress).Run();
}

ExportReader::ExportReader(BeginImport begin)
    : begin_(std::move(begin)),
      parts_([this](PartKind kind, std::string_view payload, uint64_t byte) {
        return OnPart(kind, payload, byte);
      }) {}

absl::Status ExportReader::Add(std::string_view bytes) {
  if (failed_.ok()) {
    failed_ = parts_.Add(bytes);
  }
  return failed_;
}

absl::StatusOr<ExportSummary> ExportReader::Finish() {
  ONWARD_RETURN_IF_ERROR(failed_);
  if (!parts_.ended()) {
    byte_ = parts_.bytes();
    failed_ = Damaged("the file is cut: its end is missing");
    return failed_;
  }
  const absl::StatusOr<InventoryHead> finished = import_->Finish();
  failed_ = finished.status();
  ONWARD_RETURN_IF_ERROR(failed_);
  failed_ = absl::FailedPreconditionError("the file was read already");
  summary_.head = *head_;
  summary_.bytes = parts_.bytes();
  return summary_;
}

absl::Status ExportReader::Damaged(std::string_view what) const {
  const absl::string_view text(what.data(), what.size());
  if (!head_) {
    return ExportDamaged(byte_, what);
  }
  return ExportDamaged(
      byte_, absl::StrCat("after revision ", revision_, " of ", head_->head.revision, ": ", text));
}

// The same, of a part that cannot be read.
absl::Status ExportReader::DamagedBy(const absl::Status& status) const {
  return status.ok() ? status : Damaged(TextOf(status));
}

absl::Status ExportReader::OnPart(PartKind kind, std::string_view payload, uint64_t byte) {
  byte_ = byte;
  if (kind != PartKind::kHead && !head_) {
    return Damaged("the head of the inventory is missing");
  }
  if (kind != PartKind::kVersion && next_change_ < entry_.info.changes.size()) {
    return Damaged("a version of a record is missing");
  }
  switch (kind) {
    case PartKind::kHead:
      return OnHead(payload);
    case PartKind::kEntry:
      return OnEntry(payload);
    case PartKind::kVersion:
      return OnVersion(payload);
    case PartKind::kRequest:
      return OnRequest(payload);
    case PartKind::kEnd:
      return OnEnd(payload);
  }
  return Damaged("a part of a kind that is none");
}

absl::Status ExportReader::OnHead(std::string_view payload) {
  if (head_) {
    return Damaged("there is a second head");
  }
  absl::StatusOr<StoredHead> head = DecodeHead(payload);
  ONWARD_RETURN_IF_ERROR(DamagedBy(head.status()));
  const absl::StatusOr<std::string> again = EncodeHead(*head);
  if (!again.ok() || *again != payload) {
    return Damaged(kOtherForm);
  }
  head_ = *std::move(head);
  ONWARD_RETURN_IF_ERROR(CheckHead());
  hash_ = ChainStartOf("", *head_);
  ONWARD_ASSIGN_OR_RETURN(import_, begin_(*head_));
  return absl::OkStatus();
}

absl::Status ExportReader::CheckHead() const {
  const InventoryHead& head = head_->head;
  if (!keys::IsStorableId(head.id) || !keys::IsStorableId(head_->origin_inventory) ||
      head_->origin_incarnation.empty() || head_->number != 0) {
    return Damaged("the head names no inventory");
  }
  if (head_->hash.size() != kDigestBytes || head.oldest > std::max<uint64_t>(head.revision, 1) ||
      head_->forgotten_before != 1 || head_->scrub != 0 || head_->scrub_from != 0) {
    return Damaged("the head does not fit itself");
  }
  return absl::OkStatus();
}

absl::Status ExportReader::OnEntry(std::string_view payload) {
  if (revision_ == head_->head.revision || !last_request_.empty()) {
    return Damaged("there is an entry after the head");
  }
  absl::StatusOr<ChangelogEntry> entry = DecodeEntry(payload, head_->head.id, revision_ + 1);
  ONWARD_RETURN_IF_ERROR(DamagedBy(entry.status()));
  const absl::StatusOr<std::string> again = EncodeEntry(*entry);
  if (!again.ok() || *again != payload) {
    return Damaged(kOtherForm);
  }
  ONWARD_RETURN_IF_ERROR(CheckEntry(*entry));
  ONWARD_RETURN_IF_ERROR(import_->AddEntry(*entry));
  ++revision_;
  hash_ = entry->hash;
  oldest_ = std::max(oldest_, entry->info.oldest);
  ledger_.AddEntry(entry->info);
  entry_ = *std::move(entry);
  next_change_ = 0;
  return absl::OkStatus();
}

absl::Status ExportReader::CheckEntry(const ChangelogEntry& entry) const {
  if (entry.previous_hash != hash_) {
    return Damaged("the next entry does not follow the one before it in the chain");
  }
  const uint64_t oldest = entry.info.oldest;
  if (oldest > 0 && (oldest <= oldest_ || oldest > revision_ || !entry.info.changes.empty())) {
    return Damaged("a compaction that could not be made");
  }
  std::set<model::RecordRef> seen;
  for (size_t i = 0; i < entry.info.changes.size(); ++i) {
    const RevisionInfo::Item& change = entry.info.changes[i];
    ONWARD_RETURN_IF_ERROR(DamagedBy(CheckRef(change.ref)));
    if (!seen.insert(change.ref).second) {
      return Damaged(model::ToString(change.ref) + " is changed twice in one revision");
    }
    if (!change.deleted && entry.digests[i].size() != kDigestBytes) {
      return Damaged(model::ToString(change.ref) + " has no digest");
    }
  }
  return absl::OkStatus();
}

absl::Status ExportReader::OnVersion(std::string_view payload) {
  if (next_change_ == entry_.info.changes.size()) {
    return Damaged("there is a version of a record that no entry names");
  }
  const RevisionInfo::Item& change = entry_.info.changes[next_change_];
  if (revision_ <= head_->head.oldest) {
    // Something later that can still be read takes its place.
    forgotten_.erase(change.ref);
  }
  ONWARD_RETURN_IF_ERROR(
      CheckVersion(change.ref, change.deleted, entry_.digests[next_change_], payload));
  ONWARD_RETURN_IF_ERROR(import_->AddVersion(change.ref, revision_, payload));
  ++next_change_;
  ++summary_.versions;
  return absl::OkStatus();
}

absl::Status ExportReader::CheckVersion(const model::RecordRef& ref, bool deleted,
                                        const std::string& digest, std::string_view value) {
  const auto named = [&ref](const char* what) { return model::ToString(ref) + ": " + what; };
  if (value == ForgottenVersion()) {
    if (deleted || revision_ >= head_->head.oldest) {
      return Damaged(named("it is marked as forgotten, but no compaction forgot it"));
    }
    forgotten_[ref] = revision_;
    ++summary_.forgotten;
    return absl::OkStatus();
  }
  const auto bytes = VersionBytes(value, ref);
  ONWARD_RETURN_IF_ERROR(DamagedBy(bytes.status()));
  if (bytes->has_value() == deleted) {
    return Damaged(named("it is there where it was deleted, or the other way round"));
  }
  if (deleted) {
    return absl::OkStatus();
  }
  if (!ledger_.AddVersion(ref, revision_, digest, RecordDigest(ref.kind, **bytes),
                          ErasedIn(ref.kind, **bytes))) {
    return Damaged(named("it is not the record that the audit chain names"));
  }
  return DamagedBy(DecodeRecord(**bytes, ref).status());
}

// All revisions, up to the head that was told at the beginning.
absl::Status ExportReader::CheckWhole() const {
  if (revision_ < head_->head.revision) {
    return Damaged("entries are missing");
  }
  if (hash_ != head_->hash) {
    return Damaged("the chain does not end at the head");
  }
  if (oldest_ != head_->head.oldest) {
    return Damaged("the head has another oldest revision than its entries");
  }
  if (!forgotten_.empty()) {
    return Damaged(model::ToString(forgotten_.begin()->first) +
                   ": it is marked as forgotten, but it can still be read");
  }
  return absl::OkStatus();
}

absl::Status ExportReader::OnRequest(std::string_view payload) {
  ONWARD_RETURN_IF_ERROR(CheckWhole());
  store::v1::ExportedRequest message;
  if (!Parse(payload, message)) {
    return Damaged("a request_id cannot be read");
  }
  const std::string& id = message.id();
  const absl::StatusOr<RequestResult> result = DecodeRequest(Serialise(message.request()), id);
  ONWARD_RETURN_IF_ERROR(DamagedBy(result.status()));
  if (!keys::IsStorableId(id) || EncodeExported(id, *result) != payload) {
    return Damaged(kOtherForm);
  }
  if (id <= last_request_ || result->revision > head_->head.revision) {
    return Damaged("a request_id is out of place");
  }
  last_request_ = id;
  ++summary_.requests;
  return import_->AddRequest(id, *result);
}

absl::Status ExportReader::OnEnd(std::string_view payload) {
  ONWARD_RETURN_IF_ERROR(CheckWhole());
  if (const auto gap = ledger_.Unaccounted()) {
    return Damaged(
        absl::StrCat(model::ToString(gap->ref), " in revision ", gap->revision, ": ", gap->text));
  }
  store::v1::ExportEnd end;
  end.set_revisions(revision_);
  end.set_versions(summary_.versions);
  end.set_requests(summary_.requests);
  return Serialise(end) == payload ? absl::OkStatus()
                                   : Damaged("the counts at the end are not those of the file");
}

}  // namespace onward::storage
