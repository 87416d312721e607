#include "storage/commitment.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <variant>

#include "graph/base/status_macros.h"
#include "onward/store/v1/record.pb.h"
#include "storage/digest.h"
#include "storage/proto_bytes.h"

namespace onward::storage {
namespace {

bool HasSalt(const model::Contact& contact) {
  return contact.salt.size() == kSaltBytes && contact.commitment.empty() && contact.erased_at == 0;
}

bool IsReduced(const store::v1::Contact& contact) {
  return contact.commitment().size() == kDigestBytes && contact.salt().empty() &&
         contact.name().empty() && contact.email().empty() && contact.phone().empty() &&
         contact.address().empty();
}

bool HasSalt(const store::v1::Contact& contact) {
  return contact.salt().size() == kSaltBytes && contact.commitment().empty() &&
         contact.erased_at_revision() == 0;
}

std::string CommitmentIn(const store::v1::Contact& message) {
  model::Contact contact;
  contact.name = message.name();
  contact.email = message.email();
  contact.phone = message.phone();
  contact.address = message.address();
  return CommitmentOf(contact, message.salt());
}

// What the digest is taken over, in the place of the contact. Any other form stays as it is, so that all of it
// counts.
void Reduce(store::v1::Contact& contact) {
  const bool has_salt = HasSalt(contact);
  if (!has_salt && !IsReduced(contact)) {
    return;
  }
  store::v1::Contact reduced;
  reduced.set_role(contact.role());
  reduced.set_commitment(has_salt ? CommitmentIn(contact) : contact.commitment());
  contact = std::move(reduced);
}

}  // namespace

absl::StatusOr<std::string> NewSalt() {
  std::string salt(kSaltBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), kSaltBytes) != 1) {
    return absl::UnavailableError("the system has no randomness for the salt of a contact");
  }
  return salt;
}

std::string CommitmentOf(const model::Contact& contact, std::string_view salt) {
  DigestInput values("onward.contact.1");
  values.Text(contact.name).Text(contact.email).Text(contact.phone).Text(contact.address);
  const std::string& bytes = values.bytes();
  std::string commitment(kDigestBytes, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), salt.data(), static_cast<int>(salt.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
       reinterpret_cast<unsigned char*>(commitment.data()), &size);
  return commitment;
}

absl::Status AddSalts(model::Record& record) {
  auto* const party = std::get_if<model::Party>(&record);
  if (party == nullptr) {
    return absl::OkStatus();
  }
  for (model::Contact& contact : party->contacts) {
    if (contact.HasValues() && contact.salt.empty()) {
      ONWARD_ASSIGN_OR_RETURN(contact.salt, NewSalt());
    }
  }
  return absl::OkStatus();
}

model::Record WithCommitments(model::Record record) {
  auto* const party = std::get_if<model::Party>(&record);
  if (party == nullptr) {
    return record;
  }
  for (model::Contact& contact : party->contacts) {
    if (HasSalt(contact)) {
      model::Contact reduced;
      reduced.role = contact.role;
      reduced.commitment = CommitmentOf(contact, contact.salt);
      contact = std::move(reduced);
    }
  }
  return record;
}

std::string RecordDigest(model::RecordKind kind, std::string_view bytes) {
  store::v1::Record message;
  if (kind != model::RecordKind::kParty || !Parse(bytes, message) || !message.has_party() ||
      message.party().contacts().empty()) {
    return Sha256(bytes);
  }
  for (store::v1::Contact& contact : *message.mutable_party()->mutable_contacts()) {
    Reduce(contact);
  }
  return Sha256(Serialise(message));
}

std::vector<ErasedMark> ErasedIn(model::RecordKind kind, std::string_view bytes) {
  std::vector<ErasedMark> erased;
  store::v1::Record message;
  if (kind != model::RecordKind::kParty || !Parse(bytes, message)) {
    return erased;
  }
  for (const store::v1::Contact& contact : message.party().contacts()) {
    if (!contact.commitment().empty() || contact.erased_at_revision() > 0) {
      erased.push_back({contact.commitment(), contact.erased_at_revision()});
    }
  }
  return erased;
}

}  // namespace onward::storage
