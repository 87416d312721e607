// A law register that is put: in effect at once for every inventory, after a restart too; or refused, and
// nothing has changed.
#include "services/commands/put_register.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "services/commands/check.h"
#include "services/commands/inventories.h"
#include "services/commands/list_transfers.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using onward::testing::StatusIs;
using onward::v1::LawRegister;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The built-in register with another version and a change.
template <class Change>
LawPtr Changed(const std::string& version, Change change) {
  LawRegister message = *testing::TheLoadedRegister().message;
  message.set_version(version);
  change(message);
  const auto loaded = services::LoadRegister(std::move(message));
  EXPECT_THAT(loaded, testing::IsOk());
  return services::MakeLawVersion(*loaded);
}

LawPtr Renamed(const std::string& version) {
  return Changed(version, [](LawRegister& /*message*/) {});
}

// No decision for Argentina any more.
LawPtr WithoutArgentina(const std::string& version) {
  return Changed(version, [](LawRegister& message) {
    auto& decisions = *message.mutable_decisions();
    decisions.erase(std::remove_if(decisions.begin(), decisions.end(),
                                   [](const auto& decision) {
                                     return decision.countries_size() == 1 &&
                                            decision.countries(0) == "AR";
                                   }),
                    decisions.end());
  });
}

class PutRegisterTest : public EngineTest {
 protected:
  absl::StatusOr<PutRegisterResult> Put(LawPtr law, const std::string& expected = "",
                                        bool dry_run = false) {
    PutRegisterRequest request;
    request.law = std::move(law);
    request.expected_version = expected;
    request.comment = "because";
    request.dry_run = dry_run;
    return PutRegister(engine(), request, CallContext());
  }

  // An exporter in Finland and an importer in Argentina, in an inventory of their own.
  void WriteArgentina(const std::string& inventory) {
    ApplyRequest request =
        RequestOf({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "AR")),
                   Upsert(FlowOf("acme-to-vendor", "acme", "vendor"))});
    request.inventory = inventory;
    ONWARD_ASSERT_OK(Apply(engine(), request, CallContext()));
  }

  // Version and verdict, as an answer says them together.
  std::string Asked(const std::string& inventory) {
    CheckRequest request;
    request.inventory = inventory;
    request.questions = {{"acme", "vendor", {}}};
    const auto result = Check(engine(), request, "question", CallContext());
    EXPECT_THAT(result, testing::IsOk());
    return result->basis.law->version() + " " +
           std::string(verdict::Name(result->answers.front().verdict));
  }

  std::vector<std::string> Log() {
    std::vector<std::string> log;
    const auto page = ListRegisters(engine(), std::nullopt, 100);
    for (const RegisterInfo& info : page->versions) {
      log.push_back(info.version + (info.built_in ? " built in" : "") +
                    (info.in_effect ? " in effect" : ""));
    }
    return log;
  }

  const std::string built_in_ = testing::TheRegister()->version();
};

TEST_F(PutRegisterTest, VerdictsOfEveryInventoryChangeAtOnce) {
  ONWARD_ASSERT_OK(CreateInventory(engine(), "other", ""));
  WriteArgentina("default");
  WriteArgentina("other");
  EXPECT_EQ(Asked("default"), built_in_ + " COVERED");
  const auto put = Put(WithoutArgentina("2027-01-01"), built_in_);
  ONWARD_ASSERT_OK(put);
  EXPECT_EQ(put->info.version, "2027-01-01");
  EXPECT_TRUE(put->info.in_effect);
  EXPECT_FALSE(put->info.built_in);
  EXPECT_EQ(put->info.comment, "because");
  ASSERT_THAT(put->impacts, SizeIs(2));
  EXPECT_EQ(put->impacts[0].inventory, "default");
  EXPECT_EQ(put->impacts[0].changed, 1U);
  EXPECT_EQ(put->impacts[0].newly_lacking, 1U);
  EXPECT_EQ(put->impacts[1].inventory, "other");
  EXPECT_EQ(Asked("default"), "2027-01-01 LACKING");
  EXPECT_EQ(Asked("other"), "2027-01-01 LACKING");
  EXPECT_THAT(Log(), ElementsAre("2027-01-01 in effect", built_in_ + " built in"));
}

