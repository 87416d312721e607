#include "services/rpc/record_fields.h"

#include <gmock/gmock.h>

#include "onward/v1/record.pb.h"

namespace onward::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RecordFieldsTest, PathsOfWhatDiffers) {
  v1::Party before;
  before.set_id("p");
  before.set_establishment("FI");
  before.add_identifiers()->set_scheme("lei");
  (*before.mutable_labels())["team"] = "a";
  (*before.mutable_labels())["gone"] = "x";
  v1::Party after = before;
  EXPECT_THAT(DifferingFields(before, after), IsEmpty());
  after.set_establishment("SE");
  after.set_display_name("Name");
  after.mutable_identifiers(0)->set_value("1");
  after.add_identifiers()->set_scheme("duns");
  (*after.mutable_labels())["team"] = "b";
  (*after.mutable_labels()).erase("gone");
  EXPECT_THAT(
      DifferingFields(before, after),
      ::testing::UnorderedElementsAre("display_name", "identifiers[0].value", "identifiers[1]",
                                      "establishment", "labels[gone]", "labels[team]"));
}

TEST(RecordFieldsTest, AMessageThatIsThereOnOneSideIsNamedAsAWhole) {
  v1::Flow before;
  v1::Flow after;
  after.mutable_derogation()->set_instrument("x");
  EXPECT_THAT(DifferingFields(before, after), ElementsAre("derogation"));
  EXPECT_THAT(DifferingFields(after, before), ElementsAre("derogation"));
}

TEST(RecordFieldsTest, ElementsThatAreGoneHaveTheirOldPlaces) {
  v1::Flow before;
  before.add_data_categories("a");
  before.add_data_categories("b");
  v1::Flow after;
  after.add_data_categories("c");
  EXPECT_THAT(DifferingFields(before, after),
              ElementsAre("data_categories[0]", "data_categories[1]"));
}

}  // namespace
}  // namespace onward::rpc
