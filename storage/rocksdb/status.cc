#include "storage/rocksdb/status.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "storage/errors.h"

namespace onward::storage {
namespace {

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

bool IsFileName(std::string_view word) {
  static constexpr std::array<std::string_view, 4> kNames = {"CURRENT", "IDENTITY", "LOCK",
                                                             "ONWARD-HEAD"};
  static constexpr std::array<std::string_view, 2> kPrefixes = {"MANIFEST-", "OPTIONS-"};
  static constexpr std::array<std::string_view, 3> kSuffixes = {".sst", ".ldb", ".log"};
  if (std::find(kNames.begin(), kNames.end(), word) != kNames.end()) {
    return true;
  }
  for (const std::string_view prefix : kPrefixes) {
    if (word.starts_with(prefix) && IsDigits(word.substr(prefix.size()))) {
      return true;
    }
  }
  for (const std::string_view suffix : kSuffixes) {
    if (word.ends_with(suffix) && IsDigits(word.substr(0, word.size() - suffix.size()))) {
      return true;
    }
  }
  return false;
}

bool IsLock(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return text.find("lock hold by current process") != std::string::npos ||
         text.find("While lock file") != std::string::npos;
}

}  // namespace

std::string FileNamedIn(std::string_view text) {
  constexpr std::string_view kBreaks = " \t\n:;,'\"()[]/=";
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(kBreaks), text.size());
    std::string_view word = text.substr(0, end);
    if (word.ends_with('.')) {
      word.remove_suffix(1);
    }
    if (IsFileName(word)) {
      return word.ends_with(".ldb") ? std::string(word.substr(0, word.size() - 4)) + ".sst"
                                    : std::string(word);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view folder,
                         std::string_view fallback) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const std::string text = status.ToString();
  if (status.IsNoSpace()) {
    return DiskFull(text);
  }
  if (status.IsIOError() && IsLock(status)) {
    return FolderInUse(folder);
  }
  if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound() ||
      status.IsInvalidArgument() || status.IsNotSupported()) {
    const std::string file = FileNamedIn(text);
    return Corrupted(file.empty() ? fallback : std::string_view(file), text);
  }
  return IoFailed(text);
}

}  // namespace onward::storage
