// A process to be killed: eight threads commit to a RocksDB store, two to each of four inventories, a ninth
// puts law registers, and they say what they try and what was acknowledged (tests/crash/oracle.h) on standard
// output. To the oracle the log of law registers is one more inventory.
//
//   store_crash_writer FOLDER RUN [STEP COUNT]
//
// RUN makes the names of this run's writes unique. With STEP (wal, anchor, publish) it kills itself before
// that step of the COUNT-th group of commits. It never ends by itself but for an error.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "graph/base/error_detail.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/crash/oracle.h"

namespace onward::crash {
namespace {

constexpr int kThreads = 8;
constexpr int kInventories = 4;

// One write to the pipe per line: whole or not at all.
void Say(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    std::_Exit(3);
  }
}

[[noreturn]] void Fail(const absl::Status& status) {
  std::cerr << "store_crash_writer: " << status << "\n";
  std::_Exit(2);
}

std::vector<storage::RecordWrite> RecordsOf(const Write& write) {
  model::Party own;
  own.id = write.write;
  own.display_name = write.payload;
  model::Party last;
  last.id = "last";
  last.display_name = write.payload;
  return {{{model::RecordKind::kParty, own.id}, own}, {{model::RecordKind::kParty, last.id}, last}};
}

// Commits on top of the head until it works.
uint64_t CommitOnHead(storage::Store& store, const Write& write) {
  storage::CommitMeta meta;
  meta.request_id = write.write;
  while (true) {
    const auto head = store.GetHead(write.inventory);
    if (!head.ok()) {
      Fail(head.status());
    }
    const auto done = store.Commit(write.inventory, head->revision, RecordsOf(write), meta);
    if (done.ok()) {
      return *done;
    }
    if (!HasReason(done.status(), "HEAD_MOVED")) {
      Fail(done.status());
    }
  }
}

uint64_t PutLaw(storage::Store& store, const Write& write) {
  const auto put = store.PutLaw(write.payload, {write.write, "", storage::Time(), "", ""});
  if (!put.ok()) {
    Fail(put.status());
  }
  return put->number;
}

[[noreturn]] void WriteForEver(storage::Store& store, const std::string& run, int thread) {
  std::minstd_rand random(static_cast<uint32_t>(thread) + 1);
  const bool laws = thread == kThreads;
  const std::string inventory =
      laws ? kLawLog : "inventory" + std::to_string(thread % kInventories);
  for (uint64_t i = 0;; ++i) {
    const Write write{inventory, run + "-" + std::to_string(thread) + "-" + std::to_string(i),
                      std::to_string(random()) + std::string(random() % 400, 'x')};
    Say(TriedLine(write));
    Say(AcknowledgedLine(write, laws ? PutLaw(store, write) : CommitOnHead(store, write)));
  }
}

int Run(const std::string& folder, const std::string& run, const std::string& step,
        uint64_t count) {
  storage::RocksDbOptions options;
  // Small enough that tables are written while it runs.
  options.write_buffer_bytes = 64 << 10;
  options.wal_bytes_max = 128 << 10;
  std::atomic<uint64_t> left{count};
  options.before_step = [&step, &left](std::string_view at) {
    if (at == step && --left == 0) {
      (void)raise(SIGKILL);
    }
    return absl::OkStatus();
  };
  const auto store = storage::OpenRocksDb(folder, options);
  if (!store.ok()) {
    Fail(store.status());
  }
  for (int i = 0; i < kInventories; ++i) {
    const absl::Status made =
        (*store)->CreateInventory("inventory" + std::to_string(i), "", storage::Time()).status();
    if (!made.ok() && !HasReason(made, "INVENTORY_EXISTS")) {
      Fail(made);
    }
  }
  std::vector<std::thread> threads;
  threads.reserve(kThreads + 1);
  for (int thread = 0; thread <= kThreads; ++thread) {
    threads.emplace_back([&store, &run, thread] { WriteForEver(**store, run, thread); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return 0;
}

}  // namespace
}  // namespace onward::crash

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::cerr << "usage: store_crash_writer FOLDER RUN [STEP COUNT]\n";
    return 2;
  }
  spdlog::set_default_logger(spdlog::stderr_logger_mt("store_crash_writer"));
  return onward::crash::Run(argv[1], argv[2], argc == 5 ? argv[3] : "",
                            argc == 5 ? std::strtoull(argv[4], nullptr, 10) : 0);
}
