// Activities, data categories, triage. Meaning of each field: proto/onward/v1/activity.proto.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/common.h"

namespace onward::model {

struct Retention {
  Strings data_categories;
  std::string duration;
  std::string criteria;
  friend bool operator==(const Retention&, const Retention&) = default;
};

struct Activity {
  std::string id;
  std::string name;
  Strings controllers;
  std::string processor;
  Strings on_behalf_of;
  Strings purposes;
  Strings legal_bases;
  Strings data_categories;
  Strings data_subject_categories;
  std::vector<Retention> retention;
  Strings security_measures;
  Strings data_sources;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const Activity&, const Activity&) = default;
};

struct Category {
  std::string id;
  std::string name;
  std::string parent;
  std::string dpv_id;
  bool special = false;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const Category&, const Category&) = default;
};

struct Triage {
  std::string id;
  std::string finding;
  std::string subject;
  TriageDecision decision = TriageDecision::kUnspecified;
  std::optional<Date> accepted_until;
  std::string reason;
  std::string owner;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const Triage&, const Triage&) = default;
};

}  // namespace onward::model
