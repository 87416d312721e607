#include "services/commands/inventory_file.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "services/commands/inventories.h"
#include "services/commands/write.h"
#include "storage/errors.h"
#include "storage/record.h"

namespace onward::commands {
namespace {

using model::RecordRef;
using storage::ChangelogEntry;
using storage::InventoryImport;
using storage::StoredHead;

// Whether a record of that kind may be named without being there, by some names.
bool MayStandAlone(model::RecordKind kind) {
  return kind == model::RecordKind::kLocation || kind == model::RecordKind::kCategory;
}

// What the records of each revision that can be read name: a snapshot is built on that.
class References {
 public:
  void Put(const RecordRef& ref, model::Record record) {
    Forget(ref);
    flows_ += ref.kind == model::RecordKind::kFlow && names_.count(ref) == 0 ? 1 : 0;
    std::vector<RecordRef>& names = names_[ref];
    names = model::ReferencesOf(record);
    for (const RecordRef& name : names) {
      ++named_[name];
    }
    put_[ref] = std::move(record);
  }

  void Delete(const RecordRef& ref) {
    Forget(ref);
    flows_ -= names_.erase(ref) > 0 && ref.kind == model::RecordKind::kFlow ? 1 : 0;
    put_.erase(ref);
    deleted_.push_back(ref);
  }

  // Records that are there, and flows among them.
  size_t records() const { return names_.size(); }
  size_t flows() const { return flows_; }

  // Once all of a revision is there, from the oldest that can be read on.
  absl::Status Check(uint64_t revision) {
    const model::Exists exists = [this](const RecordRef& ref) { return names_.count(ref) > 0; };
    for (const auto& [ref, record] : put_) {
      model::Violations violations;
      model::CheckReferences(record, exists, model::FieldPath(), violations);
      if (!violations.empty()) {
        const model::Violation& first = violations.list().front();
        return Damaged(revision, ref, absl::StrCat(first.field, " ", first.message));
      }
    }
    for (const RecordRef& ref : deleted_) {
      const auto named = named_.find(ref);
      if (names_.count(ref) == 0 && named != named_.end() && !MayStandAlone(ref.kind)) {
        return Damaged(revision, ref, "it is deleted, but another record names it");
      }
    }
    put_.clear();
    deleted_.clear();
    return absl::OkStatus();
  }

 private:
  static absl::Status Damaged(uint64_t revision, const RecordRef& ref, std::string_view what) {
    return storage::BackupDamaged(
        absl::StrCat("exported file, revision ", revision, ", ", model::ToString(ref)), what);
  }

  // What the record named until now.
  void Forget(const RecordRef& ref) {
    const auto found = names_.find(ref);
    if (found == names_.end()) {
      return;
    }
    for (const RecordRef& name : found->second) {
      if (const auto named = named_.find(name); --named->second == 0) {
        named_.erase(named);
      }
    }
    found->second.clear();
  }

  // Of each record that is there.
  std::map<RecordRef, std::vector<RecordRef>> names_;
  size_t flows_ = 0;
  // How often a record is named.
  std::map<RecordRef, uint64_t> named_;
  // Not checked yet.
  std::map<RecordRef, model::Record> put_;
  std::vector<RecordRef> deleted_;
};

// What is wrong with the newest version of each record by the law in effect, as a write would be told.
class Validity {
 public:
  explicit Validity(LawPtr law) : law_(std::move(law)) {}

  void Put(const RecordRef& ref, const model::Record& record) {
    model::Violations violations;
    model::ValidateRecord(record, law_->vocabulary, model::FieldPath(), violations);
    if (violations.empty()) {
      invalid_.erase(ref);
    } else {
      invalid_[ref] = violations.list().front();
    }
  }
  void Delete(const RecordRef& ref) { invalid_.erase(ref); }

  absl::Status Check() const {
    model::Violations violations;
    for (const auto& [ref, violation] : invalid_) {
      violations.Add(absl::StrCat(model::ToString(ref), ".", violation.field), violation.message);
    }
    return violations.empty() ? absl::OkStatus() : InvalidRequest(violations);
  }

