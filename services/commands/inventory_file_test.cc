// Exports and imports by a server: what is imported is asked as it was before, and what is broken is not taken.
#include "services/commands/inventory_file.h"

#include <gmock/gmock.h>

#include "services/commands/test_engine.h"
#include "services/commands/test_inventory_file.h"
#include "storage/export_for_tests.h"

namespace onward::commands {
namespace {

using ::testing::HasSubstr;

class InventoryFileTest : public EngineTest {
 protected:
  std::string Export() { return ExportedBytes(engine()); }
  absl::StatusOr<storage::ExportSummary> Import(const std::string& bytes, const std::string& as) {
    return ImportBytes(engine(), bytes, as);
  }
  uint64_t HeadOf(const std::string& inventory) {
    return engine().Find(inventory).value()->head()->revision();
  }
  // As a chain that nobody else vouches for.
  std::string Forge(const std::vector<std::vector<storage::RecordWrite>>& revisions) {
    const auto forger = storage::NewMemoryStore();
    ONWARD_EXPECT_OK(forger->CreateInventory("forged", "", {}));
    for (uint64_t i = 0; i < revisions.size(); ++i) {
      ONWARD_EXPECT_OK(forger->Commit("forged", i, revisions[i], {}));
    }
    return storage::ExportOf(*forger, "forged");
  }
};

storage::RecordWrite Put(model::Record record) {
  const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
  return {ref, std::move(record)};
}

TEST_F(InventoryFileTest, AnImportedInventoryIsThereAtOnceAndAfterAStart) {
  WriteSmallInventory();
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("other", "FR"))}));
  const auto imported = Import(Export(), "copy");
  ONWARD_ASSERT_OK(imported);
  EXPECT_EQ(imported->head.head.id, "copy");
  EXPECT_EQ(HeadOf("copy"), 2U);
  EXPECT_EQ(engine().Find("copy").value()->head()->size(),
            engine().Find(kDefaultInventory).value()->head()->size());
  ApplyRequest request = RequestOf({Upsert(PartyOf("third", "SE"))});
  request.inventory = "copy";
  ONWARD_ASSERT_OK(Apply(engine(), request, CallContext()));
  Reopen();
  EXPECT_EQ(HeadOf("copy"), 3U);
  EXPECT_EQ(HeadOf(kDefaultInventory), 2U);
}

TEST_F(InventoryFileTest, ARequestIdIsKnownWhereItWasImported) {
  ApplyRequest request = RequestOf({Upsert(PartyOf("acme", "FI"))});
  ONWARD_ASSERT_OK(Apply(engine(), request, CallContext()));
  ONWARD_ASSERT_OK(Import(Export(), "copy"));
  ONWARD_ASSERT_OK(Apply(engine(), request, CallContext()));
  EXPECT_EQ(HeadOf("copy"), 1U);
}

TEST_F(InventoryFileTest, WhatIsNoInventoryIsRefused) {
  WriteSmallInventory();
  const std::string bytes = Export();
  EXPECT_EQ(DetailIn(Import(bytes, "")).reason, "INVENTORY_EXISTS");
  EXPECT_EQ(DetailIn(Import(bytes, "No Id")).reason, "INVALID_REQUEST");
  EXPECT_EQ(DetailIn(Import(bytes.substr(0, bytes.size() - 1), "copy")).reason, "BACKUP_DAMAGED");
  EXPECT_FALSE(Import("kind: Party", "copy").ok());
  EngineOptions options;
  options.inventories_max = 1;
  Reopen(options);
  EXPECT_EQ(DetailIn(Import(bytes, "copy")).reason, "LIMIT_EXCEEDED");
  EXPECT_EQ(engine().inventories(), 1U);
}

