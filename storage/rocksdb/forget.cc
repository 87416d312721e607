#include "storage/rocksdb/forget.h"

#include <utility>
#include <vector>

#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/record.h"

namespace onward::storage {
namespace {

constexpr size_t kKeysPerPart = 4'096;
// Entries between two looks at `stop`.
constexpr uint64_t kEntriesPerLook = 1'024;

absl::Status WriteForgotten(Writer& writer, const StoredHead& head, std::vector<std::string> keys,
                            uint64_t before) {
  WriteOp op;
  op.inventory = head.head.id;
  op.forget = ForgetWrite{std::move(keys), before};
  return writer.Run(std::move(op)).status();
}

}  // namespace

UnreadableScan::UnreadableScan(const Db& db, const keys::InventoryKeys& keys, uint64_t oldest,
                               const std::function<bool()>& stop)
    : db_(db), keys_(keys), oldest_(oldest), stop_(stop), range_(keys.All()) {}

// Versions of one record stand together, newest first: the first that is not later than `oldest` is the
// one that is valid there.
bool UnreadableScan::IsUnreadable(const keys::InventoryKeys::Version& version,
                                  std::string_view value) {
  if (version.revision > oldest_) {
    return false;
  }
  if (valid_ != version.ref) {
    valid_ = version.ref;
    return false;
  }
  return HoldsRecord(value);
}

absl::StatusOr<std::vector<std::string>> UnreadableScan::Next() {
  std::vector<std::string> found;
  std::string last;
  ONWARD_RETURN_IF_ERROR(
      db_.Scan(Family::kHistory, range_, nullptr,
               [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                 const auto version = keys_.ParseHistory(key);
                 if (!version) {
                   return Corrupted("history of records", "a key is damaged");
                 }
                 if (IsUnreadable(*version, value)) {
                   found.emplace_back(key);
                 }
                 last = key;
                 stopped_ = ++entries_ % kEntriesPerLook == 0 && stop_ && stop_();
                 return !stopped_ && found.size() < kKeysPerPart;
               }));
  if (stopped_ || found.size() < kKeysPerPart) {
    range_.from = range_.until;
  } else {
    range_.from = last + '\0';
  }
  return found;
}

absl::StatusOr<uint64_t> ForgetUnreadable(Db& db, Writer& writer, const StoredHead& head,
                                          const std::function<bool()>& stop) {
  const keys::InventoryKeys keys(head.number);
  UnreadableScan scan(db, keys, head.head.oldest, stop);
  uint64_t count = 0;
  while (true) {
    ONWARD_ASSIGN_OR_RETURN(std::vector<std::string> part, scan.Next());
    if (part.empty()) {
      break;
    }
    count += part.size();
    ONWARD_RETURN_IF_ERROR(WriteForgotten(writer, head, std::move(part), 0));
  }
  if (!scan.stopped()) {
    ONWARD_RETURN_IF_ERROR(db.Rewrite(Family::kHistory, keys.All()));
    ONWARD_RETURN_IF_ERROR(WriteForgotten(writer, head, {}, head.head.oldest));
  }
  return count;
}

}  // namespace onward::storage
