// A file system that fails as it is told to, and that can lose what was not synced, as a machine does when
// its power goes.
//
// What counts as durable: bytes of a file up to its last sync; a file's name, a rename and a deletion once
// the folder was synced. The rest may be lost in any amount: a file keeps a part of what came after its
// sync, at times as zeros; of names, renames and deletions the first few since the last sync of the folder
// remain; of bytes that were overwritten each sector of 512 is old or new. Syncs do nothing else, so that
// tests are quick. Of one folder, without folders in it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace onward::faults {

// What becomes of an operation.
enum class Outcome {
  kDone,
  // Not done; EIO.
  kFails,
  // A part of a write is done; EIO.
  kShort,
  // Not done; ENOSPC.
  kNoSpace
};

// "wal.append", "folder.sync": kind of file and what is done. Kinds: wal, table, manifest, current, options,
// identity, anchor, folder, other. What is done: create, append, sync, cut, close, rename, delete, read.
std::string OperationName(const std::string& path, std::string_view action);

// Bytes and names that are not durable yet. Thread-safe.
class PowerLog {
 public:
  // `trash`: a folder on the same volume.
  explicit PowerLog(std::string trash) : trash_(std::move(trash)) {}

  void Created(const std::string& path);
  void Appended(const std::string& path, uint64_t size);
  // The file is shorter; that is durable.
  void Cut(const std::string& path, uint64_t size);
  void Overwrites(const std::string& path, uint64_t offset, std::string before);
  // A sync that failed: what it should have kept is never durable any more, unless it is written over and that
  // is synced.
  void SyncFailed(const std::string& path);
  void Synced(const std::string& path);
  void FolderSynced();
  // These two do it, so that it can be undone.
  bool Rename(const std::string& from, const std::string& to);
  bool Delete(const std::string& path);

  // Loses what is not durable.
  void Lose(std::mt19937_64& random);
  // Knows nothing any more: another folder comes.
  void Forget();

 private:
  struct File {
    uint64_t synced = 0;
    uint64_t size = 0;
    bool doomed = false;
    struct Old {
      uint64_t offset = 0;
      std::string bytes;
      // A sync of what stands there now has failed.
      bool doomed = false;
    };
    std::vector<Old> overwritten;
  };
  // A change of names; `saved` holds what was deleted or replaced.
  struct Step {
    std::string from;
    std::string to;
    std::string saved;
  };

  File& Of(const std::string& path);
  static void KeepOverwritten(File& file);
  std::string SaveAway(const std::string& path);
  void LoseBytes(const std::string& path, const File& file, std::mt19937_64& random) const;
  void Undo(const Step& step);
  void DropAll();
  void Move(const std::string& from, const std::string& to);

  const std::string trash_;
  std::mutex mutex_;
  uint64_t saved_ = 0;
  std::map<std::string, File> files_;
  std::vector<Step> steps_;
};

// Thread-safe.
class FaultFiles final : public rocksdb::FileSystemWrapper {
 public:
  // Asked before each operation.
  using Decide = std::function<Outcome(const std::string& operation)>;

  explicit FaultFiles(std::string trash)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), power_(std::move(trash)) {}

  // Not while files are in use.
  void SetDecide(Decide decide) { decide_ = std::move(decide); }
  // From now on nothing reaches the disk.
  void CutPower() { off_ = true; }
  // Loses what is not durable; the power is on again. No file may be open.
  void Lose(std::mt19937_64& random);
  // What GetFreeSpace answers; UINT64_MAX: the truth.
  void SetFreeBytes(uint64_t bytes) { free_bytes_ = bytes; }
  bool off() const { return off_; }
  // Syncs succeed and keep nothing, as on a disk that lies.
  void Lie() { lying_ = true; }

  // For files of this system.
  Outcome Ask(const std::string& path, std::string_view action);
  // What a file of this path has becomes durable, unless the disk lies.
  rocksdb::IOStatus Sync(const std::string& path);
  PowerLog& power() { return power_; }
  bool lying() const { return lying_; }

  const char* Name() const override { return "FaultFiles"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 uint64_t* bytes, rocksdb::IODebugContext* debug) override;

 private:
  Decide decide_;
  std::atomic<bool> off_{false};
  std::atomic<bool> lying_{false};
  std::atomic<uint64_t> free_bytes_{UINT64_MAX};
  PowerLog power_;
};

// An environment on these files whose sleeps are short: RocksDB sleeps for a second after each error in the
// background.
std::unique_ptr<rocksdb::Env> NewFaultEnv(const std::shared_ptr<FaultFiles>& files);

// The error of an outcome that is not kDone.
rocksdb::IOStatus ErrorOf(Outcome outcome);

}  // namespace onward::faults
