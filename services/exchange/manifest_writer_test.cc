#include "services/exchange/manifest_writer.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <random>
#include <string>

#include "services/exchange/manifest_reader.h"
#include "services/exchange/message_json.h"
#include "services/exchange/yaml_text.h"

namespace onward::exchange {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

// Fills every field of a message with awkward values.
class Filler {
 public:
  explicit Filler(unsigned seed) : random_(seed) {}

  void Fill(Message& message, bool all) {
    const auto& descriptor = *message.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      // Told by the server alone, and left out of manifests.
      const bool is_output = field.full_name() == "onward.v1.Contact.commitment";
      if (is_output || (!all && random_() % 3 == 0)) {
        continue;
      }
      const int count = field.is_repeated() ? 1 + static_cast<int>(random_() % 3) : 1;
      for (int j = 0; j < count; ++j) {
        Set(message, field, all);
      }
    }
  }

 private:
  std::string Text() {
    static const std::vector<std::string> kTexts = {"NO",
                                                    "2018-09-30",
                                                    "5",
                                                    "1e3",
                                                    "null",
                                                    "~",
                                                    "",
                                                    " lead",
                                                    "a:b",
                                                    "a: b",
                                                    "#x",
                                                    "x # y",
                                                    "- dash",
                                                    "[brack]",
                                                    "{brace}",
                                                    "quote\"s",
                                                    "it's",
                                                    "back\\slash",
                                                    "tab\tnew\nline",
                                                    "yhtiö Oy",
                                                    "株式会社",
                                                    "\xC2\x85",
                                                    "\xE2\x80\xA8",
                                                    "true",
                                                    "Yes",
                                                    "0x1F",
                                                    "12:30",
                                                    "*alias",
                                                    "&anchor",
                                                    "!tag",
                                                    "| block",
                                                    "trailing ",
                                                    "\xF0\x9F\x98\x80",
                                                    "6(1)(a)",
                                                    "https://example.com/a?b=c#d",
                                                    "@at",
                                                    "`tick",
                                                    "%percent",
                                                    "a, b",
                                                    "\x01"};
    return random_() % 20 == 0 ? std::string(300, 'x') : kTexts[random_() % kTexts.size()];
  }

  void Set(Message& message, const FieldDescriptor& field, bool all) {
    const auto& reflection = *message.GetReflection();
    if (field.is_map()) {
      Message* entry = reflection.AddMessage(&message, &field);
      entry->GetReflection()->SetString(entry, field.message_type()->map_key(),
                                        Text() + std::to_string(random_()));
      entry->GetReflection()->SetString(entry, field.message_type()->map_value(), Text());
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Fill(*(field.is_repeated() ? reflection.AddMessage(&message, &field)
                                 : reflection.MutableMessage(&message, &field)),
           all);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const int last = field.enum_type()->value_count() - 1;
      const int number = field.enum_type()->value(1 + static_cast<int>(random_() % last))->number();
      field.is_repeated() ? reflection.AddEnumValue(&message, &field, number)
                          : reflection.SetEnumValue(&message, &field, number);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      reflection.SetBool(&message, &field, random_() % 2 == 0);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
      reflection.SetUInt64(&message, &field, random_());
    } else if (field.is_repeated()) {
      reflection.AddString(&message, &field, Text());
    } else {
      reflection.SetString(&message, &field, SingularText(field));
    }
  }

  std::string SingularText(const FieldDescriptor& field) {
    static const std::vector<std::string> kDates = {"from",         "until",         "on",
                                                    "signed_on",    "review_due",    "performed_on",
                                                    "retrieved_on", "accepted_until"};
    if (field.name() == "id") {
      return "some-id";
    }
    const bool date = std::find(kDates.begin(), kDates.end(), field.name()) != kDates.end();
    return date ? "2024-02-29" : Text();
  }

  std::mt19937 random_;
};

void ExpectRoundTrip(const onward::v1::Record& record) {
  const std::string text = WriteManifest(record);
  const ManifestResult result = ReadManifestText(text, "a.yaml");
  for (const Problem& problem : result.problems.list()) {
    ADD_FAILURE() << ToString(problem) << "\n" << text;
  }
  ASSERT_EQ(result.manifest.entries.size(), 1U) << text;
  std::string difference;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(record, result.manifest.entries[0].record)) << difference << "\n"
                                                                              << text;
}

TEST(ManifestWriter, EveryFieldOfEveryKindRoundTrips) {
  const auto& descriptor = *onward::v1::Record::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    for (unsigned seed = 0; seed < 100; ++seed) {
      SCOPED_TRACE(descriptor.field(i)->name() + " seed " + std::to_string(seed));
      onward::v1::Record record;
      Message* body = record.GetReflection()->MutableMessage(&record, descriptor.field(i));
      Filler(seed).Fill(*body, seed == 0);
      body->GetReflection()->SetString(body, body->GetDescriptor()->FindFieldByName("id"),
                                       "some-id");
      ExpectRoundTrip(record);
    }
  }
}

TEST(ManifestWriter, WritesWhatPeopleWouldWrite) {
  onward::v1::Record record;
  onward::v1::Flow& flow = *record.mutable_flow();
  flow.set_id("a-to-b");
  flow.set_exporter_role(onward::v1::ROLE_CONTROLLER);
  flow.set_exporter_gdpr_subject(false);
  flow.add_data_categories("contact.name");
  flow.add_data_categories("contact.email");
  flow.mutable_derogation();
  flow.set_from("2018-09-30");
  flow.add_sources()->set_document("Notice: part 5");
  EXPECT_EQ(WriteManifest(record),
            "kind: Flow\n"
            "id: a-to-b\n"
            "exporterRole: CONTROLLER\n"
            "exporterGdprSubject: false\n"
            "dataCategories: [contact.name, contact.email]\n"
            "derogation: {}\n"
            "from: 2018-09-30\n"
            "sources: [{document: \"Notice: part 5\"}]\n");
}

TEST(ManifestWriter, LongListsTakeALineEach) {
  onward::v1::Record record;
  record.mutable_party()->set_id("a");
  for (int i = 0; i < 3; ++i) {
    onward::v1::Source& source = *record.mutable_party()->add_sources();
    source.set_document(std::string(60, 'd'));
    source.set_section(i == 2 ? std::string(60, 's') : "part 5");
  }
  const std::string d(60, 'd');
  EXPECT_EQ(WriteManifest(record), "kind: Party\nid: a\nsources:\n  - {document: " + d +
                                       ", section: part 5}\n  - {document: " + d +
                                       ", section: part 5}\n  - document: " + d +
                                       "\n    section: " + std::string(60, 's') + "\n");
}

TEST(MessageJson, KeepsOrOmitsEmptyFields) {
  onward::v1::DateInterval interval;
  interval.set_from("2020-01-01");
  EXPECT_EQ(JsonText(ToJson(interval, EmptyFields::kOmit), -1), R"({"from":"2020-01-01"})");
  EXPECT_EQ(JsonText(ToJson(interval, EmptyFields::kKeep), -1),
            R"({"from":"2020-01-01","until":""})");
  onward::v1::Statement statement;
  EXPECT_EQ(JsonText(ToJson(statement, EmptyFields::kKeep), -1),
            R"({"condition":"","met":null,"from":"","until":"","source":null})");
}

}  // namespace
}  // namespace onward::exchange
