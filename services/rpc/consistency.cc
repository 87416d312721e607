#include "services/rpc/consistency.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::rpc {
namespace {

constexpr size_t kTokenBytesMax = 2'048;
// First byte of every token: raised when the layout changes. Its last bytes seal the others.
constexpr char kVersion = 2;
constexpr char kUnsealedVersion = 1;
constexpr size_t kMacBytes = commands::TokenKey::kMacBytes;
constexpr char kRevisionKind = 'r';
constexpr char kPageKind = 'q';
constexpr char kWatchKind = 'w';

class Writer {
 public:
  Writer(char kind, const commands::InventoryIdentity& inventory)
      : bytes_({kVersion, kind}), key_(inventory.token_key) {
    Text(inventory.id).Text(inventory.incarnation);
  }

  Writer& Number(uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<char>((number >> shift) & 0xFFU));
    }
    return *this;
  }
  Writer& Text(const std::string& text) {
    Number(text.size());
    bytes_ += text;
    return *this;
  }
  std::string Encoded() const {
    const std::string mac = key_ == nullptr ? std::string(kMacBytes, '\0') : key_->Mac(bytes_);
    return absl::WebSafeBase64Escape(bytes_ + mac);
  }

 private:
  std::string bytes_;
  const commands::TokenKeyPtr& key_;
};

// Reads what Writer wrote; Ok() tells at the end whether all of it was there, and nothing more. Who wrote it is not known before
// IsSealedBy.
class Reader {
 public:
  Reader(const std::string& token, char kind) {
    // Encoding again refuses spellings that the decoder is lenient about.
    ok_ = token.size() <= kTokenBytesMax && absl::WebSafeBase64Unescape(token, &bytes_) &&
          absl::WebSafeBase64Escape(bytes_) == token && bytes_.size() >= 2;
    unsealed_ = ok_ && bytes_[0] == kUnsealedVersion;
    ok_ = ok_ && bytes_[0] == kVersion && bytes_[1] == kind && bytes_.size() >= 2 + kMacBytes;
    at_ = 2;
    if (ok_) {
      mac_ = bytes_.substr(bytes_.size() - kMacBytes);
      bytes_.resize(bytes_.size() - kMacBytes);
    }
  }

  uint64_t Number() {
    if (!ok_ || bytes_.size() - at_ < 8) {
      ok_ = false;
      return 0;
    }
    uint64_t number = 0;
    for (int i = 0; i < 8; ++i) {
      number = (number << 8) | static_cast<unsigned char>(bytes_[at_++]);
    }
    return number;
  }
  std::string Text() {
    const uint64_t size = Number();
    if (!ok_ || size > bytes_.size() - at_) {
      ok_ = false;
      return "";
    }
    std::string text = bytes_.substr(at_, size);
    at_ += size;
    return text;
  }
  bool Ok() const { return ok_ && at_ == bytes_.size(); }
  bool IsSealedBy(const commands::TokenKeyPtr& key) const {
    return key != nullptr && key->Verifies(bytes_, mac_);
  }
  // Of a release that did not seal its tokens.
  bool IsUnsealed() const { return unsealed_; }

 private:
  std::string bytes_;
  std::string mac_;
  size_t at_ = 0;
  bool ok_ = false;
  bool unsealed_ = false;
};

commands::InventoryIdentity ReadIdentity(Reader& reader) {
  commands::InventoryIdentity identity;
  identity.id = reader.Text();
  identity.incarnation = reader.Text();
  return identity;
}

bool Same(const commands::InventoryIdentity& a, const commands::InventoryIdentity& b) {
  return a.id == b.id && a.incarnation == b.incarnation;
}

absl::Status NoToken(const Reader& reader, std::string_view field, std::string_view what) {
  return commands::InvalidRequest(
      field, reader.IsUnsealed() ? "is of an earlier release, which did not seal it: ask without it"
                                 : what);
}

// Whether the token that was read is one that this server gave for `inventory`. One that says that it is of another is foreign,
// whoever wrote it: a forged one and a true one are told the same.
absl::Status CheckOrigin(const Reader& reader, const commands::InventoryIdentity& claimed,
                         const commands::InventoryIdentity& inventory, std::string_view field,
                         std::string_view what) {
  if (!reader.Ok()) {
    return NoToken(reader, field, what);
  }
  if (!Same(claimed, inventory)) {
    return commands::ForeignToken(inventory.id);
  }
  return reader.IsSealedBy(inventory.token_key) ? absl::OkStatus() : NoToken(reader, field, what);
}

