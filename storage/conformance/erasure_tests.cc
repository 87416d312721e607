// Contacts: what the chain holds of them, what an erasure takes away and leaves.
#include <random>

#include "storage/audit_source.h"
#include "storage/commitment.h"
#include "storage/conformance/conformance.h"
#include "storage/erasure_ledger.h"
#include "storage/record.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

model::Contact ContactOf(const std::string& name, bool salted = true) {
  model::Contact contact;
  contact.role = model::ContactRole::kDpo;
  contact.name = name;
  contact.email = name + "@acme.example";
  if (salted) {
    contact.salt = *NewSalt();
  }
  return contact;
}

RecordWrite PutContacts(const std::string& id, std::vector<model::Contact> contacts) {
  model::Party party = std::get<model::Party>(TestParty(id, "p"));
  party.contacts = std::move(contacts);
  return {PartyRef(id), model::Record(party)};
}

// Names of a party's contacts; of erased ones the revision.
std::vector<std::string> NamesAt(Store& store, const std::string& id, uint64_t revision) {
  const auto found = store.Get("a", PartyRef(id), revision);
  std::vector<std::string> names;
  if (!found.ok() || !*found) {
    return {"-"};
  }
  for (const model::Contact& contact : std::get<model::Party>((*found)->record).contacts) {
    names.push_back(contact.erased_at == 0 ? contact.name
                                           : "erased@" + std::to_string(contact.erased_at));
    EXPECT_TRUE(contact.erased_at == 0 ||
                (!contact.HasValues() && contact.salt.empty() && contact.commitment.size() == 32));
  }
  return names;
}

ErasureOrder OrderOf(const std::string& party, std::vector<uint32_t> contacts = {},
                     uint64_t at_revision = 0) {
  return {party, std::move(contacts), at_revision};
}

// What is wrong with the chain and its records; empty: nothing.
std::string FaultOf(Store& store) {
  const auto source = store.Audit("a");
  ErasureLedger ledger;
  std::string fault;
  const absl::Status visited = (*source)->VisitEntries(
      0, [&](uint64_t place, absl::StatusOr<ChangelogEntry> entry) -> absl::StatusOr<bool> {
        if (!entry.ok() || entry->hash != HashOf(*entry)) {
          fault = "entry " + std::to_string(place);
          return false;
        }
        ledger.AddEntry(entry->info);
        for (size_t i = 0; i < entry->info.changes.size(); ++i) {
          const RevisionInfo::Item& change = entry->info.changes[i];
          const auto version = (*source)->VersionOf(change.ref, place);
          const bool forgotten = version->state == KeptVersion::State::kForgotten;
          if (!forgotten && !ledger.AddVersion(change.ref, place, entry->digests[i],
                                               version->digest, version->erased)) {
            fault = change.ref.id + "@" + std::to_string(place);
          }
        }
        return true;
      });
  ONWARD_EXPECT_OK(visited);
  if (const auto gap = ledger.Unaccounted(); gap && fault.empty()) {
    fault = gap->ref.id + "@" + std::to_string(gap->revision) + ": " + gap->text;
  }
  return fault;
}

