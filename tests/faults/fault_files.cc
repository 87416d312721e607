#include "tests/faults/fault_files.h"

#include <algorithm>
#include <utility>

namespace onward::faults {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string_view KindOf(std::string_view name) {
  if (name.starts_with("MANIFEST-")) {
    return "manifest";
  }
  if (name.starts_with("ONWARD-HEAD")) {
    return "anchor";
  }
  if (name.starts_with("OPTIONS-")) {
    return "options";
  }
  if (name.ends_with(".log")) {
    return "wal";
  }
  if (name.ends_with(".sst")) {
    return "table";
  }
  // CURRENT is written as a .dbtmp file and renamed; so is IDENTITY.
  return name == "CURRENT" || name.ends_with(".dbtmp") ? "current" : "other";
}

class WritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, FaultFiles& files)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), files_(files) {}

  // The analyzer loses track of the text inside an IOStatus.
  // NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks)
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const Outcome outcome = files_.Ask(path_, "append");
    if (outcome == Outcome::kDone) {
      return Write(data, options, debug);
    }
    if (outcome == Outcome::kShort) {
      (void)Write({data.data(), data.size() / 2}, options, debug).ok();
    }
    return ErrorOf(outcome);
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*checksums*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return files_.Sync(path_);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }
  IOStatus RangeSync(uint64_t /*offset*/, uint64_t /*bytes*/, const IOOptions& /*options*/,
                     IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    const Outcome outcome = files_.Ask(path_, "cut");
    if (outcome != Outcome::kDone) {
      return ErrorOf(outcome);
    }
    files_.power().Cut(path_, size);
    return FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const Outcome outcome = files_.Ask(path_, "close");
    IOStatus status = FSWritableFileOwnerWrapper::Close(options, debug);
    return outcome == Outcome::kDone ? status : ErrorOf(outcome);
  }
  // NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

 private:
  IOStatus Write(const Slice& data, const IOOptions& options, IODebugContext* debug) {
    IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) {
      files_.power().Appended(path_, data.size());
    }
    return status;
  }

  const std::string path_;
  FaultFiles& files_;
};

class ReadWriteFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  ReadWriteFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::string path, FaultFiles& files)
      : FSRandomRWFileOwnerWrapper(std::move(file)), path_(std::move(path)), files_(files) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    const Outcome outcome = files_.Ask(path_, "append");
    if (outcome != Outcome::kDone && outcome != Outcome::kShort) {
      return ErrorOf(outcome);
    }
    const size_t size = outcome == Outcome::kDone ? data.size() : data.size() / 2;
    std::string before(size, '\0');
    Slice read;
    IOStatus status =
        FSRandomRWFileOwnerWrapper::Read(offset, size, options, &read, before.data(), debug);
    if (status.ok()) {
      files_.power().Overwrites(path_, offset, read.ToString());
      status = FSRandomRWFileOwnerWrapper::Write(offset, {data.data(), size}, options, debug);
    }
    if (status.ok()) {
      // What stands behind the end of the file before.
      files_.power().Appended(path_, size - read.size());
    }
    return outcome == Outcome::kDone ? status : ErrorOf(outcome);
  }
  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const Outcome outcome = files_.Ask(path_, "read");
    return outcome == Outcome::kDone
               ? FSRandomRWFileOwnerWrapper::Read(offset, n, options, result, scratch, debug)
               : ErrorOf(outcome);
  }
  IOStatus Sync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return files_.Sync(path_);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  const std::string path_;
  FaultFiles& files_;
};

class ReadFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  ReadFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path, FaultFiles& files)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), path_(std::move(path)), files_(files) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const Outcome outcome = files_.Ask(path_, "read");
    return outcome == Outcome::kDone
               ? FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, debug)
               : ErrorOf(outcome);
  }

 private:
  const std::string path_;
  FaultFiles& files_;
};

class SequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  SequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::string path,
                 FaultFiles& files)
      : FSSequentialFileOwnerWrapper(std::move(file)), path_(std::move(path)), files_(files) {}

  IOStatus Read(size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    const Outcome outcome = files_.Ask(path_, "read");
    return outcome == Outcome::kDone
               ? FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, debug)
               : ErrorOf(outcome);
  }

 private:
  const std::string path_;
  FaultFiles& files_;
};

class Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> directory, const std::string& /*path*/,
            FaultFiles& files)
      : FSDirectoryWrapper(std::move(directory)), files_(files) {}

  IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    const Outcome outcome = files_.Ask("folder", "sync");
    if (outcome != Outcome::kDone) {
      return ErrorOf(outcome);
    }
    if (!files_.lying()) {
      files_.power().FolderSynced();
    }
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& /*why*/) override {
    return Fsync(options, debug);
  }

 private:
  FaultFiles& files_;
};