// A token of a revision or of a watch.
absl::StatusOr<commands::WatchPosition> ReadPosition(const std::string& token,
                                                     const commands::InventoryIdentity& inventory,
                                                     const char* field) {
  constexpr std::string_view kWhat = "is not a revision token";
  commands::WatchPosition position;
  Reader plain(token, kRevisionKind);
  commands::InventoryIdentity identity = ReadIdentity(plain);
  position.revision = plain.Number();
  if (plain.Ok()) {
    ONWARD_RETURN_IF_ERROR(CheckOrigin(plain, identity, inventory, field, kWhat));
    return position;
  }
  Reader watch(token, kWatchKind);
  identity = ReadIdentity(watch);
  position.revision = watch.Number();
  position.day = Date(static_cast<int32_t>(static_cast<uint32_t>(watch.Number())));
  position.law_version = watch.Text();
  ONWARD_RETURN_IF_ERROR(CheckOrigin(watch, identity, inventory, field, kWhat));
  return position;
}

absl::Status MustBeTrue(const char* field) {
  return commands::InvalidRequest(field, "must be true where it is set");
}

}  // namespace

std::string RevisionToken(const commands::InventoryIdentity& inventory, uint64_t revision) {
  return Writer(kRevisionKind, inventory).Number(revision).Encoded();
}

std::string WatchToken(const commands::InventoryIdentity& inventory,
                       const commands::WatchPosition& position) {
  const int32_t day = position.day.value_or(Date()).days();
  return Writer(kWatchKind, inventory)
      .Number(position.revision)
      .Number(static_cast<uint32_t>(day))
      .Text(position.law_version)
      .Encoded();
}

absl::StatusOr<commands::WatchPosition> WatchPositionOf(
    const std::string& token, const commands::InventoryIdentity& inventory) {
  return ReadPosition(token, inventory, "after_token");
}

absl::StatusOr<commands::Freshness> FreshnessOf(const v1::Consistency& consistency,
                                                const commands::InventoryIdentity& inventory) {
  switch (consistency.requirement_case()) {
    case v1::Consistency::kMinimizeLatency:
      if (!consistency.minimize_latency()) {
        return MustBeTrue("consistency.minimize_latency");
      }
      return commands::MinimizeLatency();
    case v1::Consistency::kAtLeastAsFresh: {
      ONWARD_ASSIGN_OR_RETURN(const commands::WatchPosition position,
                              ReadPosition(consistency.at_least_as_fresh(), inventory,
                                           "consistency.at_least_as_fresh"));
      return commands::AtLeast{position.revision};
    }
    case v1::Consistency::kAtRevision:
      if (consistency.at_revision() == 0) {
        return commands::InvalidRequest("consistency.at_revision", "must be 1 or more");
      }
      return commands::AtRevision{consistency.at_revision()};
    case v1::Consistency::kFullyConsistent:
      if (!consistency.fully_consistent()) {
        return MustBeTrue("consistency.fully_consistent");
      }
      return commands::FullyConsistent();
    case v1::Consistency::REQUIREMENT_NOT_SET:
      break;
  }
  return commands::MinimizeLatency();
}

std::string EncodePageToken(const commands::InventoryIdentity& inventory, uint64_t question,
                            const PageToken& token) {
  return Writer(kPageKind, inventory)
      .Number(question)
      .Number(token.position.revision)
      .Number(static_cast<uint32_t>(token.as_of_days))
      .Text(token.position.after)
      .Text(token.position.law_version)
      .Encoded();
}

absl::StatusOr<PageToken> DecodePageToken(const std::string& text,
                                          const commands::InventoryIdentity& inventory,
                                          uint64_t question, std::string_view field) {
  Reader reader(text, kPageKind);
  const commands::InventoryIdentity identity = ReadIdentity(reader);
  const uint64_t asked = reader.Number();
  PageToken token;
  token.position.revision = reader.Number();
  token.as_of_days = static_cast<int32_t>(static_cast<uint32_t>(reader.Number()));
  token.position.after = reader.Text();
  token.position.law_version = reader.Text();
  ONWARD_RETURN_IF_ERROR(
      CheckOrigin(reader, identity, inventory, field,
                  field == "cursor" ? "is not a cursor" : "is not a page token"));
  if (asked != question) {
    return commands::InvalidRequest(field,
                                    "belongs to another question: repeat the request of the first "
                                    "page with only " +
                                        std::string(field) + " changed");
  }
  return token;
}

std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return bytes;
}

uint64_t HashBytes(const std::string& bytes) {
  uint64_t hash = 14'695'981'039'346'656'037ULL;  // FNV-1a
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  }
  return hash;
}

}  // namespace onward::rpc
