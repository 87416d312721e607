#include "storage/rocksdb/backup_folder.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/rocksdb/folder.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;

constexpr char kMarker[] = "ONWARD-BACKUPS";
constexpr std::string_view kMarkerLine = "onward-backups 1 next ";
constexpr size_t kMarkerBytesMax = 1024;
constexpr std::string_view kManifestEnding = ".backup";
constexpr std::string_view kDraftEnding = ".new";
constexpr char kFiles[] = "/files";

absl::Status Failed(const std::string& path, const char* what, const std::error_code& error) {
  return IoFailed(absl::StrCat(path, ": ", what, ": ", error.message()));
}

absl::Status Remove(const std::string& path) {
  std::error_code error;
  fs::remove(path, error);
  return error ? Failed(path, "remove", error) : absl::OkStatus();
}

std::string MarkerOf(uint64_t next) {
  return absl::StrCat(absl::string_view(kMarkerLine.data(), kMarkerLine.size()), next, "\n");
}

}  // namespace

absl::StatusOr<BackupFolder> BackupFolder::Make(const std::string& path) {
  std::error_code error;
  if (fs::exists(path + "/" + kMarker, error)) {
    return BackupFolder(path);
  }
  fs::create_directories(path + kFiles, error);
  if (error) {
    return Failed(path, "create", error);
  }
  fs::permissions(path, fs::perms::owner_all, error);
  ONWARD_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path));
  const bool ours = std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "files" || name == "lost+found" || name.ends_with(kDraftEnding);
  });
  if (!ours) {
    return NotAStore(path);
  }
  ONWARD_RETURN_IF_ERROR(ReplaceFile(path, kMarker, MarkerOf(1)));
  return BackupFolder(path);
}

absl::StatusOr<BackupFolder> BackupFolder::Open(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path + "/" + kMarker, error)) {
    return BackupNotFound(path, 0);
  }
  return BackupFolder(path);
}

std::string BackupFolder::ManifestName(uint64_t number) {
  return absl::StrFormat("%06d%s", number,
                         absl::string_view(kManifestEnding.data(), kManifestEnding.size()));
}

std::string BackupFolder::PathOf(const std::string& digest) const {
  return path_ + kFiles + "/" + digest;
}

