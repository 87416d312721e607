// Bytes of a store and of its backups.
#include "storage/changelog.h"
#include "storage/export_file.h"
#include "storage/keys.h"
#include "storage/law_log.h"
#include "storage/record.h"
#include "storage/rocksdb/backup_manifest.h"
#include "storage/schema.h"
#include "tests/fuzz/targets.h"

namespace onward::fuzz {
namespace {

using model::RecordRef;
using storage::keys::InventoryKeys;

constexpr uint32_t kInventory = 7;
const RecordRef kRef{model::RecordKind::kParty, "p"};

model::Record SampleRecord() {
  model::Party party;
  party.id = "p";
  party.display_name = "Party åäö";
  party.establishment = "FI";
  party.labels["a"] = "b";
  return party;
}

void FuzzRecord(std::string_view bytes) {
  for (const model::RecordKind kind : {model::RecordKind::kParty, model::RecordKind::kFlow}) {
    const auto record = storage::DecodeRecord(bytes, {kind, "p"});
    if (record.ok()) {
      const auto again = storage::EncodeRecord(*record);
      Require(again.ok(), "a record that was read can be written");
      const auto back = storage::DecodeRecord(*again, {kind, "p"});
      Require(back.ok() && *back == *record, "a record is read as it was written");
    }
  }
}

void FuzzCurrent(std::string_view bytes) {
  storage::DecodeCurrent(bytes, kRef).IgnoreError();
  storage::VersionBytes(bytes, kRef).IgnoreError();
  storage::DecodeVersion(bytes, kRef).IgnoreError();
}

void FuzzKeys(std::string_view bytes) {
  const InventoryKeys keys(kInventory);
  if (const auto ref = keys.ParseCurrent(bytes)) {
    Require(keys.Current(*ref) == bytes, "a key of current is the one of its record");
  }
  if (const auto version = keys.ParseHistory(bytes)) {
    Require(keys.History(version->ref, version->revision) == bytes,
            "a key of history is the one of its version");
  }
  if (const auto revision = keys.ParseChangelog(bytes)) {
    Require(keys.Changelog(*revision) == bytes, "a key of the changelog is the one of its entry");
  }
  const auto number = storage::keys::InventoryOf(bytes);
  Require(number.has_value() == (bytes.size() >= 4), "a key begins with a number of four bytes");
  storage::keys::IsWrittenOnce(bytes);
}

void FuzzEntry(std::string_view bytes) {
  const auto entry = storage::DecodeEntry(bytes, "a", 3);
  if (entry.ok()) {
    Require(entry->hash == storage::HashOf(*entry), "an entry that is accepted has its hash");
    Require(entry->digests.size() == entry->info.changes.size(), "each change has a digest");
  }
}

void FuzzHead(std::string_view bytes) {
  const auto head = storage::DecodeHead(bytes);
  if (head.ok()) {
    const auto again = storage::EncodeHead(*head);
    Require(again.ok() && storage::DecodeHead(*again).ok(), "a head is written and read again");
  }
}

void FuzzState(std::string_view bytes) {
  const auto state = storage::DecodeState(bytes);
  if (state.ok()) {
    const auto again = storage::DecodeState(storage::EncodeState(*state));
    Require(again.ok() && *again == *state, "a state is read as it was written");
  }
}

void FuzzRequest(std::string_view bytes) { storage::DecodeRequest(bytes, "request").IgnoreError(); }

void FuzzLawEntry(std::string_view bytes) {
  const auto entry = storage::DecodeLawEntry(bytes, 1);
  if (entry.ok()) {
    Require(entry->hash == storage::HashOf(*entry), "a put that is accepted has its hash");
  }
}

void FuzzManifest(std::string_view bytes) {
  const auto manifest = storage::DecodeManifest(bytes, "000001.backup");
  if (manifest.ok()) {
    Require(storage::EncodeManifest(*manifest) == bytes, "a manifest is one text only");
    for (const storage::BackupFile& file : manifest->files) {
      Require(file.name.find('/') == std::string::npos, "a file lies in no other folder");
    }
  }
}

void FuzzExport(std::string_view bytes) {
  storage::ExportReader reader(storage::KeepNothing);
  const size_t middle = bytes.size() / 2;
  if (!reader.Add(bytes.substr(0, middle)).ok() || !reader.Add(bytes.substr(middle)).ok()) {
    Require(!reader.Finish().ok(), "what was refused stays refused");
    return;
  }
  const auto summary = reader.Finish();
  if (summary.ok()) {
    Require(summary->bytes == bytes.size(), "an exported file is read to its end");
    Require(reader.done() == reader.total(), "all revisions are read");
  }
}

// Kind, length and payload of each part; the checksums are put right.
void FuzzExportParts(std::string_view bytes) {
  std::string file;
  storage::PartWriter writer([&file](std::string_view piece) {
    file.append(piece);
    return absl::OkStatus();
  });
  while (bytes.size() > 2) {
    const auto kind = static_cast<storage::PartKind>(bytes[0]);
    const std::string_view payload = bytes.substr(2, static_cast<uint8_t>(bytes[1]));
    Require(writer.Add(kind, payload).ok(), "a small part is written");
    bytes.remove_prefix(2 + payload.size());
  }
  Require(writer.Finish().ok(), "parts are written");
  FuzzExport(file);
}

// The parts of an empty inventory, as FuzzExportParts takes them.
std::string SampleExportParts() {
  storage::StoredHead head;
  head.head.id = "a";
  head.origin_incarnation = "incarnation";
  head.origin_inventory = "a";
  head.hash = storage::ChainStartOf("", head);
  const std::string bytes = *storage::EncodeHead(head);
  std::string parts = "H";
  parts.push_back(static_cast<char>(bytes.size()));
  return parts + bytes + "E" + std::string(1, '\0');
}

std::string SampleEntry() {
  storage::ChangelogEntry entry;
  entry.info.revision = 3;
  entry.info.author = "ada";
  entry.info.changes = {{kRef, false}, {{model::RecordKind::kFlow, "f"}, true}};
  entry.digests = {std::string(32, 'd'), ""};
  entry.previous_hash = std::string(32, 'h');
  entry.hash = storage::HashOf(entry);
  return *storage::EncodeEntry(entry);
}

std::string SampleManifest() {
  storage::BackupManifest manifest;
  manifest.info.number = 1;
  manifest.info.format = storage::kFormat;
  manifest.info.incarnation = std::string(32, 'a');
  manifest.info.comment = "why";
  manifest.info.heads = {{"a", 3}};
  manifest.info.bytes = 5;
  manifest.root = std::string(32, 'r');
  manifest.files = {{"CURRENT", 5, std::string(64, '0')}};
  return storage::EncodeManifest(manifest);
}

std::string SampleLawEntry() {
  storage::LawMeta meta;
  meta.version = "1";
  return *storage::EncodeLawEntry(
      storage::NextLawEntry(0, storage::LawChainStart("incarnation"), "bytes", meta));
}

}  // namespace

std::vector<Target> StorageTargets() {
  const std::string record = *storage::EncodeRecord(SampleRecord());
  const InventoryKeys keys(kInventory);
  storage::StoredHead head;
  head.head.id = "a";
  head.head.revision = 3;
  head.number = kInventory;
  head.hash = std::string(32, 'h');
  return {
      {"record", &FuzzRecord, {record}},
      {"value", &FuzzCurrent, {storage::EncodeCurrent(3, record), storage::EncodeVersion(record)}},
      {"key", &FuzzKeys, {keys.Current(kRef), keys.History(kRef, 3), keys.Changelog(3)}},
      {"entry", &FuzzEntry, {SampleEntry()}},
      {"head", &FuzzHead, {*storage::EncodeHead(head)}},
      {"state", &FuzzState, {storage::EncodeState(storage::NewState("incarnation"))}},
      {"request", &FuzzRequest, {storage::EncodeRequest(storage::ResultOf(3, {}))}},
      {"law", &FuzzLawEntry, {SampleLawEntry()}},
      {"export", &FuzzExport, {std::string("ONWARD-INVENTORY\0\0\0\1", 20)}},
      {"parts", &FuzzExportParts, {SampleExportParts()}},
      {"manifest", &FuzzManifest, {SampleManifest()}}};
}

}  // namespace onward::fuzz
