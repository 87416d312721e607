#include "storage/law_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "onward/store/v1/record.pb.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/proto_bytes.h"

namespace onward::storage {
namespace {

int64_t Micros(Time time) { return time.time_since_epoch().count(); }

std::string NameOf(const LawInfo& info) { return "law register " + info.meta.version; }

}  // namespace

std::string LawChainStart(std::string_view incarnation) {
  return DigestInput("onward.laws.1").Text(incarnation).Digest();
}

std::string HashOf(const LawEntry& entry) {
  const LawMeta& meta = entry.info.meta;
  return DigestInput("onward.law.1")
      .Text(entry.previous_hash)
      .Number(entry.info.number)
      .Text(meta.version)
      .Text(meta.knowledge_cutoff)
      .Text(entry.info.digest)
      .Number(static_cast<uint64_t>(Micros(meta.put_at)))
      .Text(meta.author)
      .Text(meta.comment)
      .Digest();
}

LawEntry NextLawEntry(uint64_t laws, std::string previous_hash, const std::string& bytes,
                      const LawMeta& meta) {
  LawEntry entry;
  entry.info = {laws + 1, meta, Sha256(bytes)};
  entry.previous_hash = std::move(previous_hash);
  entry.hash = HashOf(entry);
  return entry;
}

absl::StatusOr<std::string> EncodeLawEntry(const LawEntry& entry) {
  store::v1::LawEntry message;
  message.set_number(entry.info.number);
  message.set_version(entry.info.meta.version);
  message.set_knowledge_cutoff(entry.info.meta.knowledge_cutoff);
  message.set_digest(entry.info.digest);
  message.set_put_at_us(Micros(entry.info.meta.put_at));
  message.set_author(entry.info.meta.author);
  message.set_comment(entry.info.meta.comment);
  message.set_previous_hash(entry.previous_hash);
  message.set_hash(entry.hash);
  std::string bytes = Serialise(message);
  store::v1::LawEntry back;
  if (!Parse(bytes, back)) {
    return InvalidWrite("version, knowledge cutoff, author and comment must be UTF-8");
  }
  return bytes;
}

absl::StatusOr<LawEntry> DecodeLawEntry(std::string_view bytes, uint64_t number) {
  const std::string place = absl::StrCat("log of law registers, entry ", number);
  store::v1::LawEntry message;
  if (!Parse(bytes, message)) {
    return Corrupted(place, "its bytes are no entry");
  }
  LawEntry entry;
  entry.info.number = message.number();
  entry.info.meta = {message.version(), message.knowledge_cutoff(),
                     Time(std::chrono::microseconds(message.put_at_us())), message.author(),
                     message.comment()};
  entry.info.digest = message.digest();
  entry.previous_hash = message.previous_hash();
  entry.hash = message.hash();
  if (entry.info.number != number) {
    return Corrupted(place, "another entry stands in its place");
  }
  if (entry.hash != HashOf(entry)) {
    return Corrupted(place, "its hash does not match its content");
  }
  return entry;
}

absl::Status CheckLawBytes(const LawInfo& info, std::string_view bytes) {
  return Sha256(bytes) == info.digest
             ? absl::OkStatus()
             : Corrupted(NameOf(info), "its bytes are not those that were put");
}

const LawInfo* FindLaw(const std::vector<LawInfo>& laws, std::string_view version) {
  const auto found = std::find_if(laws.rbegin(), laws.rend(), [version](const LawInfo& info) {
    return info.meta.version == version;
  });
  return found == laws.rend() ? nullptr : &*found;
}

absl::Status CheckNextLaw(const std::vector<LawInfo>& laws, const LawMeta& meta,
                          const std::string& digest) {
  const LawInfo* const before = FindLaw(laws, meta.version);
  if (before != nullptr && before->digest != digest) {
    return RegisterVersionExists(meta.version);
  }
  return laws.size() < kLawsMax ? absl::OkStatus()
                                : InvalidWrite("no more law registers fit into this store");
}

}  // namespace onward::storage