// Wraps what was opened.
template <class File, class Base>
IOStatus Wrapped(IOStatus status, std::unique_ptr<Base> opened, const std::string& path,
                 FaultFiles& files, std::unique_ptr<Base>* result) {
  if (status.ok()) {
    *result = std::make_unique<File>(std::move(opened), path, files);
  }
  return status;
}

class FaultEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FaultEnv(const std::shared_ptr<FaultFiles>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
  }
  void SleepForMicroseconds(int micros) override {
    EnvWrapper::SleepForMicroseconds(std::min(micros, kSleepMax));
  }

 private:
  static constexpr int kSleepMax = 1'000;
};

}  // namespace

std::unique_ptr<rocksdb::Env> NewFaultEnv(const std::shared_ptr<FaultFiles>& files) {
  return std::make_unique<FaultEnv>(files);
}

rocksdb::IOStatus ErrorOf(Outcome outcome) {
  return outcome == Outcome::kNoSpace ? IOStatus::NoSpace("made to be full")
                                      : IOStatus::IOError("made to fail");
}

std::string OperationName(const std::string& path, std::string_view action) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  return std::string(name == "folder" ? name : KindOf(name)) + "." + std::string(action);
}

IOStatus FaultFiles::Sync(const std::string& path) {
  const Outcome outcome = Ask(path, "sync");
  if (outcome != Outcome::kDone) {
    power_.SyncFailed(path);
    return ErrorOf(outcome);
  }
  if (!lying_) {
    power_.Synced(path);
  }
  return IOStatus::OK();
}

Outcome FaultFiles::Ask(const std::string& path, std::string_view action) {
  if (action != "read" && off_) {
    return Outcome::kFails;
  }
  const Outcome outcome = decide_ ? decide_(OperationName(path, action)) : Outcome::kDone;
  // The power may just have gone.
  return action != "read" && off_ && outcome == Outcome::kDone ? Outcome::kFails : outcome;
}

void FaultFiles::Lose(std::mt19937_64& random) {
  power_.Lose(random);
  off_ = false;
}

IOStatus FaultFiles::NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                       IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, &file, debug);
  return Wrapped<SequentialFile>(std::move(status), std::move(file), path, *this, result);
}

IOStatus FaultFiles::NewRandomAccessFile(const std::string& path,
                                         const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                         IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  IOStatus status = FileSystemWrapper::NewRandomAccessFile(path, options, &file, debug);
  return Wrapped<ReadFile>(std::move(status), std::move(file), path, *this, result);
}

IOStatus FaultFiles::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                     std::unique_ptr<rocksdb::FSWritableFile>* result,
                                     IODebugContext* debug) {
  const Outcome outcome = Ask(path, "create");
  if (outcome != Outcome::kDone) {
    return ErrorOf(outcome);
  }
  // What is overwritten from its beginning must be there again where the new file is lost.
  power_.Delete(path);
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &file, debug);
  if (status.ok()) {
    power_.Created(path);
  }
  return Wrapped<WritableFile>(std::move(status), std::move(file), path, *this, result);
}

IOStatus FaultFiles::NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                     std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                     IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  IOStatus status = FileSystemWrapper::NewRandomRWFile(path, options, &file, debug);
  return Wrapped<ReadWriteFile>(std::move(status), std::move(file), path, *this, result);
}

IOStatus FaultFiles::NewDirectory(const std::string& path, const IOOptions& options,
                                  std::unique_ptr<rocksdb::FSDirectory>* result,
                                  IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  IOStatus status = FileSystemWrapper::NewDirectory(path, options, &directory, debug);
  return Wrapped<Directory>(std::move(status), std::move(directory), path, *this, result);
}

IOStatus FaultFiles::DeleteFile(const std::string& path, const IOOptions& /*options*/,
                                IODebugContext* /*debug*/) {
  const Outcome outcome = Ask(path, "delete");
  if (outcome != Outcome::kDone) {
    return ErrorOf(outcome);
  }
  return power_.Delete(path) ? IOStatus::OK() : IOStatus::PathNotFound(path);
}

IOStatus FaultFiles::RenameFile(const std::string& from, const std::string& to,
                                const IOOptions& /*options*/, IODebugContext* /*debug*/) {
  const Outcome outcome = Ask(to, "rename");
  if (outcome != Outcome::kDone) {
    return ErrorOf(outcome);
  }
  return power_.Rename(from, to) ? IOStatus::OK() : IOStatus::PathNotFound(from);
}

IOStatus FaultFiles::ReopenWritableFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* result,
                                        IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status = FileSystemWrapper::ReopenWritableFile(path, options, &file, debug);
  return Wrapped<WritableFile>(std::move(status), std::move(file), path, *this, result);
}

IOStatus FaultFiles::GetFreeSpace(const std::string& path, const IOOptions& options,
                                  uint64_t* bytes, IODebugContext* debug) {
  IOStatus status = FileSystemWrapper::GetFreeSpace(path, options, bytes, debug);
  if (free_bytes_ != UINT64_MAX) {
    *bytes = free_bytes_;
  }
  return status;
}

}  // namespace onward::faults
