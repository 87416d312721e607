#include "storage/flow_bytes.h"

#include <algorithm>
#include <cstdint>

#include "graph/model/wire_common.h"

namespace onward::storage {
namespace {

// Numbers of fields and wire types; onward/store/v1/record.proto.
constexpr uint64_t kFlowInRecord = 5;
constexpr uint64_t kId = 1;
constexpr uint64_t kExporter = 2;
constexpr uint64_t kImporter = 3;
constexpr uint64_t kFrom = 21;
constexpr uint64_t kUntil = 22;
constexpr uint64_t kLastField = 24;
constexpr uint64_t kVarint = 0;
constexpr uint64_t kSized = 2;

// Reads one field after the other. Anything unusual makes it fail for good.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return left_.empty(); }
  const char* at() const { return left_.data(); }
  uint64_t number() const { return tag_ >> 3; }
  uint64_t type() const { return tag_ & 7; }
  // Of a varint.
  uint64_t value() const { return value_; }
  // Of a sized field.
  std::string_view bytes() const { return bytes_; }

  // False at the end, or where it fails.
  bool Next() {
    if (left_.empty()) {
      return false;
    }
    tag_ = Varint();
    value_ = Varint();
    if (type() == kSized) {
      ok_ = ok_ && value_ <= left_.size();
      bytes_ = left_.substr(0, ok_ ? value_ : 0);
      left_.remove_prefix(bytes_.size());
    } else {
      ok_ = ok_ && type() == kVarint;
    }
    return ok_;
  }

 private:
  // Of up to five bytes: those that follow are of enums below zero, which nobody writes.
  uint64_t Varint() {
    constexpr size_t kBytes = 5;
    uint64_t value = 0;
    for (size_t i = 0; i < std::min(kBytes, left_.size()); ++i) {
      const auto byte = static_cast<uint8_t>(left_[i]);
      value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
      if (byte < 0x80) {
        left_.remove_prefix(i + 1);
        return value;
      }
    }
    ok_ = false;
    return 0;
  }

  std::string_view left_;
  bool ok_ = true;
  uint64_t tag_ = 0;
  uint64_t value_ = 0;
  std::string_view bytes_;
};

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

std::optional<Date> DayFrom(uint64_t zigzag) {
  if (zigzag > UINT32_MAX) {
    return std::nullopt;
  }
  const auto bits = static_cast<uint32_t>(zigzag);
  model::Violations violations;
  return model::wire::ReadDays(static_cast<int32_t>((bits >> 1) ^ (~(bits & 1) + 1)),
                               model::FieldPath(), violations);
}

bool TakeText(const Fields& field, std::string_view& out) {
  out = field.bytes();
  return field.type() == kSized && IsAscii(out);
}

bool TakeDay(const Fields& field, Date& out) {
  const std::optional<Date> day = field.type() == kVarint ? DayFrom(field.value()) : std::nullopt;
  out = day.value_or(out);
  return day.has_value();
}

// False: it is not as usual.
bool TakeField(const Fields& field, const char* begin, FlowBytes& out) {
  const auto size = static_cast<size_t>(field.at() - begin);
  const auto grow = [&](std::string_view& part) {
    part = {part.empty() ? begin : part.data(), part.size() + size};
    return true;
  };
  switch (field.number()) {
    case kId:
      return TakeText(field, out.id);
    case kExporter:
      return TakeText(field, out.exporter);
    case kImporter:
      return TakeText(field, out.importer);
    case kFrom:
      return TakeDay(field, out.interval.from);
    case kUntil:
      return TakeDay(field, out.interval.until);
    default:
      return grow(field.number() < kFrom ? out.before : out.behind);
  }
}

bool IsOfItsOwn(uint64_t number) {
  return number <= kImporter || number == kFrom || number == kUntil;
}

}  // namespace

std::string_view FlowBytes::Terms(std::string& scratch) const {
  if (before.empty() || behind.empty()) {
    return before.empty() ? behind : before;
  }
  scratch.assign(before);
  scratch.append(behind);
  return scratch;
}

std::optional<FlowBytes> CutFlow(std::string_view record_bytes) {
  Fields record(record_bytes);
  if (!record.Next() || !record.AtEnd() || record.number() != kFlowInRecord ||
      record.type() != kSized) {
    return std::nullopt;
  }
  FlowBytes flow;
  flow.interval = {Date::Min(), Date::Max()};
  Fields fields(record.bytes());
  uint64_t last = 0;
  for (const char* begin = fields.at(); fields.Next(); begin = fields.at()) {
    const uint64_t number = fields.number();
    if (number == 0 || number > kLastField || number < last ||
        (number == last && IsOfItsOwn(number)) || !TakeField(fields, begin, flow)) {
      return std::nullopt;
    }
    last = number;
  }
  return fields.ok() ? std::make_optional(flow) : std::nullopt;
}

}  // namespace onward::storage
