// CheckEvidence: the question of a bundle, asked again of this very program.
#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/clock.h"
#include "graph/base/status_macros.h"
#include "graph/model/wire.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/law_register.h"
#include "services/offline_audit.h"
#include "services/rpc/audit.h"
#include "services/rpc/consistency.h"
#include "services/server.h"
#include "storage/audit/merkle.h"
#include "storage/changelog.h"
#include "storage/commitment.h"
#include "storage/memory/memory_store.h"
#include "storage/record.h"

namespace onward::services {
namespace {

constexpr uint64_t kMessageBytesMax = uint64_t{1} << 30;
constexpr uint64_t kRecordsMax = 200'000;
constexpr size_t kDifferencesMax = 20;

using Digests = std::map<model::RecordRef, std::string>;

absl::Status NotWhole(const std::string& what) {
  return absl::InvalidArgumentError("not a whole bundle of evidence: " + what);
}

absl::Status FromGrpc(const grpc::Status& status) {
  return status.ok() ? absl::OkStatus()
                     : absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                                    status.error_message());
}

// One bundle, part by part. What does not fit goes to the report.
class EvidenceCheck {
 public:
  explicit EvidenceCheck(const v1::EvidenceBundle& bundle) : bundle_(bundle) {}

  absl::StatusOr<EvidenceReport> Run(const std::string& public_key_file) {
    ONWARD_RETURN_IF_ERROR(CheckForm());
    ONWARD_RETURN_IF_ERROR(CheckChain());
    ONWARD_RETURN_IF_ERROR(CheckRecords());
    ONWARD_RETURN_IF_ERROR(CheckProof(public_key_file));
    ONWARD_RETURN_IF_ERROR(AskAgain());
    return std::move(report_);
  }

 private:
  void Differs(const std::string& what) {
    if (report_.differences.size() < kDifferencesMax) {
      report_.differences.push_back(what);
    }
  }
  // `what` was compared, and fits unless something was found since `before`.
  void Checked(size_t before, const std::string& what) {
    if (report_.differences.size() == before) {
      report_.checked.push_back(what);
    }
  }

  absl::Status CheckForm() const {
    if (bundle_.format() != 1) {
      return NotWhole(absl::StrCat("its format is ", bundle_.format(), ", not 1"));
    }
    const bool explain = bundle_.has_explain() && bundle_.has_explanation();
    if (!explain && !(bundle_.has_exposure() && bundle_.has_exposed())) {
      return NotWhole("it has no question and answer");
    }
    if (bundle_.inventory().empty() || !bundle_.has_register_() || bundle_.revision() == 0 ||
        !bundle_.has_proof()) {
      return NotWhole("inventory, revision, register or proof is missing");
    }
    if (static_cast<uint64_t>(bundle_.records_size()) > kRecordsMax) {
      return NotWhole(absl::StrCat("it has more than ", kRecordsMax, " records"));
    }
    return absl::OkStatus();
  }

  // The entries from the first to the revision, each following the one before; what they leave.
  absl::Status CheckChain() {
    const size_t before = report_.differences.size();
    std::string hash = bundle_.chain_start();
    uint64_t revision = 0;
    for (const v1::AuditEntry& message : bundle_.entries()) {
      ONWARD_ASSIGN_OR_RETURN(const storage::ChangelogEntry entry, rpc::EntryFrom(message));
      if (entry.info.revision != ++revision || entry.previous_hash != hash ||
          storage::HashOf(entry) != entry.hash) {
        Differs(absl::StrCat("the entry of revision ", revision,
                             " of the chain is missing, changed or out of place"));
        return absl::OkStatus();
      }
      hash = entry.hash;
      for (size_t i = 0; i < entry.info.changes.size(); ++i) {
        const model::RecordRef& ref = entry.info.changes[i].ref;
        if (entry.info.changes[i].deleted) {
          expected_.erase(ref);
        } else {
          expected_[ref] = entry.digests[i];
        }
      }
    }
    if (revision != bundle_.revision() || bundle_.proof().entry().hash() != hash) {
      Differs("the chain does not end with the entry that the proof is about");
    }
    Checked(before, absl::StrCat("the chain of ", revision, " entries from the inventory's start"));
    return absl::OkStatus();
  }