TEST_F(PutRegisterTest, ADryRunSaysWhatWouldChangeAndChangesNothing) {
  WriteArgentina("default");
  const auto tried = Put(WithoutArgentina("2027-01-01"), "", true);
  ONWARD_ASSERT_OK(tried);
  ASSERT_THAT(tried->impacts, SizeIs(1));
  EXPECT_EQ(tried->impacts[0].newly_lacking, 1U);
  EXPECT_EQ(tried->info.version, "2027-01-01");
  EXPECT_FALSE(tried->info.in_effect);
  EXPECT_EQ(tried->in_effect->version(), built_in_);
  EXPECT_EQ(Asked("default"), built_in_ + " COVERED");
  EXPECT_THAT(Log(), ElementsAre(built_in_ + " built in in effect"));
}

TEST_F(PutRegisterTest, TheRegisterThatWasPutLastIsInEffectAfterARestart) {
  WriteArgentina("default");
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-01")));
  ONWARD_ASSERT_OK(Put(WithoutArgentina("2027-01-02")));
  Reopen();
  EXPECT_EQ(Asked("default"), "2027-01-02 LACKING");
  EXPECT_THAT(Log(), ElementsAre("2027-01-02 in effect", "2027-01-01", built_in_ + " built in"));
}

// A program with a newer built-in register is started on a store whose register was put: law changes by
// a put alone.
TEST_F(PutRegisterTest, AnOlderRegisterThatWasPutStaysInEffectUnderANewerProgram) {
  WriteArgentina("default");
  ONWARD_ASSERT_OK(Put(WithoutArgentina("2026-11-21")));
  Reopen();
  EXPECT_EQ(Asked("default"), "2026-11-21 LACKING");
  ONWARD_ASSERT_OK(Put(engine().built_in_law(), "2026-11-21"));
  EXPECT_EQ(Asked("default"), built_in_ + " COVERED");
  Reopen();
  EXPECT_EQ(Asked("default"), built_in_ + " COVERED");
  EXPECT_THAT(Log(), ElementsAre(built_in_ + " in effect", "2026-11-21", built_in_ + " built in"));
}

TEST_F(PutRegisterTest, TheSameRegisterIsNotPutTwice) {
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-01"), built_in_));
  // A repeat, as a client sends that has lost the answer: its expectation held the first time.
  const auto again = Put(Renamed("2027-01-01"), built_in_);
  ONWARD_ASSERT_OK(again);
  EXPECT_TRUE(again->unchanged);
  EXPECT_EQ(again->info.version, "2027-01-01");
  EXPECT_THAT(Log(), SizeIs(2));
}

TEST_F(PutRegisterTest, TheBuiltInRegisterCanBePutSoThatItStays) {
  WriteArgentina("default");
  const auto put = Put(engine().built_in_law());
  ONWARD_ASSERT_OK(put);
  EXPECT_FALSE(put->unchanged);
  EXPECT_THAT(put->impacts, IsEmpty());
  EXPECT_THAT(Log(), ElementsAre(built_in_ + " in effect", built_in_ + " built in"));
  const auto again = Put(engine().built_in_law());
  ONWARD_ASSERT_OK(again);
  EXPECT_TRUE(again->unchanged);
  EXPECT_THAT(Log(), SizeIs(2));
}

// Say, by a release with a field or a check that this one lacks, or the other way round.
TEST_F(PutRegisterTest, AStoredRegisterThatIsRefusedStopsTheStartByName) {
  LawRegister message = *testing::TheLoadedRegister().message;
  message.set_version("2027-01-01");
  message.mutable_decisions(0)->clear_source();
  ONWARD_ASSERT_OK(store().PutLaw(services::RegisterBytes(message),
                                  {"2027-01-01", "", storage::Time(), "", ""}));
  const auto opened = Engine::Open(
      {&store(), &clock(), engine().built_in_law(), &services::LoadLawVersion}, EngineOptions());
  EXPECT_THAT(opened, StatusIs(absl::StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr("2027-01-01"), HasSubstr("source"))));
}

