#include "storage/errors.h"

#include <gmock/gmock.h>

#include "graph/base/error_detail.h"
#include "onward/v1/error_reason.pb.h"

namespace onward::storage {
namespace {

struct Case {
  absl::Status status;
  absl::StatusCode code;
  v1::ErrorReason reason;
  std::map<std::string, std::string> metadata;
};

// Code, reason and metadata keys are those that the contract lists.
TEST(StorageErrorsTest, FollowTheContract) {
  const std::vector<Case> cases = {
      {InventoryNotFound("a"),
       absl::StatusCode::kNotFound,
       v1::ERROR_REASON_INVENTORY_NOT_FOUND,
       {{"inventory", "a"}}},
      {InventoryExists("a"),
       absl::StatusCode::kAlreadyExists,
       v1::ERROR_REASON_INVENTORY_EXISTS,
       {{"inventory", "a"}}},
      {HeadMoved("a", 1, 2),
       absl::StatusCode::kFailedPrecondition,
       v1::ERROR_REASON_HEAD_MOVED,
       {{"expected", "1"}, {"actual", "2"}}},
      {RevisionInFuture("a", 9, 2),
       absl::StatusCode::kOutOfRange,
       v1::ERROR_REASON_REVISION_IN_FUTURE,
       {{"revision", "9"}, {"head", "2"}}},
      {RevisionCompacted("a", 1, 5),
       absl::StatusCode::kOutOfRange,
       v1::ERROR_REASON_REVISION_COMPACTED,
       {{"revision", "1"}, {"oldest", "5"}}},
      {RequestIdReused("r", 4),
       absl::StatusCode::kAlreadyExists,
       v1::ERROR_REASON_REQUEST_ID_REUSED,
       {{"request_id", "r"}, {"revision", "4"}}},
      {InvalidWrite("x"), absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_INVALID_REQUEST, {}},
      {Corrupted("1.sst", "x"),
       absl::StatusCode::kDataLoss,
       v1::ERROR_REASON_STORE_CORRUPTED,
       {{"file", "1.sst"}}},
      {Sealed("disk"),
       absl::StatusCode::kUnavailable,
       v1::ERROR_REASON_STORE_SEALED,
       {{"cause", "disk"}}},
      {NoBackupFolder(),
       absl::StatusCode::kFailedPrecondition,
       v1::ERROR_REASON_NO_BACKUP_FOLDER,
       {}},
      {BackupDamaged("1.sst", "x"),
       absl::StatusCode::kDataLoss,
       v1::ERROR_REASON_BACKUP_DAMAGED,
       {{"file", "1.sst"}}},
      {ImportUnderWay(),
       absl::StatusCode::kFailedPrecondition,
       v1::ERROR_REASON_IMPORT_UNDER_WAY,
       {}},
      {ExportTooNew(3, 2),
       absl::StatusCode::kFailedPrecondition,
       v1::ERROR_REASON_EXPORT_TOO_NEW,
       {{"found", "3"}, {"supported", "2"}}},
      {BackupNotFound("backups", 3),
       absl::StatusCode::kNotFound,
       v1::ERROR_REASON_BACKUP_NOT_FOUND,
       {{"number", "3"}}}};
  for (const Case& c : cases) {
    EXPECT_EQ(c.status.code(), c.code) << c.status;
    const auto detail = DetailOf(c.status);
    ASSERT_TRUE(detail.has_value()) << c.status;
    EXPECT_EQ("ERROR_REASON_" + detail->reason, v1::ErrorReason_Name(c.reason));
    EXPECT_EQ(detail->metadata, c.metadata) << c.status;
  }
}

}  // namespace
}  // namespace onward::storage