  // Why an honest bundle of an earlier revision may not fit.
  static std::string ErasedLater(const model::Record& record) {
    const auto* const party = std::get_if<model::Party>(&record);
    for (const model::Contact& contact :
         party == nullptr ? std::vector<model::Contact>() : party->contacts) {
      if (contact.erased_at > 0) {
        return absl::StrCat("; contacts of it were erased in revision ", contact.erased_at,
                            ": where they had been written without a salt, only a bundle of that "
                            "revision or a later one can prove it");
      }
    }
    return "";
  }

  // The records are those that the chain says, no more and no fewer.
  absl::Status CheckRecords() {
    const size_t before = report_.differences.size();
    Digests missing = expected_;
    for (const v1::Record& message : bundle_.records()) {
      model::Record record;
      model::Violations violations;
      if (!model::RecordFromWire(message, model::FieldPath(), violations, record)) {
        return NotWhole("a record cannot be read");
      }
      const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
      ONWARD_ASSIGN_OR_RETURN(const std::string bytes, storage::EncodeRecord(record));
      const auto found = missing.find(ref);
      if (found == missing.end()) {
        Differs(model::ToString(ref) + " is in the bundle, but not in the chain");
        continue;
      }
      if (found->second != storage::RecordDigest(ref.kind, bytes)) {
        Differs(model::ToString(ref) + " is not the record that the chain names" +
                ErasedLater(record));
      }
      missing.erase(found);
    }
    for (const auto& [ref, digest] : missing) {
      Differs(model::ToString(ref) + " is in the chain, but not in the bundle");
    }
    Checked(before, absl::StrCat(bundle_.records_size(), " records against the chain's digests"));
    return absl::OkStatus();
  }

  absl::Status CheckProof(const std::string& public_key_file) {
    if (public_key_file.empty()) {
      report_.checked.emplace_back(
          "no signature: give --public-key to know who vouches for the chain");
      return absl::OkStatus();
    }
    const absl::Status status = CheckAuditProof(bundle_.proof(), public_key_file);
    if (!status.ok()) {
      Differs(std::string(status.message()));
    } else if (bundle_.proof().checkpoint().inventory() != bundle_.inventory()) {
      Differs("the proof is of another inventory");
    } else {
      report_.checked.push_back(absl::StrCat("revision ", bundle_.revision(),
                                             " in the signed checkpoint of size ",
                                             bundle_.proof().checkpoint().tree_size()));
    }
    return absl::OkStatus();
  }

  absl::Status StartServer() {
    ONWARD_ASSIGN_OR_RETURN(LoadedRegister law, LoadRegister(bundle_.register_()));
    if (law.message->version() != bundle_.law_version()) {
      Differs("the register is not of the version that the bundle names");
    }
    Options options;
    options.store = "memory";
    options.listen = "";
    options.reflection = "off";
    options.request_bytes_max = kMessageBytesMax;
    options.response_bytes_max = kMessageBytesMax;
    options.memory_quota_bytes = 4 * kMessageBytesMax;
    options.default_deadline_seconds = 0;
    options.mutations_max = kRecordsMax;
    options.workers = 2;
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = std::move(law);
    ONWARD_ASSIGN_OR_RETURN(server_, Server::Start(options, std::move(deps)));
    return absl::OkStatus();
  }