TEST_F(PutRegisterTest, AnEarlierVersionCanBePutBack) {
  WriteArgentina("default");
  ONWARD_ASSERT_OK(Put(WithoutArgentina("2027-01-01")));
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-02")));
  ONWARD_ASSERT_OK(Put(WithoutArgentina("2027-01-01")));
  EXPECT_EQ(Asked("default"), "2027-01-01 LACKING");
  EXPECT_THAT(Log(), ElementsAre("2027-01-01 in effect", "2027-01-02", "2027-01-01",
                                 built_in_ + " built in"));
}

TEST_F(PutRegisterTest, AVersionNamesOneRegister) {
  EXPECT_EQ(DetailIn(Put(WithoutArgentina(built_in_))).reason, "REGISTER_VERSION_EXISTS");
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-01")));
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-02")));
  const auto refused = Put(WithoutArgentina("2027-01-01"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("2027-01-01")));
  EXPECT_EQ(DetailIn(refused).metadata.at("version"), "2027-01-01");
  EXPECT_THAT(Log(), SizeIs(3));
}

TEST_F(PutRegisterTest, AnExpectationThatFailsChangesNothing) {
  const auto refused = Put(Renamed("2027-01-01"), "2020-01-01");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("2020-01-01")));
  EXPECT_EQ(DetailIn(refused).reason, "REGISTER_MOVED");
  EXPECT_EQ(DetailIn(refused).metadata.at("actual"), built_in_);
  EXPECT_THAT(Log(), SizeIs(1));
}

TEST_F(PutRegisterTest, WordsThatRecordsUseMustStay) {
  model::Agreement dpa;
  dpa.id = "dpa";
  dpa.parties = {"acme", "vendor"};
  dpa.instruments = {"art28", "scc-2010-87"};
  WriteSmallInventory();
  ONWARD_ASSERT_OK(Write({Upsert(dpa)}));
  const auto without = [](const std::string& version, const std::string& id) {
    return Changed(version, [&](LawRegister& message) {
      auto& list = *message.mutable_instruments();
      list.erase(std::remove_if(list.begin(), list.end(),
                                [&](const auto& instrument) { return instrument.id() == id; }),
                 list.end());
      for (auto& court_case : *message.mutable_cases()) {
        auto& affects = *court_case.mutable_affects();
        affects.erase(std::remove(affects.begin(), affects.end(), id), affects.end());
      }
    });
  };
  for (const bool dry_run : {true, false}) {
    const auto refused = Put(without("2027-01-01", "scc-2010-87"), "", dry_run);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dpa")));
    const ErrorDetail detail = DetailIn(refused);
    EXPECT_EQ(detail.reason, "DANGLING_REFERENCE");
    ASSERT_THAT(detail.violations, SizeIs(1));
    EXPECT_EQ(detail.violations[0].field, "default/agreement/dpa.instruments[1]");
    EXPECT_THAT(detail.violations[0].message, HasSubstr("scc-2010-87"));
  }
  EXPECT_EQ(engine().law()->version(), built_in_);
  // What no record uses may go.
  ONWARD_EXPECT_OK(Put(without("2027-01-01", "scc-2004-915-set2")));
}

TEST_F(PutRegisterTest, RecordsAreCheckedAgainstTheRegisterInEffect) {
  WriteSmallInventory();
  model::Agreement dpa;
  dpa.id = "dpa";
  dpa.parties = {"acme", "vendor"};
  dpa.instruments = {"scc-2030-1"};
  EXPECT_EQ(DetailIn(Write({Upsert(dpa)})).reason, "INVALID_RECORD");
  ONWARD_ASSERT_OK(Put(Changed("2027-01-01", [](LawRegister& message) {
    for (const auto& instrument : testing::TheLoadedRegister().message->instruments()) {
      if (instrument.id() == "scc-2021-914-m2") {
        *message.add_instruments() = instrument;
        message.mutable_instruments()->rbegin()->set_id("scc-2030-1");
      }
    }
  })));
  ONWARD_EXPECT_OK(Write({Upsert(dpa)}));
}