TEST_P(ConformanceTest, AnErasureTakesTheContactsFromEveryVersionAndTheChainStaysWhole) {
  Create("a");
  const model::Contact jane = ContactOf("jane");
  const model::Contact joe = ContactOf("joe");
  Commit("a", {PutContacts("p", {jane}), PutContacts("q", {ContactOf("jane")})});
  Commit("a", {PutContacts("p", {joe, jane})}, "second");
  const auto erased = store().EraseContacts("a", 2, OrderOf("p", {1}), {});
  ONWARD_ASSERT_OK(erased);
  EXPECT_EQ(erased->revision, 3U);
  EXPECT_THAT(erased->erasure.contacts,
              ElementsAre(Erasure::Contact{"contacts[1]", CommitmentOf(jane, jane.salt)}));
  EXPECT_THAT(erased->erasure.versions,
              ElementsAre(Erasure::Version{1, ""}, Erasure::Version{2, ""}));
  EXPECT_THAT(NamesAt(store(), "p", 1), ElementsAre("erased@3"));
  EXPECT_THAT(NamesAt(store(), "p", 2), ElementsAre("joe", "erased@3"));
  EXPECT_THAT(NamesAt(store(), "p", 3), ElementsAre("joe", "erased@3"));
  EXPECT_THAT(NamesAt(store(), "q", 3), ElementsAre("jane"));
  const RevisionInfo entry = Entries("a", std::nullopt, 0, 1).at(0);
  EXPECT_EQ(entry.erasure, erased->erasure);
  EXPECT_THAT(entry.changes, SizeIs(1));
  EXPECT_EQ(FaultOf(store()), "");
  EXPECT_EQ(*store().Scrub("a", {}), true);
  EXPECT_EQ(*store().Scrub("a", {}), true);
  EXPECT_EQ(FaultOf(store()), "");
}

TEST_P(ConformanceTest, ThatNothingIsLeftToEraseMakesNoRevision) {
  Create("a");
  Commit("a", {PutContacts("p", {ContactOf("jane")})});
  CommitMeta meta;
  meta.request_id = "e";
  meta.payload_digest = "digest";
  ONWARD_ASSERT_OK(store().EraseContacts("a", 1, OrderOf("p"), meta));
  EXPECT_THAT(store().EraseContacts("a", 2, OrderOf("p"), meta),
              HasErrorReason("REQUEST_ID_REUSED"));
  meta.request_id = "f";
  const auto again = store().EraseContacts("a", 2, OrderOf("p"), meta);
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->revision, 2U);
  EXPECT_THAT(again->erasure.contacts, IsEmpty());
  EXPECT_EQ(Head("a"), 2U);
  EXPECT_EQ(store().FindRequest("a", "f")->value().revision, 2U);
}

TEST_P(ConformanceTest, APreviewWritesNothingAndSaysTheSame) {
  Create("a");
  Commit("a", {PutContacts("p", {ContactOf("jane")})});
  const auto preview = store().PreviewErasure("a", OrderOf("p"));
  ONWARD_ASSERT_OK(preview);
  EXPECT_THAT(NamesAt(store(), "p", 1), ElementsAre("jane"));
  EXPECT_EQ(Head("a"), 1U);
  EXPECT_EQ(store().EraseContacts("a", 1, OrderOf("p"), {})->erasure, *preview);
}

TEST_P(ConformanceTest, TheSamePersonGoesFromOtherVersionsToo) {
  Create("a");
  model::Contact nameless = ContactOf("jane");
  nameless.name.clear();
  model::Contact moved = ContactOf("jane");
  moved.email = "jane@elsewhere.example";
  Commit("a", {PutContacts("p", {nameless, ContactOf("joe")})});
  Commit("a", {PutContacts("p", {moved})});
  Commit("a", {PutContacts("p", {ContactOf("jane")})});
  Commit("a", {DeleteParty("p")});
  const auto erased = store().EraseContacts("a", 4, OrderOf("p", {0}, 3), {});
  ONWARD_ASSERT_OK(erased);
  EXPECT_THAT(erased->erasure.contacts, SizeIs(3));
  EXPECT_THAT(NamesAt(store(), "p", 1), ElementsAre("erased@5", "joe"));
  EXPECT_THAT(NamesAt(store(), "p", 2), ElementsAre("erased@5"));
  EXPECT_THAT(NamesAt(store(), "p", 3), ElementsAre("erased@5"));
  // The party is gone, so nothing of it changes now.
  EXPECT_THAT(Entries("a", std::nullopt, 0, 1).at(0).changes, IsEmpty());
  EXPECT_THAT(NamesAt(store(), "p", 5), ElementsAre("-"));
  EXPECT_EQ(FaultOf(store()), "");
}