 private:
  const LawPtr law_;
  std::map<RecordRef, model::Violation> invalid_;
};

// An import that also checks what no chain can vouch for.
class CheckedImport final : public InventoryImport {
 public:
  CheckedImport(std::unique_ptr<InventoryImport> import, uint64_t oldest, LawPtr law,
                const EngineOptions& options)
      : import_(std::move(import)), oldest_(oldest), validity_(std::move(law)), options_(options) {}

  absl::Status AddEntry(const ChangelogEntry& entry) override {
    ONWARD_RETURN_IF_ERROR(CheckRevision());
    revision_ = entry.info.revision;
    return import_->AddEntry(entry);
  }

  absl::Status AddVersion(const RecordRef& ref, uint64_t revision,
                          std::string_view value) override {
    if (value != storage::ForgottenVersion()) {
      ONWARD_ASSIGN_OR_RETURN(auto record, storage::DecodeVersion(value, ref));
      if (record) {
        validity_.Put(ref, *record);
        references_.Put(ref, *std::move(record));
      } else {
        validity_.Delete(ref);
        references_.Delete(ref);
      }
    }
    return import_->AddVersion(ref, revision, value);
  }

  absl::Status AddRequest(const std::string& id, const storage::RequestResult& result) override {
    return import_->AddRequest(id, result);
  }

  absl::StatusOr<storage::InventoryHead> Finish() override {
    ONWARD_RETURN_IF_ERROR(CheckRevision());
    ONWARD_RETURN_IF_ERROR(validity_.Check());
    ONWARD_RETURN_IF_ERROR(
        CheckInventorySize(options_, references_.records(), references_.flows()));
    return import_->Finish();
  }

 private:
  absl::Status CheckRevision() {
    return revision_ < oldest_ ? absl::OkStatus() : references_.Check(revision_);
  }

  const std::unique_ptr<InventoryImport> import_;
  const uint64_t oldest_;
  uint64_t revision_ = 0;
  References references_;
  Validity validity_;
  const EngineOptions& options_;
};

absl::StatusOr<std::unique_ptr<InventoryImport>> Begin(Engine& engine, StoredHead head,
                                                       const std::string& as, LawPtr law) {
  head.head.id = as.empty() ? head.head.id : as;
  ONWARD_RETURN_IF_ERROR(CheckNewInventory(engine, head.head.id, head.head.display_name));
  ONWARD_ASSIGN_OR_RETURN(auto import, engine.store().BeginImport(head));
  return std::unique_ptr<InventoryImport>(std::make_unique<CheckedImport>(
      std::move(import), head.head.oldest, std::move(law), engine.options()));
}

}  // namespace

absl::StatusOr<storage::ExportSummary> ExportInventory(const Engine& engine,
                                                       const std::string& inventory,
                                                       const storage::ExportSink& sink,
                                                       const storage::ExportProgress& progress,
                                                       const CallContext& call) {
  // It need not be in memory for that.
  if (engine.residents().QuotaOf(inventory) == nullptr) {
    return storage::InventoryNotFound(inventory);
  }
  ONWARD_ASSIGN_OR_RETURN(const auto source, engine.store().Audit(inventory));
  return storage::WriteExport(*source, sink, [&](uint64_t done, uint64_t total) {
    ONWARD_RETURN_IF_ERROR(call.Check());
    return progress ? progress(done, total) : absl::OkStatus();
  });
}

absl::StatusOr<storage::ExportSummary> ImportInventory(Engine& engine, const std::string& as,
                                                       const NextPiece& next,
                                                       const CallContext& call) {
  const LawPtr law = engine.law();
  storage::ExportReader reader(
      [&](const StoredHead& head) { return Begin(engine, head, as, law); });
  while (true) {
    ONWARD_RETURN_IF_ERROR(call.Check());
    ONWARD_ASSIGN_OR_RETURN(const std::optional<std::string> piece, next());
    if (!piece) {
      break;
    }
    ONWARD_RETURN_IF_ERROR(reader.Add(*piece));
  }
  const LawGate::Write gate(engine.law_gate());
  if (const LawPtr now = engine.law(); now != law) {
    return RegisterMoved(law->version(), now->version());
  }
  ONWARD_ASSIGN_OR_RETURN(storage::ExportSummary summary, reader.Finish());
  summary.head.head.id = as.empty() ? summary.head.head.id : as;
  ONWARD_RETURN_IF_ERROR(engine.Load(summary.head.head));
  return summary;
}

}  // namespace onward::commands
