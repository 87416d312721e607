#include "graph/model/checker.h"

#include <algorithm>
#include <unordered_set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "graph/model/text.h"

namespace onward::model {
namespace {

constexpr size_t kCategoryIdMax = 128;

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsLabelKey(std::string_view key) {
  constexpr size_t kKeyMax = 63;
  const auto inner = [](char c) {
    return IsLowerOrDigit(c) || c == '.' || c == '_' || c == '/' || c == '-';
  };
  return !key.empty() && key.size() <= kKeyMax && IsLowerOrDigit(key.front()) &&
         std::all_of(key.begin(), key.end(), inner);
}

bool IsCategoryPart(std::string_view part) {
  const auto inner = [](char c) { return IsLowerOrDigit(c) || c == '-' || c == '_'; };
  return !part.empty() && IsLowerOrDigit(part.front()) && IsLowerOrDigit(part.back()) &&
         std::all_of(part.begin(), part.end(), inner);
}

constexpr char kIdRule[] =
    "an id has 1 to 128 lower-case letters, digits, dots, dashes and underscores, and begins and "
    "ends "
    "with a letter or digit";

}  // namespace

bool IsValidCategoryId(std::string_view id) {
  if (id.size() > kCategoryIdMax) {
    return false;
  }
  size_t begin = 0;
  for (size_t dot = id.find('.'); dot != std::string_view::npos; dot = id.find('.', begin)) {
    if (!IsCategoryPart(id.substr(begin, dot - begin))) {
      return false;
    }
    begin = dot + 1;
  }
  return IsCategoryPart(id.substr(begin));
}

void Checker::Fail(const FieldPath& at, std::string message) {
  violations_.Add(at, std::move(message));
}

bool Checker::Count(const FieldPath& at, size_t size, size_t max) {
  if (size <= max) {
    return true;
  }
  Fail(at, absl::StrCat(size, " entries; at most ", max, " are allowed"));
  return false;
}

bool Checker::Utf8(const FieldPath& at, const std::string& text, size_t code_points_max) {
  const std::optional<size_t> count = CountCodePoints(text);
  if (!count.has_value()) {
    Fail(at, absl::StrCat("not valid UTF-8: ", Quote(text)));
    return false;
  }
  if (*count > code_points_max) {
    Fail(at, absl::StrCat(*count, " characters; at most ", code_points_max, " are allowed"));
    return false;
  }
  return true;
}

void Checker::Id(const FieldPath& at, const std::string& id) {
  if (id.empty()) {
    Fail(at, "required");
  } else if (!IsValidId(id)) {
    Fail(at, absl::StrCat(Quote(id), " is not a valid id: ", kIdRule));
  }
}

void Checker::Ref(const FieldPath& at, const std::string& id) {
  if (!id.empty()) {
    Id(at, id);
  }
}

void Checker::RequiredRef(const FieldPath& at, const std::string& id) { Id(at, id); }

void Checker::Refs(const FieldPath& at, const Strings& ids) {
  Each(at, ids, [this](const FieldPath& element, const std::string& id) { Id(element, id); });
  Unique(at, ids);
}

void Checker::Unique(const FieldPath& at, const Strings& list) {
  if (list.size() > kListMax) {
    return;
  }
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!seen.insert(list[i]).second) {
      Fail(FieldPath(at, i), absl::StrCat(Quote(list[i]), " stands in this list twice"));
    }
  }
}

void Checker::Line(const FieldPath& at, const std::string& text, size_t code_points_max) {
  if (Utf8(at, text, code_points_max) && HasControlCharacter(text, false)) {
    Fail(at, absl::StrCat("control characters are not allowed: ", Quote(text)));
  }
}

void Checker::Text(const FieldPath& at, const std::string& text) {
  if (Utf8(at, text, kTextMax) && HasControlCharacter(text, true)) {
    Fail(at, absl::StrCat("control characters are not allowed: ", Quote(text)));
  }
}

void Checker::Texts(const FieldPath& at, const Strings& texts) {
  Each(at, texts, [this](const FieldPath& element, const std::string& text) {
    Required(element, text);
    Text(element, text);
  });
}

void Checker::Required(const FieldPath& at, const std::string& text) {
  if (text.empty()) {
    Fail(at, "required");
  }
}

void Checker::CategoryId(const FieldPath& at, const std::string& id) {
  if (!IsValidCategoryId(id)) {
    Fail(at, absl::StrCat(Quote(id),
                          " is not a data category id: lower-case parts joined by dots, as in "
                          "contact.email"));
  }
}

void Checker::DataCategories(const FieldPath& at, const Strings& ids, bool all_received) {
  Each(at, ids, [&](const FieldPath& element, const std::string& id) {
    if (id != kAllReceived) {
      CategoryId(element, id);
    } else if (!all_received) {
      Fail(element, "ALL_RECEIVED is for flows only; name the categories");
    } else if (ids.size() > 1) {
      Fail(element, "ALL_RECEIVED stands alone: it already hands on whatever was received");
    }
  });
  Unique(at, ids);
}

