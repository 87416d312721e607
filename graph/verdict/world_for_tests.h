// A small world for tests of the judge: one flow from a Finnish controller to an American
// processor, and whatever a case changes about it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/verdict/judge.h"
#include "tests/support/inventory.h"
#include "tests/support/law.h"

namespace onward::verdict {

using ::onward::testing::AgreementOf;
using ::onward::testing::Day;
using ::onward::testing::FlowBetween;
using ::onward::testing::Inventory;
using ::onward::testing::PartyIn;

struct World {
  model::Party acme = PartyIn("acme", "FI");
  model::Party vendor = PartyIn("vendor", "US");
  model::Flow flow = FlowBetween("acme", "vendor");
  // Further records.
  Inventory others;
  Arrival arrival;
  model::Policy policy;
  Date known_at = Date::Max();

  const Inventory& Filled() {
    others.Add(acme).Add(vendor).Add(flow).Add(policy);
    return others;
  }

  HopVerdict Judge(std::string_view day) {
    return JudgeHop(flow, Filled(), *::onward::testing::TheRegister(), Question{Day(day), known_at},
                    arrival);
  }

  // Adds an agreement with one instrument between the two.
  model::Agreement& Sign(std::string_view instrument, std::string_view signed_on) {
    agreement = AgreementOf("dpa", "acme", "vendor", std::string(instrument), Day(signed_on));
    return agreement;
  }
  // With the assessment that it needs.
  model::Agreement& SignWithTia(std::string_view instrument, std::string_view signed_on) {
    Sign(instrument, signed_on);
    agreement.tias = {Tia(signed_on, model::TiaOutcome::kAdequate)};
    return agreement;
  }
  // Puts the agreement on file as it now is.
  void File() { others.Add(agreement); }

  void Certify(std::string_view scheme, std::vector<model::CertificationCoverage> coverage,
               std::string_view from) {
    vendor.certifications.push_back(
        {std::string(scheme), std::move(coverage), "", {Day(from), Date::Max()}});
  }

  static model::TransferImpactAssessment Tia(std::string_view on, model::TiaOutcome outcome) {
    model::TransferImpactAssessment tia;
    tia.performed_on = Day(on);
    tia.outcome = outcome;
    return tia;
  }

  static model::Statement Says(std::string_view condition, bool met) {
    model::Statement statement;
    statement.condition = condition;
    statement.met = met;
    return statement;
  }

  model::Agreement agreement;
};

// COVERED ADEQUACY: verdict and reason in one line.
inline std::string Line(Verdict verdict, Reason reason) {
  return std::string(Name(verdict)) + " " + std::string(Name(reason));
}
inline std::string Line(const HopVerdict& hop) { return Line(hop.verdict, hop.reason); }

// One row of a table of cases.
struct Case {
  std::string_view name;
  std::string_view day;
  std::string_view expected;
  std::function<void(World&)> change;
};

}  // namespace onward::verdict
