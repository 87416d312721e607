#include "graph/model/wire.h"

#include <gmock/gmock.h>
#include <google/protobuf/message.h>

#include "onward/store/v1/record.pb.h"
#include "onward/v1/record.pb.h"
#include "tests/support/sample_records.h"

namespace onward::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Paths of fields that are not set, in `message` and everything below it.
void CollectUnset(const google::protobuf::Message& message, const std::string& path,
                  std::vector<std::string>& unset) {
  const auto* reflection = message.GetReflection();
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    const std::string name = path + "." + field->name();
    const bool set = field->is_repeated() ? reflection->FieldSize(message, field) > 0
                                          : reflection->HasField(message, field);
    if (!set) {
      unset.push_back(name);
    } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
      for (int j = 0; j < count; ++j) {
        CollectUnset(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, j)
                                          : reflection->GetMessage(message, field),
                     name, unset);
      }
    }
  }
}

// The one message that a oneof message holds.
const google::protobuf::Message& Held(const google::protobuf::Message& one) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  one.GetReflection()->ListFields(one, &fields);
  return one.GetReflection()->GetMessage(one, fields.at(0));
}

template <class Pb>
class WireTest : public ::testing::Test {};
using Families = ::testing::Types<v1::Record, store::v1::Record>;
TYPED_TEST_SUITE(WireTest, Families);

TYPED_TEST(WireTest, EveryFieldOfEveryKindSurvivesTheRoundTrip) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "Reflection on map fields crashes under ThreadSanitizer: libprotobuf was built "
                  "without it.";
#endif
  for (Record record : onward::testing::SampleRecords()) {
    SCOPED_TRACE(KindName(KindOf(record)));
    if (auto* const party = std::get_if<Party>(&record)) {
      Contact& contact = party->contacts.at(0);
      contact.commitment = std::string(32, 'c');
      contact.erased_at = 7;
      contact.salt = "salt";
    }
    TypeParam message;
    RecordToWire(record, message);
    std::vector<std::string> unset;
    CollectUnset(Held(message), "", unset);
    EXPECT_THAT(unset, IsEmpty());
    Violations violations;
    Record back;
    ASSERT_TRUE(RecordFromWire(message, FieldPath(), violations, back));
    EXPECT_TRUE(violations.empty());
    EXPECT_EQ(back, record);
  }
}

TYPED_TEST(WireTest, AbsentStaysAbsent) {
  Flow flow;
  flow.statements.emplace_back();
  flow.copy_ends.emplace();
  flow.derogation.emplace();
  Agreement agreement;
  agreement.tias.emplace_back();
  for (const Record& record :
       {Record(Party{}), Record(Location{}), Record(Activity{}), Record(agreement), Record(flow),
        Record(Category{}), Record(Triage{}), Record(Policy{})}) {
    TypeParam message;
    RecordToWire(record, message);
    Violations violations;
    Record back;
    ASSERT_TRUE(RecordFromWire(message, FieldPath(), violations, back));
    EXPECT_EQ(back, record);
  }
}

TYPED_TEST(WireTest, NoRecordIsAViolation) {
  Violations violations;
  Record back;
  const FieldPath root;
  EXPECT_FALSE(RecordFromWire(TypeParam(), FieldPath(root, "upsert"), violations, back));
  ASSERT_EQ(violations.list().size(), 1U);
  EXPECT_EQ(violations.list()[0].field, "upsert");
}

TYPED_TEST(WireTest, UnknownEnumNumbersAreKeptForValidation) {
  TypeParam message;
  message.mutable_party()->set_party_type(
      wire::WriteEnum<decltype(message.party().party_type())>(static_cast<PartyType>(77)));
  Violations violations;
  Record back;
  ASSERT_TRUE(RecordFromWire(message, FieldPath(), violations, back));
  EXPECT_EQ(static_cast<int32_t>(std::get<Party>(back).party_type), 77);
}

TEST(WireDatesTest, ImpossibleTextDatesAreViolationsWithTheirPath) {
  v1::Flow message;
  message.set_from("2020-02-30");
  message.add_sources();
  message.add_sources()->set_retrieved_on("yesterday");
  message.mutable_copy_ends()->set_on(std::string(1000, 'x'));
  Violations violations;
  Flow flow;
  FromWire(message, FieldPath(), violations, flow);
  EXPECT_THAT(
      violations.list(),
      ElementsAre(
          Violation{"copy_ends.on", "this text is not a calendar date (YYYY-MM-DD)"},
          Violation{"from", "2020-02-30 is not a calendar date (YYYY-MM-DD)"},
          Violation{"sources[1].retrieved_on", "yesterday is not a calendar date (YYYY-MM-DD)"}));
}

TEST(WireDatesTest, StoredDaysOutsideTheCalendarAreViolations) {
  store::v1::Flow message;
  message.set_from(INT32_MIN);
  message.set_until(INT32_MAX);
  Violations violations;
  Flow flow;
  FromWire(message, FieldPath(), violations, flow);
  EXPECT_EQ(violations.list().size(), 2U);
}

}  // namespace
}  // namespace onward::model
