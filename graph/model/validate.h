// What makes a record valid: by itself, and among the others. All violations at once.
#pragma once

#include <functional>
#include <string_view>

#include "graph/model/record.h"
#include "graph/model/violations.h"

namespace onward::model {

// Codes of the law register, and of the catalogue of findings, that records may use. Empty functions
// accept nothing.
struct Vocabulary {
  std::function<bool(std::string_view code)> is_jurisdiction;
  std::function<bool(std::string_view id)> is_instrument;
  std::function<bool(std::string_view id)> is_scheme;
  std::function<bool(std::string_view id)> is_condition;
  std::function<bool(std::string_view code)> is_finding;
  // Known ids near a misspelt one, best first, at most three; may be empty.
  std::function<std::vector<std::string>(std::string_view word)> suggest;
};

// [a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?
bool IsValidId(std::string_view id);

// Checks one record by itself: ids, enums, intervals, limits, UTF-8, codes. Paths start at `path`.
void ValidateRecord(const Record& record, const Vocabulary& vocabulary, const FieldPath& path,
                    Violations& violations);

// Answers whether a record exists once a change is applied.
using Exists = std::function<bool(const RecordRef&)>;

// Checks that everything the record names exists: parties, locations, activities, agreements, parents.
void CheckReferences(const Record& record, const Exists& exists, const FieldPath& path,
                     Violations& violations);

// The records that a record names, for the reverse check when something is deleted.
std::vector<RecordRef> ReferencesOf(const Record& record);

}  // namespace onward::model
