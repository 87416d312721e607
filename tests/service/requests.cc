#include "tests/service/requests.h"

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/service/any_call.h"

namespace onward::service_test {
namespace {

const std::map<std::string, const char*>& Texts() {
  static const std::map<std::string, const char*> kTexts = {
      {"Inventory.Apply", R"(
         inventory: "{inventory}" request_id: "apply-{once}" comment: "{text}" author: "{text}" dry_run: {dry}
         mutations { upsert { party { id: "{written}" display_name: "{text}" establishment: "DE" } } }
         mutations { upsert { flow {
           id: "{written}-flow" exporter: "{from}" importer: "{written}" exporter_role: ROLE_CONTROLLER
           importer_role: ROLE_PROCESSOR data_categories: "contact.email" labels { key: "note" value: "{text}" } } } })"},
      {"Inventory.Get", R"(inventory: "{inventory}" ref { kind: RECORD_KIND_PARTY id: "{to}" })"},
      {"Inventory.List", R"(inventory: "{inventory}" kind: RECORD_KIND_PARTY page_size: 100)"},
      {"Inventory.History",
       R"(inventory: "{inventory}" ref { kind: RECORD_KIND_PARTY id: "{to}" } page_size: 100)"},
      {"Inventory.Diff",
       R"(inventory: "{inventory}" from_revision: 1 to_revision: 2 verdicts: true page_size: 100)"},
      {"Inventory.Revert", R"(
         inventory: "{inventory}" to_revision: 1 request_id: "revert-{once}" comment: "{text}" author: "{text}"
         dry_run: true)"},
      {"Inventory.Watch", R"(
         inventory: "{inventory}" from_revision: 1 records: true verdicts: true findings: true
         progress_seconds: 3600)"},
      {"Transfers.Check", R"(
         inventory: "{inventory}" question { from: "{from}" to: "{to}" data_categories: "contact.email" })"},
      {"Transfers.BatchCheck", R"(
         inventory: "{inventory}" questions { from: "{from}" to: "{to}" } questions { from: "{to}" to: "{from}" })"},
      {"Transfers.ListTransfers", R"(inventory: "{inventory}" page_size: 100)"},
      {"Transfers.Explain", R"(inventory: "{inventory}" flow: "{flow}")"},
      {"Transfers.Timeline", R"(
         inventory: "{inventory}" origin: "{from}" from: "2022-01-01" until: "2028-01-01" page_size: 100)"},
      {"Transfers.ListFindings",
       R"(inventory: "{inventory}" page_size: 100 include_triaged: true)"},
      {"Transfers.ListFindingKinds", ""},
      {"Transfers.Exposure", R"(inventory: "{inventory}" origin: "{from}" page_size: 100)"},
      {"Transfers.ExposureTimeline", R"(
         inventory: "{inventory}" origin: "{from}" from: "2022-01-01" until: "2028-01-01" page_size: 100)"},
      {"Transfers.FindPaths",
       R"(inventory: "{inventory}" from: "{from}" to: "{to}" max_hops: 64 max_paths: 100)"},
      {"Transfers.Impact", R"(inventory: "{inventory}" country: "US" page_size: 100)"},
      {"Transfers.Chokepoints",
       R"(inventory: "{inventory}" origin: "{from}" lacking: true page_size: 100)"},
      {"Transfers.Concentration",
       R"(inventory: "{inventory}" by: CONCENTRATION_BY_PARTY page_size: 100)"},
      {"Transfers.Repair", R"(inventory: "{inventory}" kind: REPAIR_KIND_SIGN)"},
      {"Transfers.Simulate", R"(
         inventory: "{inventory}" page_size: 100
         what_if {
           mutations { delete { kind: RECORD_KIND_FLOW id: "{flow}" } }
           law_changes { drop_adequacy { jurisdiction: "US" } } })"},
      {"Transfers.Summary",
       R"(inventory: "{inventory}" dates: "2023-01-01" dates: "2026-01-01" top: 10)"},
      {"Law.ListJurisdictions", ""},
      {"Law.ListDecisions", ""},
      {"Law.ListInstruments", ""},
      {"Law.GetRegister", ""},
      {"Law.PutRegister", R"(register { version: "9999-01-01" } dry_run: true)"},
      {"Law.ListRegisterVersions", ""},
      {"Admin.CreateInventory", R"(id: "{inventory}-new-{once}" display_name: "{text}")"},
      {"Admin.ImportInventory", R"(inventory: "{inventory}-in-{once}" data: "no export")"},
      {"Admin.CompactHistory", R"(inventory: "{inventory}" oldest_revision: 2 dry_run: true)"},
      {"Admin.EraseContacts", R"(
         inventory: "{inventory}" party: "{from}" request_id: "erase-{once}" comment: "{text}" dry_run: {dry})"},
      {"Admin.ExportInventory", R"(inventory: "{inventory}")"},
      {"Admin.VerifyAudit", R"(inventory: "{inventory}")"},
      {"Admin.ListAuditEntries", R"(inventory: "{inventory}" page_size: 100)"},
      {"Admin.GetCheckpoint", R"(inventory: "{inventory}")"},
      {"Admin.ProveEntry", R"(inventory: "{inventory}" revision: 1)"},
      {"Admin.ListInventories", "page_size: 100"},
      {"Admin.Stats", ""},
      {"Admin.CreateBackup", R"(comment: "{text}" keep: 2)"},
      {"Admin.ListBackups", "page_size: 100"},
      {"Admin.VerifyBackup", ""},
  };
  return kTexts;
}

}  // namespace

Words WordsOf(const std::string& inventory, const std::string& from, const std::string& to) {
  return {{"inventory", inventory}, {"from", from},         {"to", to},       {"flow", "f0"},
          {"text", "a note"},       {"written", "written"}, {"once", "once"}, {"dry", "true"}};
}

std::string BytesOfText(const google::protobuf::Descriptor& type, const std::string& text,
                        const Words& words) {
  std::vector<std::pair<std::string, std::string>> replaced;
  replaced.reserve(words.size());
  for (const auto& [word, value] : words) {
    replaced.emplace_back(absl::StrCat("{", word, "}"), value);
  }
  const auto message = Parsed(type, "");
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(absl::StrReplaceAll(text, replaced),
                                                            message.get()))
      << type.full_name();
  return message->SerializeAsString();
}

std::optional<std::string> RequestFor(const google::protobuf::MethodDescriptor& method,
                                      const Words& words) {
  const auto found = Texts().find(NameOf(method));
  if (found == Texts().end()) {
    return std::nullopt;
  }
  return BytesOfText(*method.input_type(), found->second, words);
}

}  // namespace onward::service_test
