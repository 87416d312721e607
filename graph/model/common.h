// What several kinds of record share. Meaning of each field: proto/onward/v1/common.proto.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/base/date.h"
#include "graph/model/enums.h"

namespace onward::model {

using Labels = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

struct Source {
  std::string document;
  std::string section;
  std::optional<Date> retrieved_on;
  SourceGrade grade = SourceGrade::kUnspecified;
  friend bool operator==(const Source&, const Source&) = default;
};

struct Statement {
  std::string condition;
  // Required; an absent value is a violation, never a default.
  std::optional<bool> met;
  Interval interval;
  std::optional<Source> source;
  friend bool operator==(const Statement&, const Statement&) = default;
};

}  // namespace onward::model
