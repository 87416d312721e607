// What one watcher is told: in which order, from where, with what, and how it ends.
#include "services/commands/watch.h"

#include <gmock/gmock.h>

#include "services/commands/put_register.h"
#include "services/commands/stats.h"
#include "services/commands/test_engine.h"
#include "services/commands/test_watch.h"

namespace onward::commands {
namespace {

using model::RecordKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using verdict::Verdict;

// Of a status, or of an answer that is none.
MATCHER_P(HasReasonOf, reason, "") {
  if constexpr (requires { arg.status(); }) {
    return HasReason(arg.status(), reason);
  } else {
    return HasReason(arg, reason);
  }
}

class WatchTest : public EngineTest {
 protected:
  WatchTest() { Restart({}); }
  ~WatchTest() override { hub_.reset(); }

  // Another engine on the same store.
  void Restart(const EngineOptions& options) {
    hub_.reset();
    Reopen(options);
    hub_ = std::make_unique<WatchHub>(engine());
  }
  WatchHub& hub() { return *hub_; }

  static WatchRequest From(uint64_t revision) {
    WatchRequest request;
    request.inventory = kDefaultInventory;
    request.from_revision = revision;
    return request;
  }
  static WatchRequest Judged() {
    WatchRequest request = From(0);
    request.verdicts = true;
    request.findings = true;
    return request;
  }

  // "mark 3"; "4 write party/acme party/vendor"; "4 law"; else the error.
  static std::string Next(TestWatcher& watcher) {
    const auto message = watcher.Next();
    if (!message.ok()) {
      return std::string(absl::StatusCodeToString(message.status().code()));
    }
    return TextOf(*message);
  }
  static std::string TextOf(const WatchMessage& message) {
    const std::string number = std::to_string(message.basis.revision);
    if (message.progress) {
      return "mark " + number;
    }
    constexpr std::array<const char*, 3> kCauses = {"write", "law", "day"};
    std::string text = number + " " + kCauses.at(static_cast<size_t>(message.cause));
    for (const uint32_t i : message.selected) {
      const WatchedRecord& record = message.revision->records[i];
      text += (record.deleted ? " -" : " ") + model::ToString(record.ref);
    }
    return text;
  }
  // flow: before > after.
  static std::vector<std::string> VerdictsOf(const WatchMessage& message) {
    std::vector<std::string> lines;
    for (const query::VerdictChange& change : *message.verdicts) {
      lines.push_back(change.flow + ": " + std::string(verdict::Name(change.before)) + " > " +
                      std::string(verdict::Name(change.after)));
    }
    return lines;
  }
  static std::vector<std::string> FindingsOf(const WatchMessage& message) {
    std::vector<std::string> lines;
    for (const WatchedFinding& finding : message.findings->list) {
      constexpr std::array<char, 3> kSigns = {'+', '-', '~'};
      lines.push_back(kSigns.at(static_cast<size_t>(finding.change)) +
                      std::string(query::KindOf(finding.finding.code).code));
    }
    return lines;
  }
  // The law in effect without its decision for Argentina.
  void PutWithoutArgentina(const std::string& version) {
    v1::LawRegister message = *testing::TheLoadedRegister().message;
    message.set_version(version);
    auto& decisions = *message.mutable_decisions();
    decisions.erase(std::remove_if(decisions.begin(), decisions.end(),
                                   [](const auto& decision) {
                                     return decision.countries_size() == 1 &&
                                            decision.countries(0) == "AR";
                                   }),
                    decisions.end());
    const auto loaded = services::LoadRegister(std::move(message));
    ONWARD_ASSERT_OK(loaded);
    PutRegisterRequest request;
    request.law = services::MakeLawVersion(*loaded);
    ONWARD_ASSERT_OK(PutRegister(engine(), request, CallContext()));
  }
  // What the error of a watch says, after its first mark.
  std::string OldestTold(const WatchRequest& request) {
    TestWatcher watcher(hub());
    ONWARD_EXPECT_OK(watcher.Open(request));
    ONWARD_EXPECT_OK(watcher.Next());
    const auto end = watcher.Next();
    EXPECT_THAT(end, HasReasonOf("REVISION_COMPACTED"));
    return end.ok() ? "" : DetailIn(end).metadata.at("oldest");
  }
  void WriteArgentina() {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "AR")),
                            Upsert(FlowOf("acme-to-vendor", "acme", "vendor"))}));
  }

 private:
  std::unique_ptr<WatchHub> hub_;
};

