#include "storage/audit/checkpoint.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "graph/base/status_macros.h"
#include "storage/digest.h"

namespace onward::audit {
namespace {

constexpr absl::string_view kTime = "time ";
constexpr absl::string_view kChain = "chain ";
constexpr absl::string_view kTimeFormat = "%Y-%m-%dT%H:%M:%SZ";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status NotACheckpoint(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a checkpoint: ", why));
}

bool ParseHash(absl::string_view text, std::string& hash) {
  return absl::Base64Unescape(text, &hash) && absl::Base64Escape(hash) == text &&
         hash.size() == storage::kDigestBytes;
}

// Decimal without leading zeros.
bool ParseSize(absl::string_view text, uint64_t& size) {
  return absl::SimpleAtoi(text, &size) && absl::StrCat(size) == text;
}

bool ParseTime(absl::string_view text, std::chrono::sys_seconds& time) {
  absl::Time parsed;
  if (!absl::ParseTime(kTimeFormat, text, &parsed, nullptr) ||
      absl::FormatTime(kTimeFormat, parsed, absl::UTCTimeZone()) != text) {
    return false;
  }
  time = std::chrono::sys_seconds(std::chrono::seconds(absl::ToUnixSeconds(parsed)));
  return true;
}

absl::Status ParseExtension(absl::string_view line, Checkpoint& checkpoint) {
  if (line.empty()) {
    return NotACheckpoint("an empty line");
  }
  if (absl::ConsumePrefix(&line, kTime) && !ParseTime(line, checkpoint.time)) {
    return NotACheckpoint("its time is not YYYY-MM-DDTHH:MM:SSZ");
  }
  if (absl::ConsumePrefix(&line, kChain) && !ParseHash(line, checkpoint.chain_hash)) {
    return NotACheckpoint("the hash of its chain is not base64 of 32 bytes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> OriginOf(std::string_view name, std::string_view inventory) {
  const std::string origin = absl::StrCat(View(name), "/", View(inventory));
  if (name.empty() || !IsKeyName(origin)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", View(name), "\" cannot name a key: no white space, no plus sign"));
  }
  return origin;
}

std::string InventoryOf(const Checkpoint& checkpoint) {
  return checkpoint.origin.substr(checkpoint.origin.rfind('/') + 1);
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  std::string text = absl::StrCat(checkpoint.origin, "\n", checkpoint.tree_size, "\n",
                                  absl::Base64Escape(checkpoint.root), "\n");
  const absl::Time time = absl::FromUnixSeconds(checkpoint.time.time_since_epoch().count());
  absl::StrAppend(&text, kTime, absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone()), "\n");
  if (!checkpoint.chain_hash.empty()) {
    absl::StrAppend(&text, kChain, absl::Base64Escape(checkpoint.chain_hash), "\n");
  }
  return SignNote(text, checkpoint.origin, key);
}

absl::StatusOr<Checkpoint> ParseCheckpoint(const Note& note) {
  std::vector<std::string> lines = absl::StrSplit(note.text, '\n');
  // After the last line's end.
  lines.pop_back();
  if (lines.size() < 3) {
    return NotACheckpoint("it needs an origin, a size and a root");
  }
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  if (checkpoint.origin.empty()) {
    return NotACheckpoint("its origin is empty");
  }
  if (!ParseSize(lines[1], checkpoint.tree_size)) {
    return NotACheckpoint("its size is not a decimal number");
  }
  if (!ParseHash(lines[2], checkpoint.root)) {
    return NotACheckpoint("its root is not base64 of 32 bytes");
  }
  for (size_t i = 3; i < lines.size(); ++i) {
    ONWARD_RETURN_IF_ERROR(ParseExtension(lines[i], checkpoint));
  }
  return checkpoint;
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view bytes, std::string_view public_key) {
  ONWARD_ASSIGN_OR_RETURN(const Note note, ParseNote(bytes));
  ONWARD_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpoint(note));
  ONWARD_RETURN_IF_ERROR(VerifyNote(note, {{checkpoint.origin, std::string(public_key)}}));
  return checkpoint;
}

}  // namespace onward::audit