TEST_P(ConformanceTest, VersionsWithoutASaltAreVouchedForByTheErasure) {
  Create("a");
  Commit("a", {PutContacts("p", {ContactOf("jane", false), ContactOf("joe", false)})});
  const auto erased = store().EraseContacts("a", 1, OrderOf("p", {0}), {});
  ONWARD_ASSERT_OK(erased);
  ASSERT_THAT(erased->erasure.versions, SizeIs(1));
  EXPECT_EQ(erased->erasure.versions[0].digest.size(), 32U);
  EXPECT_EQ(FaultOf(store()), "");
  ONWARD_ASSERT_OK(store().EraseContacts("a", 2, OrderOf("p"), {}));
  EXPECT_THAT(NamesAt(store(), "p", 1), ElementsAre("erased@2", "erased@3"));
  EXPECT_THAT(NamesAt(store(), "p", 2), ElementsAre("erased@2", "erased@3"));
  EXPECT_EQ(FaultOf(store()), "");
}

TEST_P(ConformanceTest, AContactThatIsMissingWithoutAnErasureIsDamage) {
  Create("a");
  const model::Contact jane = ContactOf("jane");
  model::Contact erased;
  erased.role = jane.role;
  erased.commitment = CommitmentOf(jane, jane.salt);
  erased.erased_at = 1;
  Commit("a", {PutContacts("p", {erased})});
  EXPECT_EQ(FaultOf(store()), "p@1: a contact is missing that no erasure took away");
}

TEST_P(ConformanceTest, WhatCannotBeErasedIsSaid) {
  Create("a");
  Commit("a", {PutContacts("p", {ContactOf("jane")})});
  EXPECT_THAT(store().EraseContacts("a", 1, OrderOf("x"), {}), HasErrorReason("INVALID_REQUEST"));
  EXPECT_THAT(store().EraseContacts("a", 1, OrderOf("p", {1}), {}),
              HasErrorReason("INVALID_REQUEST"));
  EXPECT_THAT(store().EraseContacts("a", 1, OrderOf("p", {0}, 2), {}),
              HasErrorReason("REVISION_IN_FUTURE"));
  EXPECT_THAT(store().EraseContacts("a", 0, OrderOf("p"), {}), HasErrorReason("HEAD_MOVED"));
  EXPECT_THAT(store().EraseContacts("x", 0, OrderOf("p"), {}),
              HasErrorReason("INVENTORY_NOT_FOUND"));
  EXPECT_THAT(store().Scrub("x", {}), HasErrorReason("INVENTORY_NOT_FOUND"));
  EXPECT_THAT(NamesAt(store(), "p", 1), ElementsAre("jane"));
}

TEST_P(ConformanceTest, PayloadDigestsSinceTheOldestVersionGo) {
  Create("a");
  CommitMeta meta;
  meta.payload_digest = "digest";
  meta.request_id = "before";
  ONWARD_ASSERT_OK(store().Commit("a", 0, {PutParty("q", "1")}, meta));
  meta.request_id = "with";
  ONWARD_ASSERT_OK(store().Commit("a", 1, {PutContacts("p", {ContactOf("jane")})}, meta));
  meta.request_id = "same";
  ONWARD_ASSERT_OK(store().KeepRequest("a", 2, meta));
  ONWARD_ASSERT_OK(store().EraseContacts("a", 2, OrderOf("p"), {}));
  EXPECT_EQ(*store().Scrub("a", {}), true);
  EXPECT_EQ(store().FindRequest("a", "before")->value().payload_digest, "digest");
  EXPECT_EQ(store().FindRequest("a", "with")->value().payload_digest, "");
  EXPECT_EQ(store().FindRequest("a", "with")->value().revision, 2U);
  EXPECT_EQ(store().FindRequest("a", "same")->value().payload_digest, "");
}