void Checker::Known(const FieldPath& at, const std::string& word, std::string_view what,
                    const std::function<bool(std::string_view)>& knows) {
  if (knows && knows(word)) {
    return;
  }
  std::string message =
      absl::StrCat("unknown ", absl::string_view(what.data(), what.size()), " ", Quote(word));
  std::vector<std::string> near;
  const std::string upper = absl::AsciiStrToUpper(word);
  if (knows && knows(upper)) {
    near.push_back(upper);
  } else if (vocabulary_.suggest && word.size() <= kNameMax) {
    near = vocabulary_.suggest(word);
    std::erase_if(near, [&](const std::string& id) { return !knows || !knows(id); });
  }
  if (!near.empty()) {
    absl::StrAppend(&message, "; did you mean ", absl::StrJoin(near, " or "), "?");
  }
  Fail(at, std::move(message));
}

void Checker::Place(const FieldPath& at, const std::string& code, PlaceUse use) {
  if (code.empty()) {
    return;
  }
  if (use != PlaceUse::kEstablishment && code.rfind("IO:", 0) == 0) {
    Fail(at, absl::StrCat(Quote(code),
                          " is an international organisation, not a place: name the country"));
  } else if (use == PlaceUse::kEstablishment && code == "GLOBAL") {
    Fail(at, "GLOBAL is no establishment; leave it empty where it is not recorded");
  } else {
    Known(at, code, use == PlaceUse::kEstablishment ? "jurisdiction" : "country",
          vocabulary_.is_jurisdiction);
  }
}

void Checker::Instrument(const FieldPath& at, const std::string& id) {
  if (id.empty()) {
    Fail(at, "required: an instrument id of the law register");
  } else {
    Known(at, id, "instrument", vocabulary_.is_instrument);
  }
}

void Checker::Scheme(const FieldPath& at, const std::string& id) {
  if (id.empty()) {
    Fail(at, "required: a certification scheme of the law register");
  } else {
    Known(at, id, "certification scheme", vocabulary_.is_scheme);
  }
}

void Checker::FindingCode(const FieldPath& at, const std::string& code) {
  if (code.empty()) {
    Fail(at, "required: a code of the catalogue of findings");
  } else {
    Known(at, code, "finding", vocabulary_.is_finding);
  }
}

void Checker::Span(const FieldPath& record, const Interval& interval) {
  if (!interval.IsEmpty()) {
    return;
  }
  Fail(FieldPath(record, "until"),
       absl::StrCat("until ", interval.until.ToString(), " is not after from ",
                    interval.from.ToString(), "; until is the first day that no longer counts"));
}

void Checker::SourceOf(const FieldPath& at, const Source& source) {
  const FieldPath document(at, "document");
  Required(document, source.document);
  Line(document, source.document, kDocumentMax);
  Text(FieldPath(at, "section"), source.section);
  Enum(FieldPath(at, "grade"), source.grade);
}

void Checker::LabelsAndSources(const FieldPath& record, const Labels& labels,
                               const std::vector<Source>& sources) {
  const FieldPath labels_at(record, "labels");
  if (Count(labels_at, labels.size(), kLabelsMax)) {
    for (const auto& [key, value] : labels) {
      if (!IsLabelKey(key)) {
        Fail(labels_at, absl::StrCat("label key ", Quote(key),
                                     " is not valid: at most 63 lower-case letters, digits, dots, "
                                     "dashes, underscores and slashes, a letter or digit first"));
      } else {
        Line(FieldPath(labels_at, key), value, kLabelValueMax);
      }
    }
  }
  Each(FieldPath(record, "sources"), sources,
       [this](const FieldPath& at, const Source& source) { SourceOf(at, source); });
}

void Checker::OneStatement(const FieldPath& at, const Statement& statement) {
  const FieldPath condition(at, "condition");
  if (statement.condition.empty()) {
    Fail(condition, "required: a condition of the law register");
  } else {
    Known(condition, statement.condition, "condition", vocabulary_.is_condition);
  }
  if (!statement.met.has_value()) {
    Fail(FieldPath(at, "met"), "required: state true or false");
  }
  Span(at, statement.interval);
  if (statement.source.has_value()) {
    SourceOf(FieldPath(at, "source"), *statement.source);
  }
}

void Checker::Statements(const FieldPath& at, const std::vector<Statement>& statements) {
  Each(at, statements, [this](const FieldPath& element, const Statement& statement) {
    OneStatement(element, statement);
  });
  for (size_t later = 1; later < statements.size() && statements.size() <= kListMax; ++later) {
    const Statement& b = statements[later];
    for (size_t earlier = 0; earlier < later; ++earlier) {
      const Statement& a = statements[earlier];
      if (a.condition == b.condition && a.met.has_value() && b.met.has_value() && a.met != b.met &&
          a.interval.Overlaps(b.interval)) {
        const FieldPath element(at, later);
        Fail(element,
             absl::StrCat("contradicts ", FieldPath(at, earlier).ToString(), ": ",
                          Quote(b.condition), " cannot be both met and not met on one day"));
        break;
      }
    }
  }
}

}  // namespace onward::model