absl::StatusOr<std::vector<uint64_t>> BackupFolder::Numbers() const {
  ONWARD_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path_));
  std::vector<uint64_t> numbers;
  for (const std::string& name : names) {
    uint64_t number = 0;
    const std::string digits = name.substr(0, name.find('.'));
    if (name.ends_with(kManifestEnding) && absl::SimpleAtoi(digits, &number) && number > 0 &&
        name == ManifestName(number)) {
      numbers.push_back(number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

absl::StatusOr<BackupManifest> BackupFolder::Read(uint64_t number) const {
  uint64_t wanted = number;
  if (number == 0) {
    ONWARD_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, Numbers());
    if (numbers.empty()) {
      return BackupNotFound(path_, 0);
    }
    wanted = numbers.back();
  }
  const std::string name = ManifestName(wanted);
  const auto bytes = ReadWholeFile(path_ + "/" + name, kManifestBytesMax);
  if (absl::IsNotFound(bytes.status())) {
    return BackupNotFound(path_, wanted);
  }
  ONWARD_RETURN_IF_ERROR(bytes.status());
  ONWARD_ASSIGN_OR_RETURN(BackupManifest manifest, DecodeManifest(*bytes, name));
  if (manifest.info.number != wanted) {
    return BackupDamaged(name, absl::StrCat("it is that of backup ", manifest.info.number));
  }
  return manifest;
}

absl::StatusOr<std::vector<BackupManifest>> BackupFolder::ReadAll() const {
  ONWARD_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, Numbers());
  std::vector<BackupManifest> whole;
  std::vector<uint64_t> whole_numbers;
  absl::Status damage;
  for (const uint64_t number : numbers) {
    auto manifest = Read(number);
    if (manifest.ok()) {
      whole_numbers.push_back(number);
      whole.push_back(*std::move(manifest));
    } else if (absl::IsDataLoss(manifest.status())) {
      damage.Update(manifest.status());
    } else if (!absl::IsNotFound(manifest.status())) {
      return manifest.status();
    }
  }
  if (!damage.ok()) {
    return BackupDamaged(path_, absl::StrCat(damage.message(), "; backups that can be read: ",
                                             absl::StrJoin(whole_numbers, ", "),
                                             "; move that file away to go on without it"));
  }
  return whole;
}

absl::Status BackupFolder::CheckFile(const BackupFile& file, const OnBytes& on_bytes) const {
  const std::string path = PathOf(file.digest);
  std::error_code error;
  if (!fs::exists(path, error)) {
    return BackupDamaged(path, absl::StrCat("it is missing; it holds ", file.name));
  }
  ONWARD_ASSIGN_OR_RETURN(const FileDigest found, DigestOfFile(path, on_bytes));
  if (found.digest != file.digest || found.bytes != file.bytes) {
    return BackupDamaged(
        path, absl::StrCat("its bytes are not those that were copied; it holds ", file.name));
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> BackupFolder::NextNumber() const {
  ONWARD_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadWholeFile(path_ + "/" + kMarker, kMarkerBytesMax));
  uint64_t next = 0;
  const std::string_view text(bytes);
  if (!text.starts_with(kMarkerLine) ||
      !absl::SimpleAtoi(bytes.substr(kMarkerLine.size()), &next)) {
    return BackupDamaged(kMarker, "it does not name the next backup");
  }
  ONWARD_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, Numbers());
  return std::max(next, numbers.empty() ? 1 : numbers.back() + 1);
}

absl::StatusOr<uint64_t> BackupFolder::TakeNumber() {
  ONWARD_ASSIGN_OR_RETURN(const uint64_t next, NextNumber());
  ONWARD_RETURN_IF_ERROR(ReplaceFile(path_, kMarker, MarkerOf(next + 1)));
  return next;
}

absl::StatusOr<BackupFile> BackupFolder::Keep(const std::string& path, const std::string& name,
                                              const OnBytes& on_bytes, uint64_t& added) {
  ONWARD_ASSIGN_OR_RETURN(const FileDigest source, DigestOfFile(path, on_bytes));
  BackupFile file{name, source.bytes, source.digest};
  const absl::Status there = CheckFile(file, [](uint64_t) { return absl::OkStatus(); });
  if (there.ok()) {
    return file;
  }
  if (!absl::IsDataLoss(there)) {
    return there;
  }
  const std::string kept = PathOf(file.digest);
  const std::string draft =
      absl::StrCat(kept, absl::string_view(kDraftEnding.data(), kDraftEnding.size()));
  ONWARD_RETURN_IF_ERROR(CopyFile(path, draft, on_bytes).status());
  std::error_code error;
  fs::rename(draft, kept, error);
  if (error) {
    return Failed(kept, "rename", error);
  }
  added += file.bytes;
  ONWARD_RETURN_IF_ERROR(CheckFile(file, on_bytes));
  return file;
}

absl::Status BackupFolder::Add(const BackupManifest& manifest) {
  ONWARD_RETURN_IF_ERROR(SyncFolder(path_ + kFiles));
  return ReplaceFile(path_, ManifestName(manifest.info.number), EncodeManifest(manifest));
}

absl::Status BackupFolder::Prune(uint64_t keep) {
  absl::StatusOr<std::vector<BackupManifest>> all = ReadAll();
  if (absl::IsDataLoss(all.status())) {
    return absl::OkStatus();
  }
  ONWARD_RETURN_IF_ERROR(all.status());
  if (keep > 0 && all->size() > keep) {
    const auto first_kept = all->end() - static_cast<std::ptrdiff_t>(keep);
    for (auto it = all->begin(); it != first_kept; ++it) {
      ONWARD_RETURN_IF_ERROR(Remove(path_ + "/" + ManifestName(it->info.number)));
    }
    all->erase(all->begin(), first_kept);
    // A manifest that comes back after a power cut must find its files.
    ONWARD_RETURN_IF_ERROR(SyncFolder(path_));
  }
  return RemoveUnused(*all);
}

absl::Status BackupFolder::RemoveUnused(const std::vector<BackupManifest>& kept) const {
  std::set<std::string> used;
  for (const BackupManifest& manifest : kept) {
    for (const BackupFile& file : manifest.files) {
      used.insert(file.digest);
    }
  }
  ONWARD_ASSIGN_OR_RETURN(const std::vector<std::string> files, NamesIn(path_ + kFiles));
  for (const std::string& name : files) {
    if (used.count(name) == 0) {
      ONWARD_RETURN_IF_ERROR(Remove(PathOf(name)));
    }
  }
  ONWARD_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path_));
  for (const std::string& name : names) {
    if (name.ends_with(kDraftEnding)) {
      ONWARD_RETURN_IF_ERROR(Remove(path_ + "/" + name));
    }
  }
  return absl::OkStatus();
}

}  // namespace onward::storage
