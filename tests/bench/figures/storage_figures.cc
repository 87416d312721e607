// Durable writes against raw synced batches, and a cold start against a raw scan, of the same bytes.
#include <rocksdb/db.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/figures/stored.h"
#include "tests/bench/sample_inventory.h"
#include "tests/support/temp_folder.h"

namespace onward::bench {
namespace {

// Commits of one flow, each writer to an inventory of its own.
class Commits {
 public:
  Commits(const std::string& folder, size_t writers) : store_(OpenStore(folder)), heads_(writers) {
    for (size_t writer = 0; writer < writers; ++writer) {
      Check(store_->CreateInventory(Inventory(writer), "", {}).ok(), "no inventory");
    }
  }

  void Write(size_t writer) {
    uint64_t& head = heads_[writer];
    model::Flow flow = SampleFlow(head % 1'000, std::to_string(head));
    const model::RecordRef ref{model::RecordKind::kFlow, flow.id};
    Check(store_->Commit(Inventory(writer), head, {{ref, std::move(flow)}}, {}).ok(),
          "a commit failed");
    ++head;
  }

 private:
  static std::string Inventory(size_t writer) { return absl::StrCat("writer-", writer); }

  std::unique_ptr<storage::Store> store_;
  std::vector<uint64_t> heads_;
};

void TakeWrites(size_t writers, const Settings& settings, const Report& report) {
  const testing::TempFolder folder;
  Commits commits(folder.path() + "/store", writers);
  RawFlows raw(folder.path() + "/raw", writers);
  const size_t each = settings.is_short ? 5 : 2'000 / writers;
  Figure figure = TakePairs(
      settings.Pairs(),
      [&] {
        return WriteRate(writers, each, [&](size_t writer, size_t) { commits.Write(writer); });
      },
      [&] {
        return WriteRate(writers, each, [&](size_t writer, size_t) { raw.Write(writer, 1); });
      });
  figure.group = "durable commits";
  figure.name =
      absl::StrCat(writers, writers == 1 ? " writer" : " writers", " / raw synced batches");
  figure.ours = "commits";
  figure.other = "batches";
  figure.unit = "a second";
  figure.target = writers == 8 ? ">= 0.8 x" : "";
  report(figure);
}

// Opens as a reader and reads all of the current records; returns their bytes.
uint64_t ScanRaw(const std::string& folder) {
  std::vector<std::string> names;
  Check(rocksdb::DB::ListColumnFamilies({}, folder, &names).ok(), "no column families");
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(names.size());
  for (const std::string& name : names) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  Check(rocksdb::DB::OpenForReadOnly({}, folder, families, &handles, &opened).ok(),
        "no raw reader");
  const std::unique_ptr<rocksdb::DB> db(opened);
  uint64_t bytes = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "current") {
      const std::unique_ptr<rocksdb::Iterator> at(db->NewIterator({}, handles[i]));
      for (at->SeekToFirst(); at->Valid(); at->Next()) {
        bytes += at->key().size() + at->value().size();
      }
      Check(at->status().ok(), "the raw scan failed");
    }
    db->DestroyColumnFamilyHandle(handles[i]);
  }
  return bytes;
}

void TakeColdStart(const std::string& preset, size_t pairs, const Settings& settings,
                   const Report& report) {
  const testing::TempFolder folder;
  const std::string store = folder.path() + "/store";
  GeneratorOptions options =
      *PresetOptions(preset, settings.is_short ? kShortScale : settings.scale);
  options.seed = settings.seed;
  FillStore(store, options);
  const double megabytes = static_cast<double>(ScanRaw(store)) / 1e6;
  Figure figure = TakePairs(
      pairs, [&] { return megabytes / Seconds([&] { StartCold(store); }); },
      [&] { return megabytes / Seconds([&] { ScanRaw(store); }); });
  figure.group = "cold start";
  figure.name = "preset " + preset + " / raw scan of the same records";
  figure.ours = "start";
  figure.other = "scan";
  figure.unit = "MB/s";
  figure.target = preset == "L" ? ">= 0.5 x" : "";
  figure.note = absl::StrCat(static_cast<int>(megabytes), " MB, in the system's file cache");
  report(figure);
}

}  // namespace

void TakeStorageFigures(const Settings& settings, const Report& report) {
  for (const size_t writers : {8, 1, 32}) {
    TakeWrites(writers, settings, report);
  }
  TakeColdStart(settings.is_short ? "X" : "M", settings.Pairs(), settings, report);
}

}  // namespace onward::bench
