#include "graph/categories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/model/checker.h"
#include "graph/model/default_categories.h"

namespace onward {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Categories With(const std::vector<model::Record>& records) {
  std::vector<const model::Record*> pointers;
  pointers.reserve(records.size());
  for (const model::Record& record : records) {
    pointers.push_back(&record);
  }
  return Categories(pointers);
}

model::Category Node(const std::string& id, const std::string& parent, bool special = false) {
  model::Category category;
  category.id = id;
  category.parent = parent;
  category.special = special;
  return category;
}

TEST(Categories, ParentIsTheDottedPrefixUnlessARecordSaysOtherwise) {
  const Categories tree = With({Node("newsletter", "contact.email"), Node("contact.email", "")});
  EXPECT_EQ(tree.ParentOf("contact.email.work"), "contact.email");
  EXPECT_EQ(tree.ParentOf("contact"), "");
  EXPECT_EQ(tree.ParentOf("newsletter"), "contact.email");
  EXPECT_EQ(tree.ParentOf("contact.email"), "contact");
}

TEST(Categories, Covers) {
  const Categories tree = With({Node("newsletter", "contact.email")});
  EXPECT_TRUE(tree.Covers("contact", "contact"));
  EXPECT_TRUE(tree.Covers("contact", "contact.email.work"));
  EXPECT_TRUE(tree.Covers("contact", "newsletter"));
  EXPECT_FALSE(tree.Covers("contact.email", "contact"));
  EXPECT_FALSE(tree.Covers("contact", "contacts"));
  EXPECT_FALSE(tree.Covers("contact.phone", "newsletter"));
}

TEST(Categories, CirclesOfParentsEnd) {
  const Categories tree = With({Node("a", "b"), Node("b", "c"), Node("c", "b")});
  EXPECT_TRUE(tree.Covers("b", "a"));
  EXPECT_FALSE(tree.Covers("x", "a"));
  EXPECT_FALSE(tree.IsSpecial("a"));
  EXPECT_THAT(tree.Of({"a", "b", "c"}).ids, ElementsAre("b"));
}

TEST(Categories, SpecialComesFromAbove) {
  const Categories tree = With({Node("diet", "health"), Node("genome", "", true)});
  EXPECT_TRUE(tree.IsSpecial("health"));
  EXPECT_TRUE(tree.IsSpecial("health.allergies"));
  EXPECT_TRUE(tree.IsSpecial("diet"));
  EXPECT_TRUE(tree.IsSpecial("genome.sequence"));
  EXPECT_FALSE(tree.IsSpecial("contact.email"));
}

TEST(Categories, MeetKeepsTheNarrowerOfTwo) {
  const Categories tree;
  const CategorySet contact = tree.Of({"contact"});
  const CategorySet some = tree.Of({"contact.email", "usage"});
  EXPECT_THAT(tree.Meet(contact, some).ids, ElementsAre("contact.email"));
  EXPECT_THAT(tree.Meet(some, contact).ids, ElementsAre("contact.email"));
  EXPECT_TRUE(tree.Meet(contact, tree.Of({"usage"})).empty());
  EXPECT_EQ(tree.Meet(CategorySet::All(), some), some);
  EXPECT_EQ(tree.Meet(some, CategorySet::All()), some);
  EXPECT_EQ(tree.Meet(CategorySet::All(), CategorySet::All()), CategorySet::All());
  EXPECT_TRUE(tree.Meet(CategorySet::All(), CategorySet{}).empty());
}

TEST(Categories, UnionDropsWhatLiesUnderAnother) {
  const Categories tree;
  EXPECT_THAT(tree.Union(tree.Of({"contact.email", "usage"}), tree.Of({"contact"})).ids,
              ElementsAre("contact", "usage"));
  EXPECT_TRUE(tree.Union(CategorySet::All(), tree.Of({"contact"})).all);
  EXPECT_THAT(tree.Of({}).ids, IsEmpty());
}

TEST(Categories, NamesForPeople) {
  model::Category named = Node("newsletter", "contact");
  named.name = "Newsletter";
  const Categories tree = With({named});
  EXPECT_EQ(tree.NameOf("newsletter"), "Newsletter");
  EXPECT_EQ(tree.NameOf("contact.email"), "E-mail address");
  EXPECT_EQ(tree.NameOf("free.id"), "free.id");
}

TEST(DefaultCategories, AreInOrderWellFormedAndHaveTheirParents) {
  std::string_view before;
  for (const model::DefaultCategory& category : model::AllDefaultCategories()) {
    EXPECT_LT(before, category.id);
    before = category.id;
    EXPECT_TRUE(model::IsValidCategoryId(category.id)) << category.id;
    EXPECT_FALSE(category.name.empty()) << category.id;
    EXPECT_EQ(model::FindDefaultCategory(category.id), &category);
    const size_t dot = category.id.rfind('.');
    if (dot != std::string_view::npos) {
      EXPECT_NE(model::FindDefaultCategory(category.id.substr(0, dot)), nullptr) << category.id;
    }
  }
  EXPECT_EQ(model::FindDefaultCategory("nonsense"), nullptr);
  EXPECT_EQ(model::FindDefaultCategory("zzz"), nullptr);
}

TEST(DefaultCategories, HoldEveryKindOfArticle9) {
  for (const char* id : {"biometric", "ethnic-origin", "genetic", "health", "philosophical-belief",
                         "political", "religion", "sex-life", "union"}) {
    const model::DefaultCategory* const category = model::FindDefaultCategory(id);
    ASSERT_NE(category, nullptr) << id;
    EXPECT_TRUE(category->special) << id;
  }
}

}  // namespace
}  // namespace onward