TEST_F(WatchTest, TellsWhatComesAfterTheHead) {
  WriteSmallInventory();
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(From(0)));
  EXPECT_EQ(Next(watcher), "mark 1");
  ApplyRequest request = RequestOf({Upsert(PartyOf("new", "US"))});
  request.author = "dpo";
  request.comment = "because";
  ONWARD_ASSERT_OK(Apply(engine(), request, CallContext()));
  const auto event = watcher.Next();
  ONWARD_ASSERT_OK(event);
  EXPECT_EQ(TextOf(*event), "2 write party/new");
  EXPECT_EQ(event->revision->author, "dpo");
  EXPECT_EQ(event->revision->comment, "because");
  EXPECT_EQ(event->revision->committed_at, engine().Now());
  EXPECT_EQ(event->revision->records[0].record, nullptr);
  EXPECT_EQ(event->verdicts, nullptr);
}

TEST_F(WatchTest, GoesFromHistoryToWhatIsWrittenMeanwhile) {
  WriteSmallInventory();
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("second", "US"))}));
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(From(1)));
  ONWARD_ASSERT_OK(Write({Delete(RecordKind::kParty, "second")}));
  EXPECT_EQ(Next(watcher), "mark 0");
  EXPECT_EQ(Next(watcher), "1 write party/acme party/vendor flow/acme-to-vendor");
  EXPECT_EQ(Next(watcher), "2 write party/second");
  EXPECT_EQ(Next(watcher), "3 write -party/second");
}

TEST_F(WatchTest, RecordsAreThoseOfTheRevision) {
  for (const char* name : {"one", "two"}) {
    model::Party party = PartyOf("acme", "FI");
    party.display_name = name;
    ONWARD_ASSERT_OK(Write({Upsert(party)}));
  }
  TestWatcher watcher(hub());
  WatchRequest request = From(1);
  request.records = true;
  ONWARD_ASSERT_OK(watcher.Open(request));
  EXPECT_EQ(Next(watcher), "mark 0");
  for (const char* name : {"one", "two"}) {
    const auto event = watcher.Next();
    ONWARD_ASSERT_OK(event);
    ASSERT_NE(event->revision->records[0].record, nullptr);
    EXPECT_EQ(std::get<model::Party>(*event->revision->records[0].record).display_name, name);
  }
}

TEST_F(WatchTest, FiltersPassOverWhatTheyLeaveOut) {
  TestWatcher flows(hub());
  WatchRequest request = From(1);
  request.kinds = {RecordKind::kFlow};
  ONWARD_ASSERT_OK(flows.Open(request));
  TestWatcher named(hub());
  request = From(1);
  request.id_prefix = "ven";
  ONWARD_ASSERT_OK(named.Open(request));
  WriteSmallInventory();
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("other", "US"))}));
  EXPECT_EQ(Next(flows), "mark 0");
  EXPECT_EQ(Next(flows), "1 write flow/acme-to-vendor");
  EXPECT_EQ(Next(named), "mark 0");
  EXPECT_EQ(Next(named), "1 write party/vendor");
  // Revision 2 is not theirs, and a mark passes over it once it is time.
  clock().Advance(std::chrono::seconds(30));
  hub().Poke();
  EXPECT_EQ(Next(flows), "mark 2");
  EXPECT_EQ(Next(named), "mark 2");
}

TEST_F(WatchTest, MarksComeAsOftenAsAskedFor) {
  TestWatcher watcher(hub());
  WatchRequest request = From(0);
  request.progress = std::chrono::seconds(5);
  ONWARD_ASSERT_OK(watcher.Open(request));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Next(watcher), "mark 0");
    clock().Advance(std::chrono::seconds(5));
    hub().Poke();
  }
}

