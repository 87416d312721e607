#include "storage/rocksdb/backup_manifest.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/keys.h"

namespace onward::storage {
namespace {

constexpr size_t kHexDigestChars = 2 * kDigestBytes;
constexpr size_t kFileNameMax = 255;
constexpr std::string_view kFirstLine = "onward-backup 1\n";
constexpr std::string_view kLastKey = "sha256 ";

absl::string_view A(std::string_view text) { return {text.data(), text.size()}; }

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(A(bytes)); }

bool IsHex(std::string_view text, size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool IsFileName(std::string_view name) {
  return !name.empty() && name.size() <= kFileNameMax && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' ||
                  c == '_';
         });
}

// The word up to the next space; what follows stays in `text`.
std::string_view TakeWord(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool TakeNumber(std::string_view& text, uint64_t& number) {
  return absl::SimpleAtoi(A(TakeWord(text)), &number);
}

bool Unescape(std::string_view text, std::string& out) {
  std::string error;
  return absl::CUnescape(A(text), &out, &error);
}

bool TakeFile(std::string_view text, BackupManifest& manifest) {
  BackupFile file;
  file.digest = std::string(TakeWord(text));
  if (!TakeNumber(text, file.bytes)) {
    return false;
  }
  file.name = std::string(text);
  manifest.info.bytes += file.bytes;
  const bool good = IsHex(file.digest, kHexDigestChars) && IsFileName(file.name) &&
                    (manifest.files.empty() || manifest.files.back().name < file.name);
  manifest.files.push_back(std::move(file));
  return good;
}

bool TakeHead(std::string_view text, BackupManifest& manifest) {
  uint64_t revision = 0;
  std::string id;
  return TakeNumber(text, revision) && Unescape(text, id) && keys::IsStorableId(id) &&
         manifest.info.heads.emplace(id, revision).second;
}

bool TakeFormat(std::string_view text, BackupManifest& manifest) {
  return absl::SimpleAtoi(A(text), &manifest.info.format);
}

bool TakeTime(std::string_view text, BackupManifest& manifest) {
  int64_t micros = 0;
  if (!absl::SimpleAtoi(A(text), &micros)) {
    return false;
  }
  manifest.info.created_at = Time(std::chrono::microseconds(micros));
  return true;
}

bool TakeRoot(std::string_view text, BackupManifest& manifest) {
  if (!IsHex(text, kHexDigestChars)) {
    return false;
  }
  manifest.root = absl::HexStringToBytes(A(text));
  return true;
}

// One line; what is missing, double or out of place shows when the manifest is written again.
bool TakeLine(std::string_view line, BackupManifest& manifest) {
  BackupInfo& info = manifest.info;
  const std::string_view key = TakeWord(line);
  if (key == "file") {
    return TakeFile(line, manifest);
  }
  if (key == "head") {
    return TakeHead(line, manifest);
  }
  if (key == "number") {
    return TakeNumber(line, info.number);
  }
  if (key == "created-at-us") {
    return TakeTime(line, manifest);
  }
  if (key == "release") {
    return Unescape(line, info.release);
  }
  if (key == "comment") {
    return Unescape(line, info.comment);
  }
  if (key == "format") {
    return TakeFormat(line, manifest);
  }
  if (key == "incarnation") {
    return Unescape(line, info.incarnation);
  }
  if (key == "sequence") {
    return TakeNumber(line, manifest.sequence);
  }
  if (key == "root") {
    return TakeRoot(line, manifest);
  }
  return key == "new-bytes" && TakeNumber(line, info.new_bytes);
}

// The part before the last line, where that holds its digest.
std::optional<std::string_view> BodyOf(std::string_view bytes) {
  const size_t last_line = kLastKey.size() + kHexDigestChars + 1;
  if (bytes.size() < last_line || bytes.size() > kManifestBytesMax) {
    return std::nullopt;
  }
  const std::string_view body = bytes.substr(0, bytes.size() - last_line);
  const std::string end = absl::StrCat(A(kLastKey), Hex(Sha256(body)), "\n");
  return bytes.ends_with(end) && body.starts_with(kFirstLine) ? std::make_optional(body)
                                                              : std::nullopt;
}

}  // namespace

std::string EncodeManifest(const BackupManifest& manifest) {
  const BackupInfo& info = manifest.info;
  const auto text = [](const std::string& raw) { return absl::CEscape(raw); };
  std::string out(kFirstLine);
  absl::StrAppend(&out, "number ", info.number, "\n");
  absl::StrAppend(&out, "created-at-us ", info.created_at.time_since_epoch().count(), "\n");
  absl::StrAppend(&out, "release ", text(info.release), "\n");
  absl::StrAppend(&out, "comment ", text(info.comment), "\n");
  absl::StrAppend(&out, "format ", info.format, "\n");
  absl::StrAppend(&out, "incarnation ", text(info.incarnation), "\n");
  absl::StrAppend(&out, "sequence ", manifest.sequence, "\n");
  absl::StrAppend(&out, "root ", Hex(manifest.root), "\n");
  absl::StrAppend(&out, "new-bytes ", info.new_bytes, "\n");
  for (const auto& [id, revision] : info.heads) {
    absl::StrAppend(&out, "head ", revision, " ", text(id), "\n");
  }
  for (const BackupFile& file : manifest.files) {
    absl::StrAppend(&out, "file ", file.digest, " ", file.bytes, " ", file.name, "\n");
  }
  absl::StrAppend(&out, A(kLastKey), Hex(Sha256(out)), "\n");
  return out;
}

absl::StatusOr<BackupManifest> DecodeManifest(std::string_view bytes, std::string_view file) {
  const std::optional<std::string_view> body = BodyOf(bytes);
  if (!body) {
    return BackupDamaged(file, "it is cut or changed: its digest does not match");
  }
  BackupManifest manifest;
  std::string_view rest = body->substr(kFirstLine.size());
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (!TakeLine(rest.substr(0, end), manifest)) {
      return BackupDamaged(
          file, "a line cannot be read: " + std::string(rest.substr(0, std::min<size_t>(end, 80))));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (EncodeManifest(manifest) != bytes) {
    return BackupDamaged(file, "it is not as a backup is described");
  }
  return manifest;
}

}  // namespace onward::storage
