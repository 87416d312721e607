#include "storage/errors.h"

#include "absl/strings/str_cat.h"
#include "graph/base/error_detail.h"

namespace onward::storage {
namespace {

absl::string_view V(std::string_view text) { return {text.data(), text.size()}; }
std::string S(uint64_t number) { return std::to_string(number); }

}  // namespace

absl::Status InventoryNotFound(std::string_view inventory) {
  return WithDetail(absl::NotFoundError(absl::StrCat("there is no inventory ", V(inventory))),
                    {"INVENTORY_NOT_FOUND", {{"inventory", std::string(inventory)}}});
}

absl::Status InventoryExists(std::string_view inventory) {
  return WithDetail(
      absl::AlreadyExistsError(absl::StrCat("inventory ", V(inventory), " exists already")),
      {"INVENTORY_EXISTS", {{"inventory", std::string(inventory)}}});
}

absl::Status HeadMoved(std::string_view inventory, uint64_t expected, uint64_t actual) {
  return WithDetail(absl::FailedPreconditionError(
                        absl::StrCat("inventory ", V(inventory), " is at revision ", actual,
                                     ", not ", expected, " as expected: read again, then repeat")),
                    {"HEAD_MOVED", {{"expected", S(expected)}, {"actual", S(actual)}}});
}

absl::Status RevisionInFuture(std::string_view inventory, uint64_t revision, uint64_t head) {
  return WithDetail(
      absl::OutOfRangeError(absl::StrCat("inventory ", V(inventory), " has no revision ", revision,
                                         " yet: its head is ", head)),
      {"REVISION_IN_FUTURE", {{"revision", S(revision)}, {"head", S(head)}}});
}

absl::Status RevisionCompacted(std::string_view inventory, uint64_t revision, uint64_t oldest) {
  return WithDetail(
      absl::OutOfRangeError(absl::StrCat("revision ", revision, " of inventory ", V(inventory),
                                         " was compacted: the oldest kept is ", oldest)),
      {"REVISION_COMPACTED", {{"revision", S(revision)}, {"oldest", S(oldest)}}});
}

absl::Status RequestIdReused(std::string_view request_id, uint64_t revision) {
  return WithDetail(
      absl::AlreadyExistsError(
          absl::StrCat("request_id ", V(request_id), " was used for revision ", revision)),
      {"REQUEST_ID_REUSED", {{"request_id", std::string(request_id)}, {"revision", S(revision)}}});
}

absl::Status RegisterVersionExists(std::string_view version) {
  return WithDetail(absl::AlreadyExistsError(
                        absl::StrCat("law register ", V(version),
                                     " was put before with other contents; a "
                                     "version names one register for ever: give this one another")),
                    {"REGISTER_VERSION_EXISTS", {{"version", std::string(version)}}});
}

absl::Status RegisterVersionNotFound(std::string_view version) {
  return WithDetail(
      absl::NotFoundError(absl::StrCat("there is no law register of version ", V(version))),
      {"REGISTER_VERSION_NOT_FOUND", {{"version", std::string(version)}}});
}

absl::Status InvalidWrite(std::string_view what) {
  return WithDetail(absl::InvalidArgumentError(absl::StrCat("cannot be stored: ", V(what))),
                    {"INVALID_REQUEST", {}});
}

absl::Status Corrupted(std::string_view file, std::string_view what) {
  return WithDetail(
      absl::DataLossError(absl::StrCat("the store is damaged: ", V(file), ": ", V(what))),
      {"STORE_CORRUPTED", {{"file", std::string(file)}}});
}

absl::Status Sealed(std::string_view cause) {
  return WithDetail(absl::UnavailableError(absl::StrCat(
                        "writes are sealed after a storage error, reads go on; cause: ", V(cause))),
                    {"STORE_SEALED", {{"cause", std::string(cause)}}});
}

absl::Status NoBackupFolder() {
  return WithDetail(absl::FailedPreconditionError(
                        "this server has no folder for backups: start it with --backup-dir DIR"),
                    {"NO_BACKUP_FOLDER", {}});
}

absl::Status BackupDamaged(std::string_view file, std::string_view what) {
  return WithDetail(absl::DataLossError(absl::StrCat("damaged: ", V(file), ": ", V(what))),
                    {"BACKUP_DAMAGED", {{"file", std::string(file)}}});
}

absl::Status NotAnExport() {
  return WithDetail(
      absl::InvalidArgumentError("this is no exported inventory: it begins otherwise"),
      {"INVALID_REQUEST", {}});
}

absl::Status ExportTooNew(uint32_t found, uint32_t supported) {
  return WithDetail(absl::FailedPreconditionError(
                        absl::StrCat("the exported file has format ", found,
                                     ", written by a newer release; this one reads up to format ",
                                     supported, "; nothing was changed")),
                    {"EXPORT_TOO_NEW", {{"found", S(found)}, {"supported", S(supported)}}});
}

absl::Status ImportUnderWay() {
  return WithDetail(
      absl::FailedPreconditionError(
          "another import is under way; this server takes one at a time: repeat it later"),
      {"IMPORT_UNDER_WAY", {}});
}

absl::Status BackupNotFound(std::string_view folder, uint64_t number) {
  return WithDetail(
      absl::NotFoundError(number == 0
                              ? absl::StrCat("there is no backup in ", V(folder))
                              : absl::StrCat("there is no backup ", number, " in ", V(folder))),
      {"BACKUP_NOT_FOUND", {{"number", S(number)}}});
}

absl::Status StoreFull(uint64_t free, uint64_t min) {
  return WithDetail(absl::ResourceExhaustedError(
                        absl::StrCat("the store's volume is nearly full: ", free,
                                     " bytes are free, writes wait for ", min, "; reads go on")),
                    {"STORE_FULL", {{"free", S(free)}, {"min", S(min)}}});
}

absl::Status FolderInUse(std::string_view folder) {
  return absl::FailedPreconditionError(
      absl::StrCat("folder ", V(folder), " is in use by another process"));
}

absl::Status NotAStore(std::string_view folder) {
  return absl::FailedPreconditionError(absl::StrCat(
      "folder ", V(folder), " is not empty and holds no store: give an empty or a new folder"));
}

absl::Status NotEmpty(std::string_view folder) {
  return absl::FailedPreconditionError(
      absl::StrCat("folder ", V(folder), " is not empty: give an empty or a new one"));
}

absl::Status FormatTooNew(std::string_view folder, uint32_t found, uint32_t supported) {
  return absl::FailedPreconditionError(
      absl::StrCat("store folder ", V(folder), " has format ", found,
                   ", written by a newer release; this one reads up to format ", supported,
                   "; nothing was changed"));
}

absl::Status DiskFull(std::string_view what) {
  return absl::ResourceExhaustedError(absl::StrCat("no space left on the disk: ", V(what)));
}

absl::Status IoFailed(std::string_view what) {
  return absl::UnavailableError(absl::StrCat("storage error: ", V(what)));
}

}  // namespace onward::storage
