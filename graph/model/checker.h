// The checks that every kind of record is put together from. Inside graph/model only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/model/record.h"
#include "graph/model/validate.h"
#include "graph/model/violations.h"

namespace onward::model {

inline constexpr size_t kNameMax = 512;
inline constexpr size_t kDocumentMax = 1024;
inline constexpr size_t kTextMax = 4096;
inline constexpr size_t kListMax = 1000;
inline constexpr size_t kLabelsMax = 64;
inline constexpr size_t kLabelValueMax = 256;

// Where a place code stands: decides which codes make sense there.
enum class PlaceUse { kEstablishment, kSite, kAssessment };

// Whether a category id is well formed: lower-case parts joined by dots, contact.email.
bool IsValidCategoryId(std::string_view id);

// Checks values and collects what is wrong with them. Empty means "not stated" unless a check says that
// the value is required.
class Checker {
 public:
  Checker(const Vocabulary& vocabulary, Violations& violations)
      : vocabulary_(vocabulary), violations_(violations) {}

  void Fail(const FieldPath& at, std::string message);

  // The record's own id: required.
  void Id(const FieldPath& at, const std::string& id);
  // The id of another record.
  void Ref(const FieldPath& at, const std::string& id);
  void RequiredRef(const FieldPath& at, const std::string& id);
  // Ids of other records, each once.
  void Refs(const FieldPath& at, const Strings& ids);

  // A one-line text.
  void Line(const FieldPath& at, const std::string& text, size_t code_points_max);
  void Name(const FieldPath& at, const std::string& text) { Line(at, text, kNameMax); }
  // A text that may have several lines.
  void Text(const FieldPath& at, const std::string& text);
  // Texts, none of them empty.
  void Texts(const FieldPath& at, const Strings& texts);
  void Required(const FieldPath& at, const std::string& text);

  // Category ids, each once; with `all_received`, that word alone may stand instead.
  void DataCategories(const FieldPath& at, const Strings& ids, bool all_received);
  void CategoryId(const FieldPath& at, const std::string& id);

  void Place(const FieldPath& at, const std::string& code, PlaceUse use);
  void Instrument(const FieldPath& at, const std::string& id);
  void Scheme(const FieldPath& at, const std::string& id);
  void FindingCode(const FieldPath& at, const std::string& code);

  // `record` is where fields from and until are.
  void Span(const FieldPath& record, const Interval& interval);
  void LabelsAndSources(const FieldPath& record, const Labels& labels,
                        const std::vector<Source>& sources);
  void Statements(const FieldPath& at, const std::vector<Statement>& statements);

  template <class E>
  void Enum(const FieldPath& at, E value) {
    const auto number = static_cast<int32_t>(value);
    if (number < 0 || number > static_cast<int32_t>(E::kLast)) {
      Fail(at, absl::StrCat(number, " is not a value of this enum; it ends at ",
                            static_cast<int32_t>(E::kLast)));
    }
  }

  // Calls `check(element path, element)` for each, after the limit on the list's length.
  template <class T, class F>
  void Each(const FieldPath& at, const std::vector<T>& list, F check) {
    if (!Count(at, list.size(), kListMax)) {
      return;
    }
    for (size_t i = 0; i < list.size(); ++i) {
      check(FieldPath(at, i), list[i]);
    }
  }

 private:
  bool Count(const FieldPath& at, size_t size, size_t max);
  bool Utf8(const FieldPath& at, const std::string& text, size_t code_points_max);
  void Unique(const FieldPath& at, const Strings& list);
  void SourceOf(const FieldPath& at, const Source& source);
  void OneStatement(const FieldPath& at, const Statement& statement);
  // Known to the register, or a violation with what is near.
  void Known(const FieldPath& at, const std::string& word, std::string_view what,
             const std::function<bool(std::string_view)>& knows);

  const Vocabulary& vocabulary_;
  Violations& violations_;
};

// The rules of each kind; `at` is the record.
void Validate(const Party& party, const FieldPath& at, Checker& check);
void Validate(const Location& location, const FieldPath& at, Checker& check);
void Validate(const Activity& activity, const FieldPath& at, Checker& check);
void Validate(const Agreement& agreement, const FieldPath& at, Checker& check);
void Validate(const Flow& flow, const FieldPath& at, Checker& check);
void Validate(const Category& category, const FieldPath& at, Checker& check);
void Validate(const Triage& triage, const FieldPath& at, Checker& check);
void Validate(const Policy& policy, const FieldPath& at, Checker& check);

}  // namespace onward::model
