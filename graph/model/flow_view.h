// Flows to read, whose parts somebody else keeps.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/flow.h"

namespace onward::model {

// The terms of a flow, field by field as in FlowTerms. Lives as long as what it was made from.
struct TermsView {
  Role exporter_role;
  Role importer_role;
  std::optional<bool> exporter_gdpr_subject;
  std::optional<bool> importer_gdpr_subject;
  Protection protection;
  SubProcessorAuthorisation sub_processor_authorisation;
  Collection collection;
  const Strings& activities;
  const Strings& on_behalf_of;
  const Strings& data_categories;
  const Strings& data_subject_categories;
  const Strings& purposes;
  const Strings& agreements;
  const std::vector<Site>& sites;
  const std::optional<Derogation>& derogation;
  const std::optional<CopyEnd>& copy_ends;
  const std::vector<Statement>& statements;
  const Labels& labels;
  const std::vector<Source>& sources;
};

inline bool operator==(const TermsView& a, const TermsView& b) {
  return a.exporter_role == b.exporter_role && a.importer_role == b.importer_role &&
         a.exporter_gdpr_subject == b.exporter_gdpr_subject &&
         a.importer_gdpr_subject == b.importer_gdpr_subject && a.protection == b.protection &&
         a.sub_processor_authorisation == b.sub_processor_authorisation &&
         a.collection == b.collection && a.activities == b.activities &&
         a.on_behalf_of == b.on_behalf_of && a.data_categories == b.data_categories &&
         a.data_subject_categories == b.data_subject_categories && a.purposes == b.purposes &&
         a.agreements == b.agreements && a.sites == b.sites && a.derogation == b.derogation &&
         a.copy_ends == b.copy_ends && a.statements == b.statements && a.labels == b.labels &&
         a.sources == b.sources;
}

inline TermsView TermsOf(const FlowTerms& t) {
  return {t.exporter_role,
          t.importer_role,
          t.exporter_gdpr_subject,
          t.importer_gdpr_subject,
          t.protection,
          t.sub_processor_authorisation,
          t.collection,
          t.activities,
          t.on_behalf_of,
          t.data_categories,
          t.data_subject_categories,
          t.purposes,
          t.agreements,
          t.sites,
          t.derogation,
          t.copy_ends,
          t.statements,
          t.labels,
          t.sources};
}

// A flow. Lives as long as what it was made from. Cheap to copy.
struct FlowView {
  std::string_view id;
  std::string_view exporter;
  std::string_view importer;
  Interval interval;
  TermsView terms;
};

inline FlowView ViewOf(const Flow& flow) {
  return {flow.id, flow.exporter, flow.importer, flow.interval, TermsOf(flow)};
}

// A record of its own.
inline Flow FlowFrom(const FlowView& view) {
  const TermsView& t = view.terms;
  return {{t.exporter_role, t.importer_role, t.exporter_gdpr_subject, t.importer_gdpr_subject,
           t.activities, t.on_behalf_of, t.data_categories, t.data_subject_categories, t.purposes,
           t.sites, t.protection, t.agreements, t.derogation, t.sub_processor_authorisation,
           t.collection, t.copy_ends, t.statements, t.labels, t.sources},
          std::string(view.id),
          std::string(view.exporter),
          std::string(view.importer),
          view.interval};
}

}  // namespace onward::model
