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
// First byte of every token: raised when the layout changes.
constexpr char kVersion = 1;
constexpr char kRevisionKind = 'r';
constexpr char kPageKind = 'q';
constexpr char kWatchKind = 'w';

class Writer {
 public:
  explicit Writer(char kind) : bytes_({kVersion, kind}) {}

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
  std::string Encoded() const { return absl::WebSafeBase64Escape(bytes_); }

 private:
  std::string bytes_;
};

// Reads what Writer wrote; Ok() tells at the end whether all of it was there, and nothing more.
class Reader {
 public:
  Reader(const std::string& token, char kind) {
    // Encoding again refuses spellings that the decoder is lenient about.
    ok_ = token.size() <= kTokenBytesMax && absl::WebSafeBase64Unescape(token, &bytes_) &&
          absl::WebSafeBase64Escape(bytes_) == token && bytes_.size() >= 2 &&
          bytes_[0] == kVersion && bytes_[1] == kind;
    at_ = 2;
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

 private:
  std::string bytes_;
  size_t at_ = 0;
  bool ok_ = false;
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

// A token of a revision or of a watch.
absl::StatusOr<commands::WatchPosition> ReadPosition(const std::string& token,
                                                     const commands::InventoryIdentity& inventory,
                                                     const char* field) {
  commands::WatchPosition position;
  Reader plain(token, kRevisionKind);
  commands::InventoryIdentity identity = ReadIdentity(plain);
  position.revision = plain.Number();
  if (!plain.Ok()) {
    Reader watch(token, kWatchKind);
    identity = ReadIdentity(watch);
    position.revision = watch.Number();
    position.day = Date(static_cast<int32_t>(static_cast<uint32_t>(watch.Number())));
    position.law_version = watch.Text();
    if (!watch.Ok()) {
      return commands::InvalidRequest(field, "is not a revision token");
    }
  }
  if (!Same(identity, inventory)) {
    return commands::ForeignToken(inventory.id);
  }
  return position;
}

absl::Status MustBeTrue(const char* field) {
  return commands::InvalidRequest(field, "must be true where it is set");
}

}  // namespace

std::string RevisionToken(const commands::InventoryIdentity& inventory, uint64_t revision) {
  return Writer(kRevisionKind)
      .Text(inventory.id)
      .Text(inventory.incarnation)
      .Number(revision)
      .Encoded();
}

std::string WatchToken(const commands::InventoryIdentity& inventory,
                       const commands::WatchPosition& position) {
  const int32_t day = position.day.value_or(Date()).days();
  return Writer(kWatchKind)
      .Text(inventory.id)
      .Text(inventory.incarnation)
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
  return Writer(kPageKind)
      .Text(inventory.id)
      .Text(inventory.incarnation)
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
  if (!reader.Ok()) {
    return commands::InvalidRequest(field,
                                    field == "cursor" ? "is not a cursor" : "is not a page token");
  }
  if (!Same(identity, inventory)) {
    return commands::ForeignToken(inventory.id);
  }
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
