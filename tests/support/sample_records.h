// One record of each kind with every field set, for round trips and golden bytes. Not valid as
// records: the values are only distinct.
#pragma once

#include <vector>

#include "graph/model/record.h"

namespace onward::testing {

inline std::vector<model::Source> SampleSources() {
  return {{"notice.txt", "5", Date::Of(2021, 5, 4), model::SourceGrade::kPublished},
          {"contract.pdf", "Annex II", Date::Of(2022, 1, 31), model::SourceGrade::kContract}};
}

inline model::Labels SampleLabels() { return {{"owner", "privacy"}, {"team", "growth"}}; }

inline std::vector<model::Statement> SampleStatements() {
  return {{"subject_to_pipeda",
           false,
           {Date::Of(2019, 1, 1), Date::Of(2020, 2, 29)},
           SampleSources().front()}};
}

inline model::Party SampleParty() {
  model::Party party;
  party.id = "acme";
  party.display_name = "Acme";
  party.legal_name = "Acme Oy";
  party.other_names = {{"Acmé", "fr"}};
  party.identifiers = {{"lei", "5493001KJTIIGC8Y1R12"}, {"fi-business-id", "2780101-9"}};
  party.party_type = model::PartyType::kPublicBody;
  party.establishment = "FI";
  party.branch_of = "acme-head";
  party.gdpr_subject = {{Date::Of(2018, 5, 25), Date::Of(2020, 1, 1)},
                        {Date::Of(2021, 1, 1), Date::Of(2022, 1, 1)}};
  party.group_parent = "acme-group";
  party.certifications = {
      {"us_dpf",
       {model::CertificationCoverage::kHr, model::CertificationCoverage::kNonHr},
       "Acme Inc.",
       {Date::Of(2023, 7, 10), Date::Of(2024, 7, 10)}}};
  party.statements = SampleStatements();
  party.contacts = {{model::ContactRole::kDpo, "DPO", "dpo@acme.example", "+358 1", "Street 1"}};
  party.chain_disclosure = model::ChainDisclosure::kPartial;
  party.labels = SampleLabels();
  party.sources = SampleSources();
  return party;
}

inline model::Location SampleLocation() {
  return {"us-east", "US", "US-VA", "Virginia", "cloud", SampleLabels(), SampleSources()};
}

inline model::Activity SampleActivity() {
  model::Activity activity;
  activity.id = "newsletter";
  activity.name = "Newsletter";
  activity.controllers = {"acme", "beta"};
  activity.processor = "mailer";
  activity.on_behalf_of = {"acme"};
  activity.purposes = {"marketing"};
  activity.legal_bases = {"6(1)(a)"};
  activity.data_categories = {"contact.email", "contact.name"};
  activity.data_subject_categories = {"customer"};
  activity.retention = {{{"contact.email"}, "P13M", "from the last contact"}};
  activity.security_measures = {"encryption"};
  activity.data_sources = {"the data subject"};
  activity.labels = SampleLabels();
  activity.sources = SampleSources();
  return activity;
}

inline model::Agreement SampleAgreement() {
  model::Agreement agreement;
  agreement.id = "acme-vendor-dpa";
  agreement.name = "DPA";
  agreement.parties = {"acme", "vendor"};
  agreement.sides = {{"acme",
                      model::AgreementSide::kExporter,
                      {Date::Of(2022, 3, 1), Date::Of(2025, 3, 1)},
                      "acme-head"}};
  agreement.instruments = {"art28", "scc-2021-914-m2"};
  agreement.signed_on = Date::Of(2022, 2, 28);
  agreement.interval = {Date::Of(2022, 3, 1), Date::Of(2030, 1, 1)};
  agreement.data_categories = {"contact.email"};
  agreement.data_subject_categories = {"employee"};
  agreement.purposes = {"support"};
  agreement.tias = {{Date::Of(2022, 2, 20),
                     {"US"},
                     model::TiaOutcome::kAdequateWithMeasures,
                     Date::Of(2027, 2, 20),
                     {"encryption"}}};
  agreement.evidence = model::Evidence{"https://acme.example/dpa.pdf", std::string(64, 'a')};
  agreement.statements = SampleStatements();
  agreement.labels = SampleLabels();
  agreement.sources = SampleSources();
  return agreement;
}

inline model::Flow SampleFlow() {
  model::Flow flow;
  flow.id = "acme-to-vendor";
  flow.exporter = "acme";
  flow.importer = "vendor";
  flow.exporter_role = model::Role::kController;
  flow.importer_role = model::Role::kSubProcessor;
  flow.exporter_gdpr_subject = true;
  flow.importer_gdpr_subject = false;
  flow.activities = {"newsletter"};
  flow.on_behalf_of = {"acme"};
  flow.data_categories = {"contact.email"};
  flow.data_subject_categories = {"customer"};
  flow.purposes = {"marketing"};
  flow.sites = {{"us-east", "US", "cloud", model::SiteOperation::kRemoteAccess}};
  flow.protection = model::Protection::kEncryptedKeysKept;
  flow.agreements = {"acme-vendor-dpa"};
  flow.derogation = model::Derogation{"eu-gdpr:A49-1-a", false, "asked each time"};
  flow.sub_processor_authorisation = model::SubProcessorAuthorisation::kGeneral;
  flow.collection = model::Collection::kFromParty;
  flow.copy_ends = model::CopyEnd{model::CopyOutcome::kKept, Date::Of(2024, 12, 31)};
  flow.statements = SampleStatements();
  flow.interval = {Date::Of(2018, 9, 30), Date::Of(2999, 12, 31)};
  flow.labels = SampleLabels();
  flow.sources = SampleSources();
  return flow;
}

inline model::Category SampleCategory() {
  return {"contact.fax", "Fax number",   "contact",      "pd:FaxNumber",
          true,          SampleLabels(), SampleSources()};
}

inline model::Policy SamplePolicy() {
  model::Policy policy;
  policy.id = model::kPolicyId;
  policy.scc_for_importers_under_gdpr = model::ContestedReading::kPermissive;
  policy.employee_data_under_non_hr_certificate = model::ContestedReading::kStrict;
  policy.repetition_under_derogations = model::ContestedReading::kPermissive;
  policy.onward_after_adequacy = model::ContestedReading::kStrict;
  policy.justification = "Decided by the privacy board";
  policy.owner = "dpo@example.test";
  policy.labels = SampleLabels();
  policy.sources = SampleSources();
  return policy;
}

inline model::Triage SampleTriage() {
  model::Triage triage;
  triage.id = "t1";
  triage.finding = "TIA_MISSING";
  triage.subject = "flow/acme-to-vendor";
  triage.decision = model::TriageDecision::kAccepted;
  triage.accepted_until = Date::Of(2026, 1, 1);
  triage.reason = "assessment is due";
  triage.owner = "dpo";
  triage.labels = SampleLabels();
  triage.sources = SampleSources();
  return triage;
}

// One of each kind, in order of kind.
inline std::vector<model::Record> SampleRecords() {
  return {SampleParty(), SampleLocation(), SampleActivity(), SampleAgreement(),
          SampleFlow(),  SampleCategory(), SampleTriage(),   SamplePolicy()};
}

}  // namespace onward::testing
