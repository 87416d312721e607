// A process that goes through everything that a store does, once, and ends itself on the way: it makes a store,
// writes, opens it again, raises its format, meets a storage error and recovers from it, imports an inventory,
// and meets a full volume, while tables are written all the time. It says on standard output what it tries and
// what was acknowledged (tests/crash/oracle.h).
//
//   kill_point_writer FOLDER TRASH RUN POINT COUNT
//
// RUN makes the names of its writes unique. It ends itself at the COUNT-th time that it comes to POINT: one of
// kKillPoints, or an operation of tests/faults/fault_files.h. Exit code 4: it never did.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

#include "graph/base/error_detail.h"
#include "storage/audit_source.h"
#include "storage/export_file.h"
#include "storage/kill_points.h"
#include "storage/memory/memory_store.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/crash/oracle.h"
#include "tests/faults/fault_files.h"

namespace onward::faults {
namespace {

constexpr int kNeverThere = 4;
constexpr uint64_t kWritesAPart = 60;
constexpr uint64_t kImportedRevisions = 3;
// Together several parts of an import (storage/rocksdb/import.cc).
constexpr int kRecordsMore = 200;
constexpr size_t kLongName = 3'000;

// What ends the process; set before anything else.
struct End {
  std::string point;
  std::atomic<uint64_t> left{0};
};
End end;

void ComeTo(std::string_view point) {
  if (point == end.point && --end.left == 0) {
    (void)raise(SIGKILL);
  }
}

[[noreturn]] void Fail(const absl::Status& status) {
  std::cerr << "kill_point_writer: " << status << "\n";
  std::_Exit(2);
}

void Say(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    std::_Exit(3);
  }
}

storage::RecordWrite PutParty(const std::string& id, const std::string& name) {
  model::Party party;
  party.id = id;
  party.display_name = name;
  return {{model::RecordKind::kParty, id}, party};
}

class Life {
 public:
  Life(std::string folder, std::string trash, std::string run)
      : folder_(std::move(folder)),
        run_(std::move(run)),
        files_(std::make_shared<FaultFiles>(std::move(trash))),
        env_(NewFaultEnv(files_)) {
    files_->SetDecide([](const std::string& operation) {
      ComeTo(operation);
      return Outcome::kDone;
    });
    options_.env = env_.get();
    options_.write_buffer_bytes = 64 << 10;
    options_.wal_bytes_max = 128 << 10;
    options_.ballast_bytes = 256 << 10;
    options_.upkeep_every_ms = 1;
    options_.before_step = [this](std::string_view step) {
      return failing_ && step == "anchor" ? absl::UnavailableError("made to fail")
                                          : absl::OkStatus();
    };
  }

  void Run() {
    Open();
    WriteSome();
    store_.reset();
    MakeItOld();
    Open();
    WriteSome();
    MeetAnError();
    WriteSome();
    Import();
    store_.reset();
    files_->SetFreeBytes(1000);
    Open();
    files_->SetFreeBytes(UINT64_MAX);
    WriteSome();
    store_.reset();
  }

 private:
  void Open() {
    auto store = storage::OpenRocksDb(folder_, options_);
    if (!store.ok()) {
      Fail(store.status());
    }
    store_ = *std::move(store);
    for (const char* inventory : {"a", "b"}) {
      const absl::Status made = store_->CreateInventory(inventory, "", storage::Time()).status();
      if (!made.ok() && !HasReason(made, "INVENTORY_EXISTS")) {
        Fail(made);
      }
    }
  }

  // As if the first release had written it.
  void MakeItOld() {
    auto db = storage::Db::Open(folder_, options_, storage::Db::Mode::kExisting);
    if (!db.ok()) {
      Fail(db.status());
    }
    auto state =
        storage::DecodeState(**(*db)->Get(storage::Family::kMeta, storage::keys::StoreState()));
    state->format = 1;
    storage::DbBatch batch;
    (*db)->Put(batch, storage::Family::kMeta, storage::keys::StoreState(),
               storage::EncodeState(*state));
    absl::Status status = (*db)->Write(batch);
    db->reset();
    if (status.ok()) {
      status = (*storage::Anchor::Open(folder_))->WriteBoth(*state);
    }
    if (!status.ok()) {
      Fail(status);
    }
  }

  void WriteSome() {
    for (uint64_t i = 0; i < kWritesAPart; ++i) {
      if (i % 10 == 0) {
        PutLaw();
      } else {
        Commit(i % 2 == 0 ? "a" : "b");
      }
    }
  }

