// An erasure as a message: of the bytes on disk and of the contract, whose fields have the same names (as graph/model/wire.h has it for
// records).
#pragma once

#include "storage/store.h"

namespace onward::storage {

template <class Pb>
Erasure ErasureFromWire(const Pb& message) {
  Erasure erasure;
  erasure.party = message.party();
  for (const auto& contact : message.contacts()) {
    erasure.contacts.push_back({contact.field(), contact.commitment()});
  }
  for (const auto& version : message.versions()) {
    erasure.versions.push_back({version.revision(), version.digest()});
  }
  return erasure;
}

// Into an empty message.
template <class Pb>
void ErasureToWire(const Erasure& erasure, Pb& message) {
  message.set_party(erasure.party);
  for (const Erasure::Contact& contact : erasure.contacts) {
    auto& out = *message.add_contacts();
    out.set_field(contact.field);
    out.set_commitment(contact.commitment);
  }
  for (const Erasure::Version& version : erasure.versions) {
    auto& out = *message.add_versions();
    out.set_revision(version.revision);
    out.set_digest(version.digest);
  }
}

}  // namespace onward::storage
