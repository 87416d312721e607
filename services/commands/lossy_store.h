// A store whose commits can succeed without their caller hearing of it: for tests.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/audit_source.h"
#include "storage/errors.h"
#include "storage/import.h"
#include "storage/store.h"

namespace onward::commands {

class LossyStore final : public storage::Store {
 public:
  explicit LossyStore(std::unique_ptr<storage::Store> store) : store_(std::move(store)) {}

  // The answer to the next write to an inventory is lost: it is kept, and told to have failed.
  void LoseNext() { lose_ = true; }
  // The same, and the store looks as it did before that write until somebody looks for its request: as one that is opened again
  // between two looks at it.
  void HideNext(const std::string& inventory) {
    LoseNext();
    const auto head = store_->GetHead(inventory);
    hide_ = head.ok() ? std::make_optional(*head) : std::nullopt;
  }

  absl::StatusOr<storage::InventoryHead> CreateInventory(const std::string& id,
                                                         const std::string& display_name,
                                                         storage::Time created_at) override {
    return store_->CreateInventory(id, display_name, created_at);
  }
  absl::StatusOr<std::vector<storage::InventoryHead>> ListInventories() const override {
    return store_->ListInventories();
  }
  absl::StatusOr<storage::InventoryHead> GetHead(const std::string& inventory) const override {
    return hidden_.has_value() ? *hidden_ : store_->GetHead(inventory);
  }
  absl::StatusOr<uint64_t> Commit(const std::string& inventory, uint64_t expected_head,
                                  const std::vector<storage::RecordWrite>& writes,
                                  const storage::CommitMeta& meta) override {
    return Lose(store_->Commit(inventory, expected_head, writes, meta));
  }
  absl::Status KeepRequest(const std::string& inventory, uint64_t head,
                           const storage::CommitMeta& meta) override {
    const absl::Status status = store_->KeepRequest(inventory, head, meta);
    return Loses() ? Lost() : status;
  }
  absl::StatusOr<std::optional<storage::RequestResult>> FindRequest(
      const std::string& inventory, const std::string& request_id) const override {
    hidden_.reset();
    return store_->FindRequest(inventory, request_id);
  }
  absl::StatusOr<uint64_t> Compact(const std::string& inventory, uint64_t expected_head,
                                   uint64_t oldest, const storage::CommitMeta& meta) override {
    return Lose(store_->Compact(inventory, expected_head, oldest, meta));
  }
  absl::StatusOr<storage::ErasureResult> EraseContacts(const std::string& inventory,
                                                       uint64_t expected_head,
                                                       const storage::ErasureOrder& order,
                                                       const storage::CommitMeta& meta) override {
    auto result = store_->EraseContacts(inventory, expected_head, order, meta);
    return Loses() ? Lost() : std::move(result);
  }
  absl::StatusOr<storage::Erasure> PreviewErasure(
      const std::string& inventory, const storage::ErasureOrder& order) const override {
    return store_->PreviewErasure(inventory, order);
  }
  absl::StatusOr<bool> Scrub(const std::string& inventory,
                             const std::function<bool()>& stop) override {
    return store_->Scrub(inventory, stop);
  }
  absl::StatusOr<uint64_t> CountUnreadable(const std::string& inventory, uint64_t oldest,
                                           const std::function<bool()>& stop) const override {
    return store_->CountUnreadable(inventory, oldest, stop);
  }
  absl::StatusOr<uint64_t> Forget(const std::string& inventory,
                                  const std::function<bool()>& stop) override {
    return store_->Forget(inventory, stop);
  }
  absl::StatusOr<std::optional<storage::StoredRecord>> Get(const std::string& inventory,
                                                           const model::RecordRef& ref,
                                                           uint64_t at_revision) const override {
    return store_->Get(inventory, ref, at_revision);
  }
  absl::Status Scan(const std::string& inventory, uint64_t at_revision,
                    const std::function<bool(storage::StoredRecord)>& visit) const override {
    return store_->Scan(inventory, at_revision, visit);
  }
  absl::StatusOr<std::vector<storage::RevisionInfo>> History(
      const std::string& inventory, const std::optional<model::RecordRef>& ref, uint64_t before,
      size_t limit) const override {
    return store_->History(inventory, ref, before, limit);
  }
  absl::StatusOr<storage::LawInfo> PutLaw(const std::string& bytes,
                                          const storage::LawMeta& meta) override {
    return store_->PutLaw(bytes, meta);
  }
  absl::StatusOr<std::vector<storage::LawInfo>> ListLaws() const override {
    return store_->ListLaws();
  }
  absl::StatusOr<storage::StoredLaw> GetLaw(const std::string& version) const override {
    return store_->GetLaw(version);
  }
  absl::StatusOr<std::unique_ptr<storage::InventoryImport>> BeginImport(
      const storage::StoredHead& head) override {
    return store_->BeginImport(head);
  }
  absl::StatusOr<std::unique_ptr<storage::AuditSource>> Audit(
      const std::string& inventory) const override {
    return store_->Audit(inventory);
  }
  std::string incarnation() const override { return store_->incarnation(); }
  std::string_view backend() const override { return store_->backend(); }
  absl::Status Writable() const override { return store_->Writable(); }

 private:
  static absl::Status Lost() { return storage::Sealed("the answer was lost"); }
  bool Loses() {
    const bool loses = lose_.exchange(false);
    if (loses) {
      hidden_ = std::exchange(hide_, std::nullopt);
    }
    return loses;
  }
  absl::StatusOr<uint64_t> Lose(absl::StatusOr<uint64_t> answer) {
    return Loses() ? absl::StatusOr<uint64_t>(Lost()) : std::move(answer);
  }

  const std::unique_ptr<storage::Store> store_;
  std::atomic<bool> lose_{false};
  // Of tests with one thread: the head to tell once the answer is lost, and while it is told.
  std::optional<storage::InventoryHead> hide_;
  mutable std::optional<storage::InventoryHead> hidden_;
};

}  // namespace onward::commands