TEST_F(WatchTest, EndsWhenItIsNotKnownAnyMoreWhoWatches) {
  TestWatcher watcher(hub());
  TestWatcher other(hub());
  WatchRequest request = From(0);
  // No marks but the first: they come by the clock that is advanced.
  request.progress = std::chrono::hours(1);
  ONWARD_ASSERT_OK(other.Open(request));
  request.known_until = clock().Now() + std::chrono::seconds(60);
  ONWARD_ASSERT_OK(watcher.Open(request));
  EXPECT_EQ(Next(watcher), "mark 0");
  EXPECT_EQ(Next(other), "mark 0");
  clock().Advance(std::chrono::seconds(59));
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "US"))}));
  EXPECT_EQ(Next(watcher), "1 write party/acme");
  EXPECT_EQ(Next(other), "1 write party/acme");
  clock().Advance(std::chrono::seconds(1));
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", "US"))}));
  EXPECT_THAT(watcher.Next(), HasReasonOf("TOKEN_EXPIRED"));
  EXPECT_EQ(Next(other), "2 write party/vendor");
}

TEST_F(WatchTest, BeyondTheHeadIsRefused) {
  WriteSmallInventory();
  TestWatcher watcher(hub());
  EXPECT_THAT(watcher.Open(From(3)), HasReasonOf("REVISION_IN_FUTURE"));
  ONWARD_EXPECT_OK(watcher.Open(From(2)));
  WatchRequest request = From(0);
  request.inventory = "other";
  EXPECT_THAT(watcher.Open(request), HasReasonOf("INVENTORY_NOT_FOUND"));
}

TEST_F(WatchTest, VerdictsAndFindingsOfAWrite) {
  WriteSmallInventory();
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(Judged()));
  EXPECT_EQ(Next(watcher), "mark 1");
  model::Triage triage;
  triage.id = "t";
  triage.finding = "TRANSFER_LACKING";
  triage.subject = "flow/acme-to-vendor";
  triage.decision = model::TriageDecision::kFalsePositive;
  triage.reason = "r";
  triage.owner = "o";
  ONWARD_ASSERT_OK(Write({Upsert(triage)}));
  ONWARD_ASSERT_OK(
      Write({Delete(RecordKind::kTriage, "t"), Delete(RecordKind::kFlow, "acme-to-vendor")}));
  const auto answered = watcher.Next();
  ONWARD_ASSERT_OK(answered);
  EXPECT_THAT(VerdictsOf(*answered), IsEmpty());
  EXPECT_THAT(FindingsOf(*answered), ElementsAre("~TRANSFER_LACKING"));
  const auto stopped = watcher.Next();
  ONWARD_ASSERT_OK(stopped);
  EXPECT_THAT(VerdictsOf(*stopped), ElementsAre("acme-to-vendor: LACKING > UNSPECIFIED"));
  EXPECT_THAT(FindingsOf(*stopped),
              ElementsAre("-ART28_TERMS_MISSING", "-TRANSFER_LACKING", "-CHAIN_NOT_DISCLOSED"));
  EXPECT_EQ(stopped->basis.when->as_of, clock().Today());
}

// The past is told with the same differences as when it was new.
TEST_F(WatchTest, VerdictsOfTheWholeHistory) {
  WriteArgentina();
  for (const char* place : {"US", "SE", "AR"}) {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", place))}));
  }
  TestWatcher watcher(hub());
  WatchRequest request = Judged();
  request.from_revision = 1;
  ONWARD_ASSERT_OK(watcher.Open(request));
  EXPECT_EQ(Next(watcher), "mark 0");
  std::vector<std::vector<std::string>> changes;
  for (int i = 0; i < 4; ++i) {
    const auto event = watcher.Next();
    ONWARD_ASSERT_OK(event);
    changes.push_back(VerdictsOf(*event));
  }
  EXPECT_THAT(changes[0], ElementsAre("acme-to-vendor: UNSPECIFIED > COVERED"));
  EXPECT_THAT(changes[1], ElementsAre("acme-to-vendor: COVERED > UNSPECIFIED",
                                      "acme-to-vendor: UNSPECIFIED > LACKING"));
  EXPECT_THAT(changes[3], SizeIs(2));
}

TEST_F(WatchTest, ALawThatIsPutIsToldToThoseWhoAskForVerdicts) {
  WriteArgentina();
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(Judged()));
  EXPECT_EQ(Next(watcher), "mark 1");
  TestWatcher plain(hub());
  ONWARD_ASSERT_OK(plain.Open(From(0)));
  EXPECT_EQ(Next(plain), "mark 1");
  PutWithoutArgentina("2026-12-01");
  const auto event = watcher.Next();
  ONWARD_ASSERT_OK(event);
  EXPECT_EQ(TextOf(*event), "1 law");
  EXPECT_THAT(VerdictsOf(*event), ElementsAre("acme-to-vendor: COVERED > LACKING"));
  EXPECT_EQ(event->basis.law->version(), "2026-12-01");
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("other", "US"))}));
  EXPECT_EQ(Next(plain), "2 write party/other");
  EXPECT_EQ(Next(watcher), "2 write party/other");
}

