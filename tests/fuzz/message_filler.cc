#include "tests/fuzz/message_filler.h"

#include <google/protobuf/descriptor.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>

namespace onward::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Messages hold messages; deeper ones stay unset.
constexpr int kDepthMax = 8;

constexpr std::array<const char*, 24> kWords = {
    "default", "default",    "acme",       "vendor",        "acme-to-vendor",      "contact.email",
    "contact", "2026-11-22", "9999-12-31", "0001-01-01",    "2024-02-30",          "FI",
    "US",      "DE",         "ZZ",         "us_dpf",        "flow/acme-to-vendor", "party",
    "*",       "_",          "scc_2021",   "records[0].id", "adq-GB-2021-1772",    ""};

constexpr std::array<int64_t, 12> kNumbers = {0,
                                              1,
                                              2,
                                              3,
                                              10,
                                              100,
                                              1'000,
                                              -1,
                                              std::numeric_limits<int32_t>::max(),
                                              std::numeric_limits<int32_t>::min(),
                                              std::numeric_limits<int64_t>::max(),
                                              std::numeric_limits<int64_t>::min()};

// Bytes in turn; 0 when they are used up.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  uint8_t Next() { return at_ < bytes_.size() ? static_cast<uint8_t>(bytes_[at_++]) : 0; }
  bool empty() const { return at_ >= bytes_.size(); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

std::string WordOf(Bytes& bytes) {
  const uint8_t choice = bytes.Next();
  if (choice < 224) {
    return kWords.at(choice % kWords.size());
  }
  std::string word;
  for (size_t left = bytes.Next() % 32; left > 0 && !bytes.empty(); --left) {
    word += static_cast<char>(bytes.Next() % 128);
  }
  return word;
}

int64_t NumberOf(Bytes& bytes) { return kNumbers.at(bytes.Next() % kNumbers.size()); }

int EnumValueOf(const FieldDescriptor& field, Bytes& bytes) {
  const uint8_t choice = bytes.Next();
  if (choice >= 250) {
    return 1'000'000 + choice;
  }
  return field.enum_type()->value(choice % field.enum_type()->value_count())->number();
}

void Fill(Message& message, Bytes& bytes, int depth);

// One value, set or added.
class Value {
 public:
  Value(Message& message, const FieldDescriptor& field)
      : message_(message), field_(field), reflection_(*message.GetReflection()) {}

  void Take(Bytes& bytes, int depth) {
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return Put(&Reflection::SetInt32, &Reflection::AddInt32,
                   static_cast<int32_t>(NumberOf(bytes)));
      case FieldDescriptor::CPPTYPE_INT64:
        return Put(&Reflection::SetInt64, &Reflection::AddInt64, NumberOf(bytes));
      case FieldDescriptor::CPPTYPE_UINT32:
        return Put(&Reflection::SetUInt32, &Reflection::AddUInt32,
                   static_cast<uint32_t>(NumberOf(bytes)));
      case FieldDescriptor::CPPTYPE_UINT64:
        return Put(&Reflection::SetUInt64, &Reflection::AddUInt64,
                   static_cast<uint64_t>(NumberOf(bytes)));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return Put(&Reflection::SetDouble, &Reflection::AddDouble,
                   static_cast<double>(NumberOf(bytes)));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return Put(&Reflection::SetFloat, &Reflection::AddFloat,
                   static_cast<float>(NumberOf(bytes)));
      case FieldDescriptor::CPPTYPE_BOOL:
        return Put(&Reflection::SetBool, &Reflection::AddBool, bytes.Next() % 2 == 1);
      case FieldDescriptor::CPPTYPE_ENUM:
        return Put(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
                   EnumValueOf(field_, bytes));
      case FieldDescriptor::CPPTYPE_STRING:
        return Put(&Reflection::SetString, &Reflection::AddString, WordOf(bytes));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(*(field_.is_repeated() ? reflection_.AddMessage(&message_, &field_)
                                           : reflection_.MutableMessage(&message_, &field_)),
                    bytes, depth + 1);
    }
  }

 private:
  using Reflection = google::protobuf::Reflection;
  template <class Type>
  using Setter = void (Reflection::*)(Message*, const FieldDescriptor*, Type) const;

  template <class Type, class Given>
  void Put(Setter<Type> set, Setter<Type> add, Given&& given) {
    (reflection_.*(field_.is_repeated() ? add : set))(&message_, &field_,
                                                      std::forward<Given>(given));
  }

  Message& message_;
  const FieldDescriptor& field_;
  const Reflection& reflection_;
};

// By recursion on the types of the contract, not on the bytes: kDepthMax deep at most.
void Fill(Message& message, Bytes& bytes, int depth) {
  if (depth > kDepthMax) {
    return;
  }
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count() && !bytes.empty(); ++i) {
    const uint8_t choice = bytes.Next();
    if (choice % 3 == 0) {
      continue;
    }
    const FieldDescriptor& field = *type.field(i);
    const int values = field.is_repeated() ? 1 + choice % 4 : 1;
    for (int value = 0; value < values; ++value) {
      Value(message, field).Take(bytes, depth);
    }
  }
}

}  // namespace

void FillMessage(std::string_view bytes, Message& message) {
  Bytes source(bytes);
  Fill(message, source, 0);
}

}  // namespace onward::fuzz
