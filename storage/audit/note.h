// Signed notes (C2SP signed-note): a text, and under it signatures by name and key. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/audit/ed25519.h"

namespace onward::audit {

inline constexpr size_t kNoteBytesMax = 65'536;
inline constexpr size_t kNoteSignaturesMax = 64;

// One signature line.
struct NoteSignature {
  std::string name;
  // 4 bytes that tell keys of one name apart.
  std::string key_id;
  // What follows the key id; 64 bytes where the key is an Ed25519 one.
  std::string signature;
};

struct Note {
  // Whole lines, the last line's end included.
  std::string text;
  std::vector<NoteSignature> signatures;
};

// A key that is known, under the name that it signs with.
struct NoteKey {
  std::string name;
  std::string public_key;
};

// Whether a key can be called that: at least one character, no white space, no plus sign, UTF-8.
bool IsKeyName(std::string_view name);
// First 4 bytes of SHA-256(name, 0x0A, 0x01, public key).
std::string KeyId(const NoteKey& key);

// The text with one signature. INVALID_ARGUMENT for a text that is no note's, or a name that is none.
absl::StatusOr<std::string> SignNote(std::string_view text, std::string_view name,
                                     const SigningKey& key);
// INVALID_ARGUMENT for anything that is not exactly a note: more than 64 KiB, other text than UTF-8, control
// characters, an ill-formed signature line, more than 64 of them.
absl::StatusOr<Note> ParseNote(std::string_view bytes);
// OK where at least one signature is by a key that is known, and every one that is fits. Others are not
// looked at. PERMISSION_DENIED says what is wrong.
absl::Status VerifyNote(const Note& note, const std::vector<NoteKey>& keys);

}  // namespace onward::audit
