// Parties and places. Meaning of each field: proto/onward/v1/party.proto.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/model/common.h"

namespace onward::model {

struct OtherName {
  std::string name;
  std::string language;
  friend bool operator==(const OtherName&, const OtherName&) = default;
};

struct Identifier {
  std::string scheme;
  std::string value;
  friend auto operator<=>(const Identifier&,
                          const Identifier&) = default;  // NOLINT(modernize-use-nullptr)
};

struct Certification {
  std::string scheme;
  std::vector<CertificationCoverage> coverage;
  std::string listed_under;
  Interval interval;
  friend bool operator==(const Certification&, const Certification&) = default;
};

struct Contact {
  ContactRole role = ContactRole::kUnspecified;
  std::string name;
  std::string email;
  std::string phone;
  std::string address;
  // What stands for an erased one, and the revision that erased it; 0: not erased.
  std::string commitment{};
  uint64_t erased_at = 0;
  // Of the commitment that the audit chain holds (storage/commitment.h); says nothing about the contact.
  std::string salt{};

  bool HasValues() const {
    return !name.empty() || !email.empty() || !phone.empty() || !address.empty();
  }
  friend bool operator==(const Contact& a, const Contact& b) {
    return a.role == b.role && a.name == b.name && a.email == b.email && a.phone == b.phone &&
           a.address == b.address && a.commitment == b.commitment && a.erased_at == b.erased_at;
  }
};

struct Party {
  std::string id;
  std::string display_name;
  std::string legal_name;
  std::vector<OtherName> other_names;
  std::vector<Identifier> identifiers;
  PartyType party_type = PartyType::kUnspecified;
  // Register code; empty: not recorded.
  std::string establishment;
  std::string branch_of;
  std::vector<Interval> gdpr_subject;
  std::string group_parent;
  std::vector<Certification> certifications;
  std::vector<Statement> statements;
  std::vector<Contact> contacts;
  ChainDisclosure chain_disclosure = ChainDisclosure::kUnspecified;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const Party&, const Party&) = default;
};

struct Location {
  std::string id;
  std::string country;
  std::string subdivision;
  std::string name;
  std::string operator_party;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const Location&, const Location&) = default;
};

}  // namespace onward::model
