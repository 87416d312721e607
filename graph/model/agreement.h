// Agreements. Meaning of each field: proto/onward/v1/agreement.proto.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/common.h"

namespace onward::model {

struct AgreementParty {
  std::string party;
  AgreementSide side = AgreementSide::kUnspecified;
  Interval interval;
  std::string signed_by;
  friend bool operator==(const AgreementParty&, const AgreementParty&) = default;
};

struct TransferImpactAssessment {
  std::optional<Date> performed_on;
  Strings countries;
  TiaOutcome outcome = TiaOutcome::kUnspecified;
  std::optional<Date> review_due;
  Strings supplementary_measures;
  friend bool operator==(const TransferImpactAssessment&,
                         const TransferImpactAssessment&) = default;
};

struct Evidence {
  std::string uri;
  std::string sha256;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

struct Agreement {
  std::string id;
  std::string name;
  Strings parties;
  std::vector<AgreementParty> sides;
  Strings instruments;
  std::optional<Date> signed_on;
  Interval interval;
  Strings data_categories;
  Strings data_subject_categories;
  Strings purposes;
  std::vector<TransferImpactAssessment> tias;
  std::optional<Evidence> evidence;
  std::vector<Statement> statements;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

}  // namespace onward::model
