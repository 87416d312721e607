#include "tests/bench/load_inventory.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace onward::bench {
namespace {

constexpr double kZipf = 1.15;

// SplitMix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
  }
  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  bool Chance(double share) { return Unit() < share; }
  size_t Below(size_t n) { return static_cast<size_t>(Unit() * static_cast<double>(n)); }
  double Normal() {
    const double radius = std::sqrt(-2 * std::log(1 - Unit()));
    return radius * std::cos(2 * M_PI * Unit());
  }

 private:
  uint64_t state_;
};

struct Share {
  double share;
  const char* code;
};

template <typename Shares>
const char* Pick(const Shares& shares, Random& random) {
  double at = random.Unit();
  for (const Share& entry : shares) {
    at -= entry.share;
    if (at < 0) {
      return entry.code;
    }
  }
  return shares.back().code;
}

constexpr std::array kEea = {Share{.27, "FR"}, Share{.23, "NL"}, Share{.19, "DE"}, Share{.11, "IE"},
                             Share{.08, "SE"}, Share{.06, "ES"}, Share{.06, "FI"}};
constexpr std::array kAdequate = {Share{.46, "GB"}, Share{.20, "CA"}, Share{.14, "IL"},
                                  Share{.09, "CH"}, Share{.06, "BR"}, Share{.05, "JP"}};
constexpr std::array kOther = {Share{.30, "IN"}, Share{.20, "RU"}, Share{.15, "CN"},
                               Share{.10, "UA"}, Share{.10, "TR"}, Share{.10, "AE"},
                               Share{.05, "VN"}};

const char* Country(Random& random) {
  const double at = random.Unit();
  if (at < .61) {
    return "US";
  }
  return at < .85 ? Pick(kEea, random) : at < .96 ? Pick(kAdequate, random) : Pick(kOther, random);
}

constexpr std::array<double, 11> kCategoryShares = {.85, .77, .62, .35, .25, .61,
                                                    .29, .62, .22, .36, .60};
constexpr std::array kCategories = {"contact",   "online", "device", "location",
                                    "financial", "usage",  "media",  "account",
                                    "special",   "work",   "support"};

