#include "tests/bench/generator/facts.h"

#include <array>

#include "tests/bench/generator/random.h"

namespace onward::bench {
namespace {

enum Topic : uint64_t { kSeat = 1, kPlaces, kMechanism, kLabels, kPurposes };

template <class Value>
struct Share {
  double share;
  Value value;
};

template <class Shares>
auto Pick(const Shares& shares, Random& random) {
  double at = random.Unit();
  for (const auto& entry : shares) {
    at -= entry.share;
    if (at < 0) {
      return entry.value;
    }
  }
  return shares.back().value;
}

using Country = Share<std::string_view>;

// Measured shares of the most frequent; the rest as often as in a list of 512 seats.
constexpr std::array kEea = {Country{.27, "FR"}, Country{.23, "NL"}, Country{.19, "DE"},
                             Country{.06, "DK"}, Country{.06, "SE"}, Country{.06, "ES"},
                             Country{.04, "PL"}, Country{.03, "CZ"}, Country{.02, "BE"},
                             Country{.02, "AT"}, Country{.02, "IT"}};
constexpr std::array kAdequate = {Country{.46, "GB"}, Country{.20, "CA"}, Country{.14, "IL"},
                                  Country{.09, "CH"}, Country{.06, "BR"}, Country{.05, "AR"}};
constexpr std::array kOther = {Country{.30, "IN"}, Country{.20, "RU"}, Country{.15, "CN"},
                               Country{.14, "UA"}, Country{.07, "TR"}, Country{.07, "AE"},
                               Country{.07, "VN"}};

std::string_view AnyCountry(Random& random) {
  const double at = random.Unit();
  if (at < .61) {
    return "US";
  }
  return at < .85 ? Pick(kEea, random) : at < .96 ? Pick(kAdequate, random) : Pick(kOther, random);
}

using MechanismShare = Share<Mechanism>;
constexpr std::array kMeasuredMechanisms = {
    MechanismShare{.35, Mechanism::kTermsOnly}, MechanismShare{.27, Mechanism::kClauses},
    MechanismShare{.14, Mechanism::kClausesAndFramework},
    // Art. 46 without saying which tool.
    MechanismShare{.13, Mechanism::kTermsOnly}, MechanismShare{.11, Mechanism::kUnnecessary}};
constexpr std::array kRuleMechanisms = {
    MechanismShare{.55, Mechanism::kClauses},    MechanismShare{.25, Mechanism::kFramework},
    MechanismShare{.12, Mechanism::kAdequacy},   MechanismShare{.04, Mechanism::kBindingRules},
    MechanismShare{.02, Mechanism::kDerogation}, MechanismShare{.02, Mechanism::kUnnecessary}};

constexpr std::array kCategoryShares = {.85, .77, .62, .35, .25, .61, .29, .62, .22, .36, .60};
constexpr std::array kPurposeShares = {.81, .74, .61, .60, .29, .25, .85, .44, .53, .65, .13};

LabelMask DrawCategories(Random& random) {
  LabelMask mask = 0;
  for (size_t i = 0; i < kCategoryShares.size(); ++i) {
    mask = static_cast<LabelMask>(mask | (random.Chance(kCategoryShares.at(i)) ? 1U << i : 0U));
  }
  return mask != 0 ? mask : 1;
}

size_t NumberOfPlaces(Random& random) { return random.Chance(.03) ? 11 : 2 + random.Below(2); }

}  // namespace

const std::vector<std::string_view>& CategoryIds() {
  static const std::vector<std::string_view> ids = {"device.ip-address",
                                                    "device.browser",
                                                    "device.id",
                                                    "cookies",
                                                    "account.id",
                                                    "usage.browsing",
                                                    "contact.email",
                                                    "location.country",
                                                    "location.precise",
                                                    "preferences.interests",
                                                    "preferences.marketing"};
  return ids;
}

uint64_t Facts::SeedOf(const Edge& edge, uint64_t topic) const {
  const uint64_t ends = (uint64_t{edge.exporter} << 32) | edge.importer;
  return Mix(Mix(options_.seed + (uint64_t{tenant_} << 20) + topic) ^ (ends * 0x9E3779B97F4A7C15U));
}

std::string_view Facts::SeatOf(const TenantGraph& graph, uint32_t node) const {
  Random random(SeedOf({node, node}, kSeat));
  if (!graph.IsVendor(node)) {
    return Pick(kEea, random);
  }
  return random.Chance(options_.seats_absent) ? "" : AnyCountry(random);
}

Mechanism Facts::MechanismOf(const Edge& edge) const {
  Random random(SeedOf(edge, kMechanism));
  if (options_.mechanisms == Mechanisms::kRules) {
    return Pick(kRuleMechanisms, random);
  }
  return random.Chance(.06) ? Pick(kMeasuredMechanisms, random) : Mechanism::kNone;
}

LabelMask Facts::LabelsOf(const Edge& edge) const {
  Random random(SeedOf(edge, kLabels));
  switch (options_.labels) {
    case Labels::kMeasured:
      return random.Chance(.06) ? DrawCategories(random) : LabelMask{0};
    case Labels::kHalfAll:
      return random.Chance(.5) ? kAllReceivedMask : DrawCategories(random);
    case Labels::kNarrow:
      return DrawCategories(random);
  }
  return 0;
}

std::vector<std::string_view> Facts::PlacesOf(const Edge& edge) const {
  Random random(SeedOf(edge, kPlaces));
  std::vector<std::string_view> places;
  if (!random.Chance(.27)) {
    return places;
  }
  const double at = random.Unit();
  if (at < .90) {
    for (size_t n = at < .78 ? 1 : NumberOfPlaces(random); n > 0; --n) {
      places.push_back(AnyCountry(random));
    }
  } else if (at < .96) {
    places.emplace_back("GLOBAL");
  } else {
    places.emplace_back(random.Chance(.5) ? "EU" : "EEA");
  }
  return places;
}

std::vector<int> Facts::PurposesOf(uint32_t importer) const {
  Random random(SeedOf({importer, importer}, kPurposes));
  std::vector<int> purposes;
  for (size_t i = 0; i < kPurposeShares.size(); ++i) {
    if (random.Chance(kPurposeShares.at(i))) {
      purposes.push_back(static_cast<int>(i) + 1);
    }
  }
  return purposes;
}

}  // namespace onward::bench