  // One write, whose outcome is told once writes are taken again.
  void MeetAnError() {
    const crash::Write write = Next("a");
    failing_ = true;
    const auto failed = TryCommit(write);
    failing_ = false;
    while (!store_->Writable().ok()) {
      std::this_thread::yield();
    }
    const auto found = store_->FindRequest("a", write.write);
    if (failed.ok() || !found.ok()) {
      Fail(found.status());
    }
    if (*found) {
      Say(crash::AcknowledgedLine(write, (*found)->revision));
    }
  }

  // Inventory `c` from another store: first given up half-way, then whole.
  void Import() {
    const std::unique_ptr<storage::Store> other = storage::NewMemoryStore();
    std::vector<crash::Write> writes;
    const std::string file = MakeElsewhere(*other, writes);
    const auto begin = [this](const storage::StoredHead& head) {
      return store_->BeginImport(head);
    };
    Check(storage::ExportReader(begin).Add(file.substr(0, file.size() / 2)));
    storage::ExportReader whole(begin);
    Check(whole.Add(file));
    Check(whole.Finish().status());
    for (size_t i = 0; i < writes.size(); ++i) {
      Say(crash::AcknowledgedLine(writes[i], i + 1));
    }
  }

  // Three revisions that are several parts of an import; the exported file.
  std::string MakeElsewhere(storage::Store& other, std::vector<crash::Write>& writes) {
    Check(other.CreateInventory("c", "", storage::Time()).status());
    for (uint64_t revision = 0; revision < kImportedRevisions; ++revision) {
      writes.push_back(Next("c"));
      const crash::Write& write = writes.back();
      std::vector<storage::RecordWrite> records = {PutParty(write.write, write.payload),
                                                   PutParty("last", write.payload)};
      for (int i = 0; i < kRecordsMore; ++i) {
        records.push_back(PutParty("p" + std::to_string(i), std::string(kLongName, 'y')));
      }
      storage::CommitMeta meta;
      meta.request_id = write.write;
      Check(other.Commit("c", revision, records, meta).status());
    }
    std::string file;
    const auto keep = [&file](std::string_view piece) {
      file.append(piece);
      return absl::OkStatus();
    };
    Check(storage::WriteExport(**other.Audit("c"), keep, {}).status());
    return file;
  }

  static void Check(const absl::Status& status) {
    if (!status.ok()) {
      Fail(status);
    }
  }

  crash::Write Next(const std::string& inventory) {
    crash::Write write{inventory, run_ + "-" + std::to_string(++next_),
                       std::to_string(next_) + std::string(next_ * 97 % 3000, 'x')};
    Say(crash::TriedLine(write));
    return write;
  }

  absl::StatusOr<uint64_t> TryCommit(const crash::Write& write) {
    storage::CommitMeta meta;
    meta.request_id = write.write;
    return store_->Commit(write.inventory, store_->GetHead(write.inventory)->revision,
                          {PutParty(write.write, write.payload), PutParty("last", write.payload)},
                          meta);
  }

  void Commit(const std::string& inventory) {
    const crash::Write write = Next(inventory);
    const auto done = TryCommit(write);
    if (!done.ok()) {
      Fail(done.status());
    }
    Say(crash::AcknowledgedLine(write, *done));
  }

  void PutLaw() {
    const crash::Write write = Next(crash::kLawLog);
    const auto put = store_->PutLaw(write.payload, {write.write, "", storage::Time(), "", ""});
    if (!put.ok()) {
      Fail(put.status());
    }
    Say(crash::AcknowledgedLine(write, put->number));
  }

  const std::string folder_;
  const std::string run_;
  const std::shared_ptr<FaultFiles> files_;
  const std::unique_ptr<rocksdb::Env> env_;
  storage::RocksDbOptions options_;
  std::atomic<bool> failing_{false};
  uint64_t next_ = 0;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace
}  // namespace onward::faults

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: kill_point_writer FOLDER TRASH RUN POINT COUNT\n";
    return 2;
  }
  spdlog::set_default_logger(spdlog::stderr_logger_mt("kill_point_writer"));
  spdlog::set_level(spdlog::level::off);
  onward::faults::end.point = argv[4];
  onward::faults::end.left = std::strtoull(argv[5], nullptr, 10);
  onward::storage::kill_point_hook = &onward::faults::ComeTo;
  onward::faults::Life(argv[1], argv[2], argv[3]).Run();
  return onward::faults::kNeverThere;
}
