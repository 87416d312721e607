// What the audit chain holds of the personal data of contacts: commitments, which can stay when the data goes.
//
//   commitment of a contact  HMAC-SHA-256(its salt, values), values being "onward.contact.1", name, email,
//                            phone and address in the encoding of storage/digest.h
//   digest of a record       SHA-256 of its bytes, each contact that has a salt or a commitment reduced to its
//                            role and its commitment
//
// So a record has the same digest before and after its contacts are erased, and nothing in the chain tells
// what they were once values and salt are gone. Records without such contacts, as formats up to 3 wrote them,
// have the digest of their bytes. Never change either: they are on disk. Pure functions, but for NewSalt.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/record.h"

namespace onward::storage {

inline constexpr size_t kSaltBytes = 16;

// Random. UNAVAILABLE where the system has no randomness.
absl::StatusOr<std::string> NewSalt();

// 32 bytes.
std::string CommitmentOf(const model::Contact& contact, std::string_view salt);

// Gives each contact that has values and no salt a new one.
absl::Status AddSalts(model::Record& record);

// The record with the commitments of its contacts in place of values and salts, as far as they have one.
model::Record WithCommitments(model::Record record);

// What the entry that writes a record says of it: 32 bytes. `bytes` are those of EncodeRecord, of a record
// of that kind; of any others no entry has the digest.
std::string RecordDigest(model::RecordKind kind, std::string_view bytes);

// A contact that is there without its values, and the revision that it says erased it.
struct ErasedMark {
  std::string commitment;
  uint64_t erased_at = 0;
};
std::vector<ErasedMark> ErasedIn(model::RecordKind kind, std::string_view bytes);

}  // namespace onward::storage