TEST_P(ConformanceTest, AnErasureIsThereAfterOpeningAgain) {
  ONWARD_NEEDS_REOPEN();
  Create("a");
  Commit("a", {PutContacts("p", {ContactOf("jane")})});
  ONWARD_ASSERT_OK(store().EraseContacts("a", 1, OrderOf("p"), {}));
  Reopen();
  EXPECT_THAT(NamesAt(store(), "p", 1), ElementsAre("erased@2"));
  EXPECT_EQ(*store().Scrub("a", {}), true);
  Reopen();
  EXPECT_EQ(*store().Scrub("a", {}), true);
  EXPECT_THAT(NamesAt(store(), "p", 2), ElementsAre("erased@2"));
  EXPECT_EQ(FaultOf(store()), "");
}

// Random writes, erasures, compactions and openings against a map of what each party's contacts are at each
// revision.
class ErasureModel {
 public:
  using State = std::map<std::string, std::vector<std::string>>;

  void Write(const std::string& id, std::vector<std::string> names) {
    State next = states_.empty() ? State() : states_.back();
    next[id] = std::move(names);
    states_.push_back(std::move(next));
  }
  void Erase(const std::string& id, const std::string& name) {
    states_.push_back(states_.back());
    const std::string erased = "erased@" + std::to_string(states_.size());
    for (State& state : states_) {
      for (std::string& one : state[id]) {
        one = one == name || (name.empty() && one.rfind("erased@", 0) != 0) ? erased : one;
      }
    }
  }
  void Nothing() { states_.push_back(states_.back()); }
  bool Has(const std::string& id, const std::string& name) const {
    for (const State& state : states_) {
      const auto found = state.find(id);
      for (const std::string& one :
           found == state.end() ? std::vector<std::string>() : found->second) {
        if (one == name) {
          return true;
        }
      }
    }
    return false;
  }
  const State& At(uint64_t revision) const { return states_.at(revision - 1); }
  uint64_t head() const { return states_.size(); }

 private:
  std::vector<State> states_;
};

void ExpectSame(Store& store, const ErasureModel& model, uint64_t oldest) {
  for (uint64_t revision = oldest; revision <= model.head(); ++revision) {
    for (const auto& [id, names] : model.At(revision)) {
      if (!names.empty()) {
        EXPECT_EQ(NamesAt(store, id, revision), names) << id << " at " << revision;
      }
    }
  }
}

TEST_P(ConformanceTest, RandomErasuresAgainstAModel) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&random](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  Create("a");
  ErasureModel model;
  std::map<std::string, std::vector<model::Contact>> newest;
  uint64_t oldest = 1;
  for (int step = 0; step < 50; ++step) {
    const std::string id = "p" + std::to_string(below(3));
    std::vector<model::Contact>& contacts = newest[id];
    const uint32_t what = below(10);
    if (what < 6 || contacts.empty()) {
      contacts.push_back(ContactOf("n" + std::to_string(below(6)), below(4) > 0));
      std::vector<std::string> names;
      for (const model::Contact& contact : contacts) {
        names.push_back(contact.erased_at == 0 ? contact.name
                                               : "erased@" + std::to_string(contact.erased_at));
      }
      Commit("a", {PutContacts(id, contacts)});
      model.Write(id, names);
    } else if (what < 8) {
      const uint32_t position = below(static_cast<uint32_t>(contacts.size()));
      const std::string name = contacts[position].name;
      const bool any = !name.empty() && model.Has(id, name);
      ONWARD_ASSERT_OK(store().EraseContacts("a", Head("a"), OrderOf(id, {position}), {}));
      if (any) {
        model.Erase(id, name);
      }
      contacts =
          std::get<model::Party>((*store().Get("a", PartyRef(id), Head("a")))->record).contacts;
    } else if (what == 8 && model.head() > oldest + 5) {
      oldest += 2;
      Compact("a", oldest);
      model.Nothing();
      ONWARD_ASSERT_OK(store().Forget("a", {}));
    } else if (what == 9 && GetParam().keeps_nothing.empty()) {
      ONWARD_ASSERT_OK(store().Scrub("a", {}));
      Reopen();
    }
    ASSERT_EQ(Head("a"), model.head());
    ASSERT_EQ(FaultOf(store()), "");
  }
  ExpectSame(store(), model, oldest);
}

}  // namespace
}  // namespace onward::storage
