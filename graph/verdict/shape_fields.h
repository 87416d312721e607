// What a judgement reads of each record: one list of fields per record, for everything that writes, reads
// or changes shapes (shape.h). A rule that reads a further field adds it here. Internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "graph/model/record.h"

namespace onward::verdict {

// An archive is called with each field in turn; `Fields` names them.
template <class Archive>
void Fields(Archive& archive, Interval& interval) {
  archive(interval.from);
  archive(interval.until);
}

template <class Archive>
void Fields(Archive& archive, model::Statement& statement) {
  archive(statement.condition);
  archive(statement.met);
  archive(statement.interval);
}

template <class Archive>
void Fields(Archive& archive, model::Certification& certification) {
  archive(certification.scheme);
  archive(certification.coverage);
  archive(certification.interval);
}

template <class Archive>
void Fields(Archive& archive, model::Party& party) {
  archive(party.id);
  archive(party.party_type);
  archive(party.establishment);
  archive(party.branch_of);
  archive(party.gdpr_subject);
  archive(party.certifications);
  archive(party.statements);
}

template <class Archive>
void Fields(Archive& archive, model::AgreementParty& side) {
  archive(side.party);
  archive(side.side);
  archive(side.interval);
}

template <class Archive>
void Fields(Archive& archive, model::TransferImpactAssessment& tia) {
  archive(tia.performed_on);
  archive(tia.countries);
  archive(tia.outcome);
  archive(tia.review_due);
  archive(tia.supplementary_measures);
}

template <class Archive>
void Fields(Archive& archive, model::Agreement& agreement) {
  archive(agreement.id);
  archive(agreement.parties);
  archive(agreement.sides);
  archive(agreement.instruments);
  archive(agreement.signed_on);
  archive(agreement.interval);
  archive(agreement.data_categories);
  archive(agreement.data_subject_categories);
  archive(agreement.purposes);
  archive(agreement.tias);
  archive(agreement.statements);
}

// Sites of a shape have no operator, and their location is resolved.
template <class Archive>
void Fields(Archive& archive, model::Site& site) {
  archive(site.country);
  archive(site.operation);
}

template <class Archive>
void Fields(Archive& archive, model::Derogation& derogation) {
  archive(derogation.instrument);
  archive(derogation.repetitive);
}

template <class Archive>
void Fields(Archive& archive, model::Flow& flow) {
  archive(flow.id);
  archive(flow.exporter);
  archive(flow.importer);
  archive(flow.exporter_role);
  archive(flow.importer_role);
  archive(flow.exporter_gdpr_subject);
  archive(flow.importer_gdpr_subject);
  archive(flow.on_behalf_of);
  archive(flow.data_categories);
  archive(flow.data_subject_categories);
  archive(flow.purposes);
  archive(flow.sites);
  archive(flow.agreements);
  archive(flow.derogation);
  archive(flow.collection);
  archive(flow.statements);
  archive(flow.interval);
}

// Appends fields to a string. Two values give the same bytes only where all fields are equal.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& bytes) : bytes_(bytes) {}

  void operator()(std::string& text) {
    Number(static_cast<uint32_t>(text.size()));
    bytes_ += text;
  }
  void operator()(Date& date) { Number(date.days()); }
  void operator()(bool& value) { bytes_ += value ? '\1' : '\0'; }
  void operator()(uint32_t& number) { Number(number); }
  template <class T>
  void operator()(std::optional<T>& value) {
    bool has_value = value.has_value();
    (*this)(has_value);
    if (has_value) {
      (*this)(*value);
    }
  }
  template <class T>
  void operator()(std::vector<T>& list) {
    Number(static_cast<uint32_t>(list.size()));
    for (T& item : list) {
      (*this)(item);
    }
  }
  template <class T>
  void operator()(T& value) {
    if constexpr (std::is_enum_v<T>) {
      Number(static_cast<int32_t>(value));
    } else {
      Fields(*this, value);
    }
  }
  template <class Number32>
  void Number(Number32 number) {
    static_assert(sizeof(number) == 4);
    char raw[sizeof(number)];
    std::memcpy(raw, &number, sizeof(number));
    bytes_.append(raw, sizeof(number));
  }

 private:
  std::string& bytes_;
};

// Reads what a FieldWriter wrote, and nothing else.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  void operator()(std::string& text) {
    const auto size = Number<uint32_t>();
    text.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
  }
  void operator()(Date& date) { date = Date(Number<int32_t>()); }
  void operator()(uint32_t& number) { number = Number<uint32_t>(); }
  void operator()(bool& value) {
    value = rest_.front() != '\0';
    rest_.remove_prefix(1);
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    bool has_value = false;
    (*this)(has_value);
    value.reset();
    if (has_value) {
      (*this)(value.emplace());
    }
  }
  template <class T>
  void operator()(std::vector<T>& list) {
    list.resize(Number<uint32_t>());
    for (T& item : list) {
      (*this)(item);
    }
  }
  template <class T>
  void operator()(T& value) {
    if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(Number<int32_t>());
    } else {
      Fields(*this, value);
    }
  }
  template <class Number32>
  Number32 Number() {
    Number32 number = 0;
    std::memcpy(&number, rest_.data(), sizeof(number));
    rest_.remove_prefix(sizeof(number));
    return number;
  }

 private:
  std::string_view rest_;
};

// Calls `visit` with each date of a value.
template <class Visit>
class DateVisitor {
 public:
  explicit DateVisitor(Visit visit) : visit_(visit) {}

  void operator()(std::string&) {}
  void operator()(bool&) {}
  void operator()(Date& date) { visit_(date); }
  template <class T>
  void operator()(std::optional<T>& value) {
    if (value.has_value()) {
      (*this)(*value);
    }
  }
  template <class T>
  void operator()(std::vector<T>& list) {
    for (T& item : list) {
      (*this)(item);
    }
  }
  template <class T>
  void operator()(T& value) {
    if constexpr (!std::is_enum_v<T>) {
      Fields(*this, value);
    }
  }

 private:
  Visit visit_;
};

}  // namespace onward::verdict
