#include "storage/rocksdb/wal_files.h"

#include <string>
#include <string_view>
#include <utility>

#include "rocksdb/file_system.h"

namespace onward::storage {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// What is longer is worth a sync of the file's length.
constexpr uint64_t kPaddedWriteMax = kWalPaddingBytes / 4;

class PaddedWal final : public rocksdb::FSWritableFile {
 public:
  PaddedWal(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::string path,
            rocksdb::FileSystem& files)
      : file_(std::move(file)), path_(std::move(path)), files_(files) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = file_->Write(size_, data, options, debug);
    if (!status.ok()) {
      return status;
    }
    size_ += data.size();
    return size_ > padded_ && data.size() <= kPaddedWriteMax ? Pad(options, debug) : status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*checksums*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Flush(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return file_->Sync(options, debug);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return file_->Fsync(options, debug);
  }
  bool IsSyncThreadSafe() const override { return true; }
  uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return size_;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = file_->Close(options, debug);
    if (status.ok() && padded_ > size_) {
      // Zeros that stay are no fault.
      Cut(options, debug).PermitUncheckedError();
    }
    return status;
  }

 private:
  // No zeros where there is no room for them: the writes themselves may still have some.
  IOStatus Pad(const IOOptions& options, IODebugContext* debug) {
    static const std::string* const kZeros = new std::string(kWalPaddingBytes, '\0');
    IOStatus status = file_->Write(size_, *kZeros, options, debug);
    padded_ = size_ + kWalPaddingBytes;
    return status.IsNoSpace() ? IOStatus::OK() : status;
  }

  // FileSystem::Truncate is not there for the system's files.
  IOStatus Cut(const IOOptions& options, IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    IOStatus status = files_.ReopenWritableFile(path_, rocksdb::FileOptions(), &file, debug);
    if (status.ok()) {
      status = file->Truncate(size_, options, debug);
      file->Close(options, debug).PermitUncheckedError();
    }
    return status;
  }

  const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  const std::string path_;
  rocksdb::FileSystem& files_;
  // Where the next write goes, and where the zeros end.
  uint64_t size_ = 0;
  uint64_t padded_ = 0;
};

class PaddedWalFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit PaddedWalFiles(const std::shared_ptr<rocksdb::FileSystem>& files)
      : FileSystemWrapper(files) {}
  const char* Name() const override { return "PaddedWalFiles"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewWritableFile(path, options, result, debug);
    if (!status.ok() || !std::string_view(path).ends_with(".log")) {
      return status;
    }
    status = (*result)->Close(options.io_options, debug);
    result->reset();
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    if (status.ok()) {
      status = NewRandomRWFile(path, options, &file, debug);
    }
    if (status.ok()) {
      *result = std::make_unique<PaddedWal>(std::move(file), path, *target());
    }
    return status;
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> WithPaddedWal(
    const std::shared_ptr<rocksdb::FileSystem>& files) {
  return std::make_shared<PaddedWalFiles>(files);
}

}  // namespace onward::storage
