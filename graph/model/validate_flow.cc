// Rules of flows.
#include "graph/model/checker.h"

namespace onward::model {
namespace {

void CheckSites(const Flow& flow, const FieldPath& at, Checker& check) {
  check.Each(at, flow.sites, [&](const FieldPath& element, const Site& site) {
    if (site.location.empty() == site.country.empty()) {
      check.Fail(element, site.country.empty() ? "names no place: give a location or a country"
                                               : "give either a location or a country, not both");
    }
    check.Ref(FieldPath(element, "location"), site.location);
    check.Place(FieldPath(element, "country"), site.country, PlaceUse::kSite);
    check.Ref(FieldPath(element, "operator"), site.operator_party);
    check.Enum(FieldPath(element, "operation"), site.operation);
  });
}

void CheckEnds(const Flow& flow, const FieldPath& at, Checker& check) {
  check.RequiredRef(FieldPath(at, "exporter"), flow.exporter);
  check.RequiredRef(FieldPath(at, "importer"), flow.importer);
  if (!flow.exporter.empty() && flow.exporter == flow.importer) {
    check.Fail(FieldPath(at, "importer"),
               "a flow goes to another party: exporter and importer are the same");
  }
  check.Enum(FieldPath(at, "exporter_role"), flow.exporter_role);
  check.Enum(FieldPath(at, "importer_role"), flow.importer_role);
  check.Refs(FieldPath(at, "activities"), flow.activities);
  check.Refs(FieldPath(at, "on_behalf_of"), flow.on_behalf_of);
}

void CheckLegalSide(const Flow& flow, const FieldPath& at, Checker& check) {
  check.Refs(FieldPath(at, "agreements"), flow.agreements);
  if (flow.derogation.has_value()) {
    const FieldPath derogation(at, "derogation");
    check.Instrument(FieldPath(derogation, "instrument"), flow.derogation->instrument);
    check.Text(FieldPath(derogation, "justification"), flow.derogation->justification);
  }
  check.Enum(FieldPath(at, "sub_processor_authorisation"), flow.sub_processor_authorisation);
  check.Enum(FieldPath(at, "collection"), flow.collection);
  if (flow.copy_ends.has_value()) {
    const FieldPath copy_ends(at, "copy_ends");
    const FieldPath outcome(copy_ends, "outcome");
    check.Enum(outcome, flow.copy_ends->outcome);
    if (flow.copy_ends->outcome == CopyOutcome::kUnspecified) {
      check.Fail(outcome, "required: DELETED, RETURNED or KEPT");
    }
  }
  check.Statements(FieldPath(at, "statements"), flow.statements);
}

}  // namespace

void Validate(const Flow& flow, const FieldPath& at, Checker& check) {
  check.Id(FieldPath(at, "id"), flow.id);
  CheckEnds(flow, at, check);
  check.DataCategories(FieldPath(at, "data_categories"), flow.data_categories, true);
  check.Texts(FieldPath(at, "data_subject_categories"), flow.data_subject_categories);
  check.Texts(FieldPath(at, "purposes"), flow.purposes);
  CheckSites(flow, FieldPath(at, "sites"), check);
  check.Enum(FieldPath(at, "protection"), flow.protection);
  CheckLegalSide(flow, at, check);
  check.Span(at, flow.interval);
  check.LabelsAndSources(at, flow.labels, flow.sources);
}

}  // namespace onward::model
