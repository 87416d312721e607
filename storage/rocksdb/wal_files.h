// Files of which the write-ahead log is written over zeros that are there already.
//
// A sync of a file that grew makes the file system keep its new length too, which takes about twice as long as
// one of bytes written over others. So a log grows by kWalPaddingBytes of zeros at a time, and is cut to what
// it holds when it is closed. RocksDB's reader takes zeros for the end of a log, as it takes those of blocks that
// were given to a file and never written; which writes must be there is told by the head anchor.
#pragma once

#include <cstdint>
#include <memory>

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace onward::storage {

// How many zeros a log has behind what it holds, at most.
inline constexpr uint64_t kWalPaddingBytes = 256 << 10;

// The same files but for logs (*.log).
std::shared_ptr<rocksdb::FileSystem> WithPaddedWal(
    const std::shared_ptr<rocksdb::FileSystem>& files);

}  // namespace onward::storage