// Who was away while the law was put is told the difference all the same.
TEST_F(WatchTest, WhoGoesOnFromAPositionIsToldTheLawAndTheDaysMissed) {
  WriteArgentina();
  const std::string law_before = engine().law()->version();
  PutWithoutArgentina("2026-12-01");
  WatchRequest request = Judged();
  request.after = WatchPosition{1, law_before, clock().Today()};
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(request));
  EXPECT_EQ(Next(watcher), "mark 1");
  EXPECT_EQ(Next(watcher), "1 law");
}

TEST_F(WatchTest, ANewDayIsToldUnlessADateIsAskedFor) {
  WriteSmallInventory();
  model::Flow flow = FlowOf("until-december", "acme", "vendor");
  flow.interval.until = Date::Of(2026, 12, 1);
  ONWARD_ASSERT_OK(Write({Upsert(flow)}));
  TestWatcher today(hub());
  ONWARD_ASSERT_OK(today.Open(Judged()));
  EXPECT_EQ(Next(today), "mark 2");
  TestWatcher fixed(hub());
  WatchRequest request = Judged();
  request.as_of = clock().Today();
  ONWARD_ASSERT_OK(fixed.Open(request));
  EXPECT_EQ(Next(fixed), "mark 2");
  clock().SetToday(Date::Of(2026, 12, 1));
  hub().Poke();
  const auto event = today.Next();
  ONWARD_ASSERT_OK(event);
  EXPECT_EQ(TextOf(*event), "2 day");
  EXPECT_THAT(VerdictsOf(*event), ElementsAre("until-december: LACKING > UNSPECIFIED"));
  EXPECT_EQ(event->basis.when->as_of, Date::Of(2026, 12, 1));
  EXPECT_EQ(Next(fixed), "mark 2");
}

// Midnight passes between two readings of the clock, and a mark is due too.
TEST_F(WatchTest, ANewDayIsToldBeforeTheMarkThatIsDueOnIt) {
  WriteSmallInventory();
  model::Flow flow = FlowOf("until-december", "acme", "vendor");
  flow.interval.until = Date::Of(2026, 12, 1);
  ONWARD_ASSERT_OK(Write({Upsert(flow)}));
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(Judged()));
  EXPECT_EQ(Next(watcher), "mark 2");
  clock().SetTodayAfterNextReading(Date::Of(2026, 12, 1));
  hub().Poke();
  EXPECT_EQ(Next(watcher), "2 day");
}

TEST_F(WatchTest, OneComputationForAllWhoAskTheSame) {
  WriteSmallInventory();
  TestWatcher first(hub());
  TestWatcher second(hub());
  ONWARD_ASSERT_OK(first.Open(Judged()));
  ONWARD_ASSERT_OK(second.Open(Judged()));
  EXPECT_EQ(Next(first), Next(second));
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("vendor", "SE"))}));
  const auto a = first.Next();
  const auto b = second.Next();
  ONWARD_ASSERT_OK(a);
  ONWARD_ASSERT_OK(b);
  EXPECT_EQ(a->verdicts, b->verdicts);
  EXPECT_EQ(a->findings, b->findings);
  EXPECT_EQ(a->revision, b->revision);
}

TEST_F(WatchTest, AsManyWatchesAsAreAllowed) {
  EngineOptions options;
  options.watches_max = 2;
  Restart(options);
  TestWatcher first(hub());
  TestWatcher second(hub());
  TestWatcher third(hub());
  ONWARD_ASSERT_OK(first.Open(From(0)));
  ONWARD_ASSERT_OK(second.Open(Judged()));
  EXPECT_EQ(Stats(engine()).inventories[0].watches, 2U);
  const absl::Status refused = third.Open(From(0));
  EXPECT_THAT(refused, HasReasonOf("LIMIT_EXCEEDED"));
  EXPECT_EQ(DetailOf(refused)->metadata.at("limit"), "watches_max");
  first.Cut();
  ONWARD_EXPECT_OK(third.Open(From(0)));
  EXPECT_EQ(Stats(engine()).inventories[0].watches, 2U);
}