TEST_F(PutRegisterTest, AListGoesOnWithTheRegisterOfItsFirstPage) {
  WriteArgentina("default");
  ONWARD_ASSERT_OK(
      Write({Upsert(PartyOf("second", "AR")), Upsert(FlowOf("acme-to-second", "acme", "second"))}));
  ListTransfersRequest request;
  request.inventory = "default";
  request.page.size = 1;
  const auto first = ListTransfers(engine(), request, CallContext());
  ONWARD_ASSERT_OK(first);
  ONWARD_ASSERT_OK(Put(WithoutArgentina("2027-01-01")));
  for (const bool restarted : {false, true}) {
    if (restarted) {
      Reopen();
    }
    request.page.from = first->next;
    const auto second = ListTransfers(engine(), request, CallContext());
    ONWARD_ASSERT_OK(second);
    EXPECT_EQ(second->basis.law->version(), built_in_);
    EXPECT_EQ(second->page.rows.at(0).verdict->verdict, verdict::Verdict::kCovered);
  }
}

TEST_F(PutRegisterTest, AnEarlierVersionIsLoadedOnce) {
  ONWARD_ASSERT_OK(Put(WithoutArgentina("2027-01-01")));
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-02")));
  Reopen();
  const auto first = engine().FindLaw("2027-01-01");
  ONWARD_ASSERT_OK(first);
  EXPECT_EQ((*first)->version(), "2027-01-01");
  EXPECT_EQ(engine().FindLaw("2027-01-01").value(), *first);
  EXPECT_EQ(engine().FindLaw("2027-01-02").value(), engine().law());
  EXPECT_EQ(engine().FindLaw(built_in_).value(), engine().built_in_law());
  EXPECT_EQ(DetailIn(engine().FindLaw("2001-01-01")).reason, "REGISTER_VERSION_NOT_FOUND");
}

TEST_F(PutRegisterTest, TheListOfRegistersComesInPages) {
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-01")));
  ONWARD_ASSERT_OK(Put(Renamed("2027-01-02")));
  std::vector<std::string> seen;
  std::optional<uint64_t> from;
  do {
    const auto page = ListRegisters(engine(), from, 1);
    ONWARD_ASSERT_OK(page);
    ASSERT_THAT(page->versions, SizeIs(1));
    seen.push_back(page->versions[0].version);
    from = page->next;
  } while (from);
  EXPECT_THAT(seen, ElementsAre("2027-01-02", "2027-01-01", built_in_));
}

TEST_F(PutRegisterTest, ALongCommentIsRefused) {
  PutRegisterRequest request;
  request.law = Renamed("2027-01-01");
  request.comment = std::string(1'001, 'x');
  EXPECT_EQ(DetailIn(PutRegister(engine(), request, CallContext())).reason, "INVALID_REQUEST");
}

TEST_F(PutRegisterTest, AnswersDuringPutsComeFromOneRegisterEach) {
  WriteArgentina("default");
  std::atomic<bool> done{false};
  std::thread asks([&] {
    while (!done) {
      const std::string answer = Asked("default");
      const bool without = answer.find("2027-02") != std::string::npos;
      EXPECT_THAT(answer, HasSubstr(without ? "LACKING" : "COVERED"));
    }
  });
  std::thread writes([&] {
    for (int i = 0; !done; ++i) {
      const auto result = Write({Upsert(PartyOf("p" + std::to_string(i % 5), "FI"))});
      EXPECT_THAT(result, testing::IsOk());
    }
  });
  for (int i = 1; i <= 4; ++i) {
    ONWARD_EXPECT_OK(Put(WithoutArgentina("2027-02-0" + std::to_string(i))));
    ONWARD_EXPECT_OK(Put(Renamed("2027-03-0" + std::to_string(i))));
  }
  done = true;
  asks.join();
  writes.join();
}

}  // namespace
}  // namespace onward::commands
