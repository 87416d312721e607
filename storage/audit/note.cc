#include "storage/audit/note.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/digest.h"

namespace onward::audit {
namespace {

constexpr std::string_view kSignatureStart = "\xE2\x80\x94 ";
constexpr size_t kKeyIdBytes = 4;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status NotANote(std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a signed note: ", View(why)));
}

// Length of the UTF-8 sequence at the front; 0: none.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead < 0x80                    ? 1
                        : lead >= 0xC2 && lead <= 0xDF ? 2
                        : lead >= 0xE0 && lead <= 0xEF ? 3
                        : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                       : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return 0;
    }
  }
  // Longer than needed, halves of UTF-16 pairs, beyond the last code point.
  const bool bad =
      length > 2 && ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                     (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F));
  return bad ? 0 : length;
}

// UTF-8 without control characters, but for the ends of lines.
bool IsPlainText(std::string_view text) {
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    if (length == 0 || (lead < 0x20 && lead != '\n') || lead == 0x7F) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

bool IsNoteText(std::string_view text) {
  return IsPlainText(text) && text.ends_with('\n') && text.size() <= kNoteBytesMax;
}

// Without the line's end.
absl::StatusOr<NoteSignature> ParseSignature(std::string_view line) {
  if (!line.starts_with(kSignatureStart)) {
    return NotANote("a signature line does not begin with an em dash and a space");
  }
  line.remove_prefix(kSignatureStart.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsKeyName(line.substr(0, space))) {
    return NotANote("a signature line has no key name");
  }
  const std::string_view encoded = line.substr(space + 1);
  std::string bytes;
  // Decoding takes white space and missing padding; only what encoding gives is right.
  if (!absl::Base64Unescape(View(encoded), &bytes) || absl::Base64Escape(bytes) != encoded ||
      bytes.size() <= kKeyIdBytes) {
    return NotANote("a signature is not base64 of a key id and a signature");
  }
  return NoteSignature{std::string(line.substr(0, space)), bytes.substr(0, kKeyIdBytes),
                       bytes.substr(kKeyIdBytes)};
}

}  // namespace

bool IsKeyName(std::string_view name) {
  return !name.empty() && IsPlainText(name) && name.find_first_of(" +\n") == std::string_view::npos;
}

std::string KeyId(const NoteKey& key) {
  return storage::Sha256(key.name + "\n\x01" + key.public_key).substr(0, kKeyIdBytes);
}

absl::StatusOr<std::string> SignNote(std::string_view text, std::string_view name,
                                     const SigningKey& key) {
  if (!IsNoteText(text) || !IsKeyName(name)) {
    return NotANote("text or key name cannot be one");
  }
  ONWARD_ASSIGN_OR_RETURN(const std::string signature, key.Sign(text));
  const std::string key_id = KeyId({std::string(name), key.public_key()});
  return absl::StrCat(View(text), "\n", View(kSignatureStart), View(name), " ",
                      absl::Base64Escape(key_id + signature), "\n");
}

absl::StatusOr<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) {
    return NotANote("it is larger than 64 KiB");
  }
  const size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos || !bytes.ends_with('\n') || !IsPlainText(bytes)) {
    return NotANote("it is not text with an empty line before its signatures");
  }
  Note note{std::string(bytes.substr(0, split + 1)), {}};
  for (std::string_view rest = bytes.substr(split + 2); !rest.empty();) {
    const size_t end = rest.find('\n');
    ONWARD_ASSIGN_OR_RETURN(NoteSignature signature, ParseSignature(rest.substr(0, end)));
    note.signatures.push_back(std::move(signature));
    rest.remove_prefix(end + 1);
    if (note.signatures.size() > kNoteSignaturesMax) {
      return NotANote("it has more than 64 signatures");
    }
  }
  return note.signatures.empty() ? absl::StatusOr<Note>(NotANote("it has no signature")) : note;
}

absl::Status VerifyNote(const Note& note, const std::vector<NoteKey>& keys) {
  bool known = false;
  for (const NoteSignature& signature : note.signatures) {
    for (const NoteKey& key : keys) {
      if (key.name != signature.name || KeyId(key) != signature.key_id) {
        continue;
      }
      if (!VerifySignature(key.public_key, note.text, signature.signature)) {
        return absl::PermissionDeniedError(
            absl::StrCat("the signature of ", signature.name, " does not fit the text"));
      }
      known = true;
    }
  }
  return known ? absl::OkStatus()
               : absl::PermissionDeniedError("no signature is by the key that is known");
}

}  // namespace onward::audit