TEST_F(WatchTest, ASlowWatcherIsCutAndCanGoOn) {
  EngineOptions options;
  options.watch_items_max = 2;
  Restart(options);
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(From(0)));
  EXPECT_EQ(Next(watcher), "mark 0");
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("p", "US"))}));
  EXPECT_EQ(Next(watcher), "1 write party/p");
  for (int i = 0; i < 5; ++i) {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("p" + std::to_string(i), "US"))}));
  }
  watcher.WaitForEnd();
  EXPECT_EQ(hub().size(), 0U);
  const auto end = watcher.Next();
  EXPECT_THAT(end, HasReasonOf("SLOW_CONSUMER"));
  EXPECT_EQ(DetailIn(end).metadata.at("revision"), "2");
  ONWARD_ASSERT_OK(watcher.Open(From(2)));
  EXPECT_EQ(Next(watcher), "mark 1");
  EXPECT_EQ(Next(watcher), "2 write party/p0");
}

TEST_F(WatchTest, WhoIsFarBehindIsFedAsItTakes) {
  EngineOptions options;
  options.watch_items_max = 3;
  Restart(options);
  for (int i = 0; i < 200; ++i) {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("p" + std::to_string(i), "US"))}));
  }
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(From(1)));
  EXPECT_EQ(Next(watcher), "mark 0");
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(Next(watcher), std::to_string(i + 1) + " write party/p" + std::to_string(i));
  }
}

// The entries stay, so names are told from the start; what the records were is gone.
TEST_F(WatchTest, WhatWasCompactedIsNamedWithTheOldestThatCanBeTold) {
  for (int i = 0; i < 5; ++i) {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("p" + std::to_string(i), "US"))}));
  }
  ONWARD_ASSERT_OK(store().Compact(kDefaultInventory, 5, 4, {}));
  Restart({});
  TestWatcher names(hub());
  ONWARD_ASSERT_OK(names.Open(From(1)));
  EXPECT_EQ(Next(names), "mark 0");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Next(names), std::to_string(i + 1) + " write party/p" + std::to_string(i));
  }
  EXPECT_EQ(Next(names), "6 write");
  WatchRequest request = From(3);
  request.records = true;
  EXPECT_EQ(OldestTold(request), "4");
  request = Judged();
  request.from_revision = 4;
  EXPECT_EQ(OldestTold(request), "5");
}

TEST_F(WatchTest, ACompactionAtTheCursorLeavesNoGap) {
  EngineOptions options;
  options.watch_items_max = 2;
  Restart(options);
  for (int i = 0; i < 20; ++i) {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("p" + std::to_string(i), "US"))}));
  }
  TestWatcher watcher(hub());
  WatchRequest request = From(1);
  request.records = true;
  ONWARD_ASSERT_OK(watcher.Open(request));
  EXPECT_EQ(Next(watcher), "mark 0");
  ONWARD_ASSERT_OK(store().Compact(kDefaultInventory, 20, 18, {}));
  uint64_t told = 0;
  auto message = watcher.Next();
  for (; message.ok(); message = watcher.Next()) {
    ASSERT_EQ(message->basis.revision, ++told);
  }
  EXPECT_LT(told, 18U);
  EXPECT_THAT(message, HasReasonOf("REVISION_COMPACTED"));
  EXPECT_EQ(DetailIn(message).metadata.at("oldest"), "18");
}

TEST_F(WatchTest, AStopEndsEveryWatchWithAMark) {
  WriteSmallInventory();
  TestWatcher watcher(hub());
  ONWARD_ASSERT_OK(watcher.Open(From(1)));
  EXPECT_EQ(Next(watcher), "mark 0");
  EXPECT_EQ(Next(watcher), "1 write party/acme party/vendor flow/acme-to-vendor");
  hub().Stop();
  EXPECT_EQ(Next(watcher), "mark 1");
  EXPECT_EQ(Next(watcher), "UNAVAILABLE");
  EXPECT_EQ(watcher.Open(From(0)).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(hub().size(), 0U);
}

}  // namespace
}  // namespace onward::commands
