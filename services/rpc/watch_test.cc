// How an event becomes responses, and what a request may ask for.
#include "services/rpc/watch.h"

#include <gmock/gmock.h>

#include "services/rpc/consistency.h"
#include "services/rpc/status.h"

namespace onward::rpc {
namespace {

using ::testing::ElementsAre;

const commands::InventoryIdentity kHere = {
    "default", "0123456789abcdef0123456789abcdef",
    commands::TokenKey::FromBytes(std::string(commands::TokenKey::kBytes, 'k')).value()};

commands::LawPtr SomeLaw() {
  static const auto kLaw = [] {
    auto law = std::make_shared<commands::LawVersion>();
    law::RegisterParts parts;
    parts.version = "2026.1";
    law->domain = std::make_shared<const law::Register>(std::move(parts));
    return law;
  }();
  return kLaw;
}

// Revision 7, `count` parties with names of so many bytes.
commands::WatchMessage EventOf(size_t count, size_t name_bytes) {
  auto revision = std::make_shared<commands::WatchedRevision>();
  commands::WatchMessage message;
  revision->revision = 7;
  for (uint32_t i = 0; i < count; ++i) {
    model::Party party;
    party.id = "p" + std::to_string(i);
    party.display_name = std::string(name_bytes, 'x');
    revision->records.push_back({{model::RecordKind::kParty, party.id},
                                 false,
                                 std::make_shared<const model::Record>(party)});
    message.selected.push_back(i);
  }
  message.basis = {kHere, 7, SomeLaw(), std::nullopt, false};
  message.revision = std::move(revision);
  return message;
}

std::vector<v1::WatchResponse> PartsOf(commands::WatchMessage message) {
  WatchParts parts(std::move(message));
  std::vector<v1::WatchResponse> responses(1);
  while (parts.Next(&responses.back())) {
    responses.emplace_back();
  }
  responses.pop_back();
  return responses;
}

TEST(WatchParts, CutsALargeEventAndSaysWhichPartIsTheLast) {
  const auto parts = PartsOf(EventOf(2'500, 1));
  std::vector<int> sizes;
  for (const v1::WatchResponse& part : parts) {
    sizes.push_back(part.event().records_size());
    EXPECT_EQ(part.event().revision(), 7U);
    const bool last = &part == &parts.back();
    EXPECT_EQ(part.event().more(), !last);
    EXPECT_EQ(part.stamp().token(), last ? RevisionToken(kHere, 7) : "");
  }
  EXPECT_THAT(sizes, ElementsAre(1'000, 1'000, 500));
  EXPECT_EQ(parts[2].event().records(499).ref().id(), "p2499");
}

TEST(WatchParts, CutsByBytesToo) {
  const auto parts = PartsOf(EventOf(50, 100'000));
  EXPECT_GE(parts.size(), 5U);
  int records = 0;
  for (const v1::WatchResponse& part : parts) {
    EXPECT_LT(part.ByteSizeLong(), 2 * kWatchPartBytes);
    records += part.event().records_size();
  }
  EXPECT_EQ(records, 50);
}

TEST(WatchParts, AnEventWithoutItemsIsOnePart) {
  const auto parts = PartsOf(EventOf(0, 0));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_FALSE(parts[0].event().more());
  EXPECT_EQ(parts[0].event().cause(), v1::WATCH_CAUSE_WRITE);
}

TEST(WatchTokens, NameLawAndDayWhereVerdictsAreTold) {
  commands::WatchMessage mark;
  mark.progress = true;
  mark.basis = {kHere, 9, SomeLaw(), commands::When{Date::Of(2026, 11, 22)}, false};
  const auto parts = PartsOf(mark);
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].progress().revision(), 9U);
  const auto position = WatchPositionOf(parts[0].stamp().token(), kHere);
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_EQ(position->revision, 9U);
  EXPECT_EQ(position->law_version, "2026.1");
  EXPECT_EQ(position->day, Date::Of(2026, 11, 22));
  // It serves for reads too.
  v1::Consistency consistency;
  consistency.set_at_least_as_fresh(parts[0].stamp().token());
  const auto freshness = FreshnessOf(consistency, kHere);
  ASSERT_TRUE(freshness.ok()) << freshness.status();
  EXPECT_EQ(std::get<commands::AtLeast>(freshness->requirement).revision, 9U);
  EXPECT_FALSE(WatchPositionOf(parts[0].stamp().token(), {"other", kHere.incarnation}).ok());
  EXPECT_FALSE(WatchPositionOf("nonsense", kHere).ok());
  EXPECT_EQ(WatchPositionOf(RevisionToken(kHere, 3), kHere)->revision, 3U);
}

}  // namespace
}  // namespace onward::rpc
