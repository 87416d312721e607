// Flows. Meaning of each field: proto/onward/v1/flow.proto.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/common.h"

namespace onward::model {

// The word in Flow::data_categories that hands on whatever the exporter received.
inline constexpr std::string_view kAllReceived = "ALL_RECEIVED";

struct Site {
  std::string location;
  std::string country;
  std::string operator_party;
  SiteOperation operation = SiteOperation::kUnspecified;
  friend bool operator==(const Site&, const Site&) = default;
};

struct Derogation {
  std::string instrument;
  std::optional<bool> repetitive;
  std::string justification;
  friend bool operator==(const Derogation&, const Derogation&) = default;
};

struct CopyEnd {
  CopyOutcome outcome = CopyOutcome::kUnspecified;
  std::optional<Date> on;
  friend bool operator==(const CopyEnd&, const CopyEnd&) = default;
};

// What a flow is agreed and stated to be: everything but who it goes between, and when. Most flows of an
// inventory share theirs with many others.
struct FlowTerms {
  Role exporter_role = Role::kUnspecified;
  Role importer_role = Role::kUnspecified;
  std::optional<bool> exporter_gdpr_subject;
  std::optional<bool> importer_gdpr_subject;
  Strings activities;
  Strings on_behalf_of;
  Strings data_categories;
  Strings data_subject_categories;
  Strings purposes;
  std::vector<Site> sites;
  Protection protection = Protection::kUnspecified;
  Strings agreements;
  std::optional<Derogation> derogation;
  SubProcessorAuthorisation sub_processor_authorisation = SubProcessorAuthorisation::kUnspecified;
  Collection collection = Collection::kUnspecified;
  std::optional<CopyEnd> copy_ends;
  std::vector<Statement> statements;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const FlowTerms&, const FlowTerms&) = default;
};

struct Flow : FlowTerms {
  std::string id;
  std::string exporter;
  std::string importer;
  Interval interval;
  friend bool operator==(const Flow&, const Flow&) = default;
};

}  // namespace onward::model
