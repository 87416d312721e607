// Contacts through writes, erasures and reads: salts, repeats, what memory holds.
#include "services/commands/erase_contacts.h"

#include <gmock/gmock.h>

#include "services/commands/get.h"
#include "services/commands/revert.h"
#include "services/commands/test_engine.h"
#include "storage/commitment.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EraseContactsTest : public EngineTest {
 protected:
  static model::Mutation Put(std::vector<model::Contact> contacts,
                             const std::string& name = "acme") {
    model::Party party = PartyOf("acme", "FI");
    party.display_name = name;
    party.contacts = std::move(contacts);
    return Upsert(party);
  }
  static model::Contact Named(const std::string& name) {
    model::Contact contact;
    contact.role = model::ContactRole::kDpo;
    contact.name = name;
    return contact;
  }
  EraseContactsRequest RequestFor(std::vector<uint32_t> contacts, const std::string& id = "erase") {
    EraseContactsRequest request;
    request.inventory = kDefaultInventory;
    request.order = {"acme", std::move(contacts), 0};
    request.meta.request_id = id;
    return request;
  }
  absl::StatusOr<EraseContactsResult> Erase(std::vector<uint32_t> contacts = {},
                                            const std::string& id = "erase") {
    return EraseContacts(engine(), RequestFor(std::move(contacts), id), CallContext());
  }
  std::vector<model::Contact> StoredAt(uint64_t revision) {
    const auto found =
        store().Get(kDefaultInventory, {model::RecordKind::kParty, "acme"}, revision);
    return std::get<model::Party>((*found)->record).contacts;
  }
  // As the engine's snapshots have them.
  std::vector<std::string> NamesAt(uint64_t revision) {
    const auto inventory = engine().Find(kDefaultInventory);
    const auto snapshot = engine().At(**inventory, revision, CallContext());
    std::vector<std::string> names;
    for (const model::Contact& contact : (*snapshot)->FindParty("acme")->contacts) {
      names.push_back(contact.erased_at > 0 ? "erased@" + std::to_string(contact.erased_at)
                                            : contact.name);
    }
    return names;
  }
};

TEST_F(EraseContactsTest, EachContactGetsASaltAndKeepsItWhileItIsTheSame) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane"), Named("jane")})}));
  const std::vector<model::Contact> first = StoredAt(1);
  EXPECT_THAT(first[0].salt, SizeIs(storage::kSaltBytes));
  EXPECT_NE(first[0].salt, first[1].salt);
  const auto same = Write({Put({Named("jane"), Named("jane")})});
  ONWARD_ASSERT_OK(same);
  EXPECT_EQ(same->counts.unchanged, 1U);
  ONWARD_ASSERT_OK(Write({Put({Named("joe"), Named("jane"), Named("jane")}, "Acme")}));
  const std::vector<model::Contact> second = StoredAt(2);
  EXPECT_EQ(second[1].salt, first[0].salt);
  EXPECT_EQ(second[2].salt, first[1].salt);
  EXPECT_THAT(second[0].salt, SizeIs(storage::kSaltBytes));
}

TEST_F(EraseContactsTest, NoRevisionAndNothingAtHandTellsItAnyMore) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane"), Named("joe")})}));
  ONWARD_ASSERT_OK(Write({Put({Named("joe"), Named("jane")}, "Acme")}));
  EXPECT_THAT(NamesAt(1), ElementsAre("jane", "joe"));
  const auto erased = Erase({1});
  ONWARD_ASSERT_OK(erased);
  EXPECT_EQ(erased->revision, 3U);
  EXPECT_TRUE(erased->scrubbed);
  EXPECT_THAT(NamesAt(1), ElementsAre("erased@3", "joe"));
  EXPECT_THAT(NamesAt(2), ElementsAre("joe", "erased@3"));
  EXPECT_THAT(NamesAt(3), ElementsAre("joe", "erased@3"));
}