// One tenant: who discloses to whom.
class Tenant {
 public:
  Tenant(size_t number, const LoadSize& size, std::vector<model::Record>& records, size_t& flows)
      : number_(number),
        size_(size),
        records_(records),
        flows_(flows),
        random_(size.seed * 0x9E3779B9 + number) {
    const double share = std::pow(static_cast<double>(number), -0.8);
    controllers_ = std::max<size_t>(
        5, static_cast<size_t>(std::lround(static_cast<double>(size.controllers) * share)));
    double sum = 0;
    for (size_t rank = 1;
         rank <= std::min<size_t>(200'000, std::max<size_t>(3'000, 30 * controllers_)); ++rank) {
      sum += std::pow(static_cast<double>(rank), -kZipf);
      sums_.push_back(sum);
    }
  }

  void Write() {
    std::vector<size_t> tier;
    for (size_t i = 0; i < controllers_; ++i) {
      model::Party party;
      party.id = absl::StrCat("t", number_, "-c", i);
      party.establishment = Pick(kEea, random_);
      const std::string id = party.id;
      records_.emplace_back(std::move(party));
      Disclose(id, 0, random_, model::Role::kController, tier);
    }
    for (int number = 2; number <= size_.tiers; ++number) {
      std::vector<size_t> next;
      for (const size_t rank : tier) {
        Random own(size_.seed ^ (0xD1B54A32D192ED03ULL * rank) ^ (number_ << 40));
        if (own.Chance(std::min(0.95, 5.4 / std::sqrt(static_cast<double>(rank))))) {
          Disclose(VendorId(rank), rank, own, model::Role::kProcessor, next);
        }
      }
      tier = std::move(next);
    }
    for (auto& [rank, party] : vendors_) {
      records_.emplace_back(std::move(party));
    }
  }

 private:
  std::string VendorId(size_t rank) const { return absl::StrCat("t", number_, "-v", rank); }

  // Makes the vendor known; true the first time.
  model::Party& Vendor(size_t rank, std::vector<size_t>& reached) {
    const auto [at, is_new] = vendors_.try_emplace(rank);
    if (is_new) {
      reached.push_back(rank);
      at->second.id = VendorId(rank);
      at->second.establishment = Country(random_);
    }
    return at->second;
  }

  // `self`: the exporter's own rank, 0 for a controller.
  void Disclose(const std::string& exporter, size_t self, Random& random, model::Role role,
                std::vector<size_t>& reached) {
    const double drawn = std::floor(std::exp(2.35 + 0.71 * random.Normal()) + 0.5);
    const auto wanted = static_cast<size_t>(std::clamp(drawn, 1.0, 60.0));
    std::unordered_set<size_t> ranks;
    while (ranks.size() < wanted && flows_ < size_.flows) {
      const auto at = std::lower_bound(sums_.begin(), sums_.end(), random.Unit() * sums_.back());
      const size_t rank = static_cast<size_t>(at - sums_.begin()) + 1;
      if (rank != self && ranks.insert(rank).second) {
        AddFlow(exporter, role, Vendor(rank, reached), random);
      }
    }
  }

  void AddFlow(const std::string& exporter, model::Role role, model::Party& vendor,
               Random& random) {
    model::Flow flow;
    flow.id = absl::StrFormat("f%08d", flows_++);
    flow.exporter = exporter;
    flow.importer = vendor.id;
    flow.exporter_role = role;
    const bool direct = role == model::Role::kController;
    flow.importer_role = direct ? model::Role::kProcessor : model::Role::kSubProcessor;
    if (random.Chance(.06)) {
      for (size_t i = 0; i < kCategories.size(); ++i) {
        if (random.Chance(kCategoryShares[i])) {
          flow.data_categories.emplace_back(kCategories[i]);
        }
      }
    }
    if (random.Chance(.27)) {
      AddSites(flow, random);
    }
    if (random.Chance(.06)) {
      AddMechanism(flow, vendor, random);
    }
    records_.emplace_back(std::move(flow));
  }

  static void AddSites(model::Flow& flow, Random& random) {
    const auto add = [&flow](const char* country) {
      model::Site site;
      site.country = country;
      site.operation = model::SiteOperation::kStorage;
      flow.sites.push_back(std::move(site));
    };
    const double at = random.Unit();
    if (at < .90) {
      const size_t several = random.Chance(.03) ? 11 : 2 + random.Below(2);
      for (size_t n = at < .78 ? 1 : several; n > 0; --n) {
        add(Country(random));
      }
    } else if (at < .96) {
      add("GLOBAL");
    } else {
      add(random.Chance(.5) ? "EU" : "EEA");
    }
  }

  void AddMechanism(const model::Flow& flow, model::Party& vendor, Random& random) {
    const double at = random.Unit();
    if (at >= .90) {
      return;  // none needed
    }
    model::Agreement agreement;
    agreement.id = absl::StrCat("a-", flow.id);
    agreement.parties = {flow.exporter, flow.importer};
    agreement.instruments = {"art28"};
    const Date signed_on = Date::Of(2018, 6, 1).Plus(static_cast<int32_t>(random.Below(2'900)));
    agreement.signed_on = signed_on;
    if (at >= .35) {
      agreement.instruments.emplace_back(ClausesOf(flow, signed_on));
      if (random.Chance(.5)) {
        model::TransferImpactAssessment tia;
        tia.performed_on = signed_on.Plus(static_cast<int32_t>(random.Below(400)));
        tia.outcome = model::TiaOutcome::kAdequate;
        tia.review_due = tia.performed_on->PlusMonths(36);
        agreement.tias = {tia};
      }
    }
    const bool listed = at >= .62 && at < .76 && vendor.establishment == "US";
    if (listed && vendor.certifications.empty()) {
      vendor.certifications.push_back({"us_dpf",
                                       {model::CertificationCoverage::kNonHr},
                                       "",
                                       {Date::Of(2023, 7, 10), Date::Max()}});
    }
    records_.emplace_back(std::move(agreement));
  }

  static const char* ClausesOf(const model::Flow& flow, Date signed_on) {
    if (signed_on < Date::Of(2021, 9, 27)) {
      return "scc-2010-87";
    }
    return flow.exporter_role == model::Role::kController ? "scc-2021-914-m2" : "scc-2021-914-m3";
  }

  const size_t number_;
  const LoadSize& size_;
  std::vector<model::Record>& records_;
  size_t& flows_;
  Random random_;
  size_t controllers_ = 0;
  // Of the weights of ranks 1 to n.
  std::vector<double> sums_;
  std::unordered_map<size_t, model::Party> vendors_;
};

}  // namespace

std::vector<model::Record> LoadInventory(const LoadSize& size) {
  std::vector<model::Record> records;
  size_t flows = 0;
  for (size_t tenant = 1; tenant <= size.tenants && flows < size.flows; ++tenant) {
    Tenant(tenant, size, records, flows).Write();
  }
  return records;
}

}  // namespace onward::bench
