#include "tests/bench/generator/records.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/bench/generator/facts.h"
#include "tests/bench/generator/random.h"

namespace onward::bench {
namespace {

constexpr uint64_t kAgreementTopic = 100;

class TenantRecords {
 public:
  TenantRecords(const GeneratorOptions& options, const TenantGraph& graph,
                const std::function<void(model::Record)>& use)
      : options_(options), graph_(graph), facts_(options, graph.tenant), use_(use) {}

  void Write() {
    WriteParties();
    for (size_t i = 0; i < graph_.edges.size(); ++i) {
      WriteFlow(i);
    }
  }

 private:
  void WriteParties() {
    std::vector<bool> named(graph_.nodes());
    std::vector<bool> listed(graph_.nodes());
    for (const Edge& edge : graph_.edges) {
      named[edge.exporter] = named[edge.importer] = true;
      const Mechanism mechanism = facts_.MechanismOf(edge);
      if (mechanism == Mechanism::kFramework || mechanism == Mechanism::kClausesAndFramework) {
        listed[edge.importer] = true;
      }
    }
    for (uint32_t node = 0; node < graph_.nodes(); ++node) {
      if (named[node]) {
        WriteParty(node, listed[node]);
      }
    }
  }

  void WriteParty(uint32_t node, bool listed) {
    model::Party party;
    party.id = PartyIdOf(graph_, node);
    party.establishment = facts_.SeatOf(graph_, node);
    if (listed && party.establishment == "US") {
      party.certifications.push_back({"us_dpf",
                                      {model::CertificationCoverage::kNonHr},
                                      "",
                                      {Date::Of(2023, 7, 10), Date::Max()}});
    }
    use_(std::move(party));
  }

  void WriteFlow(size_t number) {
    const Edge& edge = graph_.edges[number];
    model::Flow flow;
    flow.id = FlowIdOf(graph_, number);
    flow.exporter = PartyIdOf(graph_, edge.exporter);
    flow.importer = PartyIdOf(graph_, edge.importer);
    SetRoles(edge, flow);
    SetLabels(edge, flow);
    for (const std::string_view place : facts_.PlacesOf(edge)) {
      model::Site site;
      site.country = place;
      site.operation = model::SiteOperation::kStorage;
      flow.sites.push_back(std::move(site));
    }
    const Mechanism mechanism = facts_.MechanismOf(edge);
    if (mechanism == Mechanism::kDerogation) {
      flow.derogation = model::Derogation{"eu-gdpr:A49-1-a", false, ""};
    }
    std::optional<model::Agreement> agreement = AgreementOf(edge, flow, mechanism);
    use_(std::move(flow));
    if (agreement.has_value()) {
      use_(*std::move(agreement));
    }
  }

  void SetRoles(const Edge& edge, model::Flow& flow) const {
    if (options_.controllers_alone) {
      flow.exporter_role = flow.importer_role = model::Role::kController;
    } else if (graph_.IsVendor(edge.exporter)) {
      flow.exporter_role = model::Role::kProcessor;
      flow.importer_role = model::Role::kSubProcessor;
    } else {
      flow.exporter_role = model::Role::kController;
      flow.importer_role = model::Role::kProcessor;
    }
  }

  void SetLabels(const Edge& edge, model::Flow& flow) const {
    const LabelMask mask = facts_.LabelsOf(edge);
    if (mask == kAllReceivedMask) {
      flow.data_categories.emplace_back(model::kAllReceived);
      return;
    }
    for (size_t i = 0; i < CategoryIds().size(); ++i) {
      if ((mask >> i & 1U) != 0) {
        flow.data_categories.emplace_back(CategoryIds()[i]);
      }
    }
    if (mask != 0) {
      for (const int purpose : facts_.PurposesOf(edge.importer)) {
        flow.purposes.push_back(absl::StrCat("tcf-", purpose));
      }
    }
  }

  std::optional<model::Agreement> AgreementOf(const Edge& edge, const model::Flow& flow,
                                              Mechanism mechanism) const {
    Random random(facts_.SeedOf(edge, kAgreementTopic));
    model::Agreement agreement;
    agreement.signed_on = Date::Of(2018, 6, 1).Plus(static_cast<int32_t>(random.Below(2'900)));
    agreement.instruments = {"art28"};
    switch (mechanism) {
      case Mechanism::kNone:
      case Mechanism::kUnnecessary:
      case Mechanism::kAdequacy:
      case Mechanism::kDerogation:
        return std::nullopt;
      case Mechanism::kTermsOnly:
      case Mechanism::kFramework:
        break;
      case Mechanism::kClauses:
      case Mechanism::kClausesAndFramework:
        agreement.instruments.emplace_back(ClausesOf(flow, *agreement.signed_on));
        AddAssessment(random, agreement);
        break;
      case Mechanism::kBindingRules:
        agreement.instruments.emplace_back("bcr-p");
        break;
    }
    agreement.id = absl::StrCat(flow.id, "-a");
    agreement.parties = {flow.exporter, flow.importer};
    return agreement;
  }

  static void AddAssessment(Random& random, model::Agreement& agreement) {
    if (!random.Chance(.5)) {
      return;
    }
    model::TransferImpactAssessment tia;
    tia.performed_on = agreement.signed_on->Plus(static_cast<int32_t>(random.Below(400)));
    tia.outcome = model::TiaOutcome::kAdequate;
    tia.review_due = tia.performed_on->PlusMonths(36);
    agreement.tias = {tia};
  }

  static const char* ClausesOf(const model::Flow& flow, Date signed_on) {
    if (flow.importer_role == model::Role::kController) {
      return signed_on < Date::Of(2021, 9, 27) ? "scc-2004-915-set2" : "scc-2021-914-m1";
    }
    if (signed_on < Date::Of(2021, 9, 27)) {
      return "scc-2010-87";
    }
    return flow.exporter_role == model::Role::kController ? "scc-2021-914-m2" : "scc-2021-914-m3";
  }

  const GeneratorOptions& options_;
  const TenantGraph& graph_;
  const Facts facts_;
  const std::function<void(model::Record)>& use_;
};

}  // namespace

std::string PartyIdOf(const TenantGraph& graph, uint32_t node) {
  return graph.IsVendor(node) ? absl::StrCat("t", graph.tenant, "-v", graph.RankOf(node))
                              : absl::StrCat("t", graph.tenant, "-c", node);
}

std::string FlowIdOf(const TenantGraph& graph, size_t edge) {
  return absl::StrFormat("t%d-f%07d", graph.tenant, edge);
}

void ForEachRecordOf(const GeneratorOptions& options, const TenantGraph& graph,
                     const std::function<void(model::Record)>& use) {
  TenantRecords(options, graph, use).Write();
}

void ForEachRecord(const GeneratorOptions& options, const std::function<void(model::Record)>& use) {
  ForEachTenant(options, [&](const TenantGraph& graph) { ForEachRecordOf(options, graph, use); });
}

std::vector<model::Record> GenerateRecords(const GeneratorOptions& options) {
  std::vector<model::Record> records;
  ForEachRecord(options, [&](model::Record record) { records.push_back(std::move(record)); });
  return records;
}

}  // namespace onward::bench