TEST_F(InventoryFileTest, ARecordThatNamesNothingIsRefused) {
  const std::string dangling = Forge({{Put(PartyOf("acme", "FI"))},
                                      {Put(FlowOf("f", "acme", "vendor"))},
                                      {Put(PartyOf("vendor", "US"))}});
  const auto refused = Import(dangling, "");
  EXPECT_EQ(DetailIn(refused).reason, "BACKUP_DAMAGED");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("revision 2, flow/f"));
  const model::RecordRef vendor{model::RecordKind::kParty, "vendor"};
  const std::string deleted = Forge({{Put(PartyOf("acme", "FI")), Put(PartyOf("vendor", "US")),
                                      Put(FlowOf("f", "acme", "vendor"))},
                                     {{vendor, std::nullopt}}});
  EXPECT_THAT(std::string(Import(deleted, "").status().message()),
              HasSubstr("revision 2, party/vendor"));
  EXPECT_EQ(engine().inventories(), 1U);
  EXPECT_FALSE(store().GetHead("forged").ok());
  const model::RecordRef flow{model::RecordKind::kFlow, "f"};
  ONWARD_EXPECT_OK(Import(Forge({{Put(PartyOf("acme", "FI")), Put(PartyOf("vendor", "US")),
                                  Put(FlowOf("f", "acme", "vendor"))},
                                 {{vendor, std::nullopt}, {flow, std::nullopt}}}),
                          ""));
}

TEST_F(InventoryFileTest, AWordThatTheLawDoesNotKnowIsRefusedAtTheHeadOnly) {
  const auto refused = Import(Forge({{Put(PartyOf("acme", "ZZ"))}}), "");
  EXPECT_EQ(DetailIn(refused).reason, "INVALID_REQUEST");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("party/acme.establishment"));
  EXPECT_FALSE(store().GetHead("forged").ok());
  ONWARD_EXPECT_OK(Import(Forge({{Put(PartyOf("acme", "ZZ"))}, {Put(PartyOf("acme", "FI"))}}), ""));
}

// Records were checked against a register that is not in effect any more: nothing is there, and the next try is.
TEST_F(InventoryFileTest, AnotherLawMeanwhileRefusesIt) {
  WriteSmallInventory();
  const std::string bytes = Export();
  auto message = *testing::TheLoadedRegister().message;
  const std::string before = message.version();
  message.set_version("2099-01-01");
  const auto loaded = services::LoadRegister(std::move(message));
  ONWARD_ASSERT_OK(loaded);
  int pieces = 0;
  const auto refused = ImportInventory(
      engine(), "copy",
      [&]() -> absl::StatusOr<std::optional<std::string>> {
        if (pieces++ > 0) {
          const LawGate::Put put(engine().law_gate());
          engine().SetLaw(services::MakeLawVersion(*loaded));
          return std::nullopt;
        }
        return bytes;
      },
      CallContext());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_EQ(DetailIn(refused).reason, "REGISTER_MOVED");
  EXPECT_EQ(DetailIn(refused).metadata["expected"], before);
  EXPECT_FALSE(store().GetHead("copy").ok());
  ONWARD_EXPECT_OK(Import(bytes, "copy"));
}

TEST_F(InventoryFileTest, ACancelEndsTheWork) {
  WriteSmallInventory();
  const std::string bytes = Export();
  CallContext cancelled;
  cancelled.cancelled = [] { return true; };
  const auto drop = [](std::string_view /*piece*/) { return absl::OkStatus(); };
  EXPECT_TRUE(absl::IsCancelled(
      ExportInventory(engine(), kDefaultInventory, drop, {}, cancelled).status()));
  EXPECT_TRUE(absl::IsCancelled(
      ImportInventory(
          engine(), "copy",
          [&bytes]() -> absl::StatusOr<std::optional<std::string>> { return bytes; }, cancelled)
          .status()));
  EXPECT_EQ(DetailIn(ExportInventory(engine(), "none", drop, {}, CallContext())).reason,
            "INVENTORY_NOT_FOUND");
}

}  // namespace
}  // namespace onward::commands