TEST_F(EraseContactsTest, ARepeatAnswersTheFirstResult) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane")})}));
  const auto first = Erase();
  ONWARD_ASSERT_OK(first);
  const auto again = Erase();
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->revision, first->revision);
  EXPECT_EQ(again->erasure, first->erasure);
  EXPECT_EQ(DetailOf(Erase({0}).status())->reason, "REQUEST_ID_REUSED");
  const auto nothing = Erase({}, "other");
  ONWARD_ASSERT_OK(nothing);
  EXPECT_EQ(nothing->revision, 2U);
  EXPECT_THAT(nothing->erasure.contacts, IsEmpty());
}

TEST_F(EraseContactsTest, ALostAnswerIsFoundByTheSameRequest) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane")})}));
  LoseNextAnswer();
  EXPECT_FALSE(Erase().ok());
  const auto again = Erase();
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->revision, 2U);
  EXPECT_THAT(again->erasure.contacts, SizeIs(1));
  EXPECT_THAT(NamesAt(1), ElementsAre("erased@2"));
  EXPECT_THAT(NamesAt(2), ElementsAre("erased@2"));
}

TEST_F(EraseContactsTest, WhatComesToLightWhileItIsAskedAgainIsReadByNobody) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane")})}));
  HideNextWrite();
  EXPECT_FALSE(Erase().ok());
  const auto again = Erase();
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(engine().Read(kDefaultInventory, Freshness(), CallContext())->revision(),
            again->revision);
}

TEST_F(EraseContactsTest, ADryRunErasesNothing) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane")})}));
  EraseContactsRequest request = RequestFor({}, "");
  request.meta.dry_run = true;
  const auto preview = EraseContacts(engine(), request, CallContext());
  ONWARD_ASSERT_OK(preview);
  EXPECT_THAT(preview->erasure.contacts, SizeIs(1));
  EXPECT_THAT(NamesAt(1), ElementsAre("jane"));
}

TEST_F(EraseContactsTest, AnErasedContactIsWrittenAgainAsItWasReadAndNoOther) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane"), Named("joe")})}));
  ONWARD_ASSERT_OK(Erase({0}));
  model::Contact erased;
  erased.role = model::ContactRole::kDpo;
  erased.erased_at = 2;
  const auto same = Write({Put({erased, Named("joe")})});
  ONWARD_ASSERT_OK(same);
  EXPECT_EQ(same->counts.unchanged, 1U);
  ONWARD_ASSERT_OK(Write({Put({Named("joe"), erased}, "Acme")}));
  EXPECT_EQ(StoredAt(3)[1].commitment, StoredAt(2)[0].commitment);
  // Of another inventory: the role is left.
  erased.erased_at = 1;
  ONWARD_ASSERT_OK(Write({Put({erased})}));
  EXPECT_EQ(StoredAt(4)[0].erased_at, 0U);
  EXPECT_EQ(StoredAt(4)[0].commitment, "");
  EXPECT_EQ(Write({Put({erased})})->counts.unchanged, 1U);
  erased.name = "jane";
  EXPECT_EQ(DetailOf(Write({Put({erased})}).status())->reason, "INVALID_RECORD");
}

TEST_F(EraseContactsTest, GoingBackBeforeTheErasureDoesNotBringItBack) {
  ONWARD_ASSERT_OK(Write({Put({Named("jane")})}));
  ONWARD_ASSERT_OK(Write({Put({})}));
  ONWARD_ASSERT_OK(Erase());
  RevertRequest request;
  request.inventory = kDefaultInventory;
  request.to_revision = 1;
  request.meta.request_id = "back";
  ONWARD_ASSERT_OK(Revert(engine(), request, CallContext()));
  EXPECT_THAT(NamesAt(4), ElementsAre("erased@3"));
}

TEST_F(EraseContactsTest, BadRequestsNameTheField) {
  EraseContactsRequest request = RequestFor({});
  request.order.party = "";
  EXPECT_THAT(std::string(EraseContacts(engine(), request, CallContext()).status().message()),
              HasSubstr("party"));
  EXPECT_FALSE(Erase(std::vector<uint32_t>(1'001)).ok());
  EXPECT_FALSE(Erase({}, "").ok());
}

}  // namespace
}  // namespace onward::commands