  absl::Status LoadRecords() {
    const auto channel = server_->InProcessChannel();
    if (!store_->GetHead(bundle_.inventory()).ok()) {
      const auto admin = v1::Admin::NewStub(channel);
      grpc::ClientContext context;
      v1::CreateInventoryRequest create;
      v1::CreateInventoryResponse created;
      create.set_id(bundle_.inventory());
      ONWARD_RETURN_IF_ERROR(FromGrpc(admin->CreateInventory(&context, create, &created)));
    }
    v1::ApplyRequest apply;
    v1::ApplyResponse applied;
    apply.set_inventory(bundle_.inventory());
    apply.set_request_id("evidence");
    for (const v1::Record& record : bundle_.records()) {
      v1::Record& upsert = *apply.add_mutations()->mutable_upsert();
      upsert = record;
      if (upsert.has_party()) {
        // No answer depends on them, and erased ones could not be written.
        upsert.mutable_party()->clear_contacts();
      }
    }
    const auto inventory = v1::Inventory::NewStub(channel);
    grpc::ClientContext context;
    return FromGrpc(inventory->Apply(&context, apply, &applied));
  }

  // What says which store answered, and when; the rest is the answer.
  template <class Answer>
  static Answer WithoutPlace(Answer answer) {
    answer.mutable_stamp()->clear_revision();
    answer.mutable_stamp()->clear_token();
    return answer;
  }

  template <class Answer>
  void Compare(const Answer& was, const Answer& is) {
    const size_t before = report_.differences.size();
    if (was.stamp().revision() != bundle_.revision()) {
      Differs("the answer is of another revision than the bundle");
    }
    if (was.stamp().law_version() != is.stamp().law_version()) {
      Differs("the answer was made from another version of the law than the bundle's");
    }
    if (rpc::DeterministicBytes(WithoutPlace(was)) != rpc::DeterministicBytes(WithoutPlace(is))) {
      Differs("asked again, the answer is another one");
    }
    Checked(before, absl::StrCat("the answer, asked again as of ", was.stamp().as_of(),
                                 " from these records and law ", was.stamp().law_version(),
                                 ": the same, byte for byte"));
  }

  absl::Status AskAgain() {
    if (const absl::Status started = StartServer(); !started.ok()) {
      Differs("the law register is refused: " + std::string(started.message()));
      return absl::OkStatus();
    }
    if (const absl::Status loaded = LoadRecords(); !loaded.ok()) {
      Differs("the records are refused: " + std::string(loaded.message()));
      return absl::OkStatus();
    }
    const auto transfers = v1::Transfers::NewStub(server_->InProcessChannel());
    const absl::Status asked =
        bundle_.has_explain() ? AskExplain(*transfers) : AskExposure(*transfers);
    if (!asked.ok()) {
      Differs("asked again, there is no answer: " + std::string(asked.message()));
    }
    return absl::OkStatus();
  }

  absl::Status AskExplain(v1::Transfers::Stub& transfers) {
    v1::ExplainRequest request = bundle_.explain();
    request.clear_consistency();
    v1::ExplainResponse response;
    grpc::ClientContext context;
    ONWARD_RETURN_IF_ERROR(FromGrpc(transfers.Explain(&context, request, &response)));
    Compare(bundle_.explanation(), response);
    return absl::OkStatus();
  }

  absl::Status AskExposure(v1::Transfers::Stub& transfers) {
    v1::ExposureRequest request = bundle_.exposure();
    request.clear_consistency();
    v1::ExposureResponse all;
    do {
      v1::ExposureResponse page;
      grpc::ClientContext context;
      ONWARD_RETURN_IF_ERROR(FromGrpc(transfers.Exposure(&context, request, &page)));
      request.set_page_token(page.next_page_token());
      all.mutable_recipients()->MergeFrom(page.recipients());
      page.mutable_recipients()->Swap(all.mutable_recipients());
      all = std::move(page);
    } while (!request.page_token().empty());
    Compare(bundle_.exposed(), all);
    return absl::OkStatus();
  }

  const v1::EvidenceBundle& bundle_;
  EvidenceReport report_;
  // What the chain leaves at its end.
  Digests expected_;
  const SystemClock clock_;
  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<Server> server_;
};

}  // namespace

absl::StatusOr<EvidenceReport> CheckEvidence(const v1::EvidenceBundle& bundle,
                                             const std::string& public_key_file) {
  return EvidenceCheck(bundle).Run(public_key_file);
}

}  // namespace onward::services
