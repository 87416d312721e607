#include "tests/bench/generator/options.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace onward::bench {
namespace {

GeneratorOptions OneBigTenant(double scale) {
  constexpr double kParties = 1'000'000;
  GeneratorOptions options;
  options.tenants = 1;
  options.controllers = std::max<size_t>(5, static_cast<size_t>(kParties / 1'000 * scale));
  options.vendors =
      std::max<size_t>(100, static_cast<size_t>(kParties * scale)) - options.controllers;
  options.zipf = 0.7;
  options.every_vendor_discloses = true;
  // Ten recipients on average.
  options.list_mean = std::log(10.0) - 0.71 * 0.71 / 2;
  options.labels = Labels::kHalfAll;
  return options;
}

GeneratorOptions Tenants(size_t tenants, size_t controllers) {
  GeneratorOptions options;
  options.tenants = tenants;
  options.controllers = controllers;
  return options;
}

}  // namespace

std::optional<GeneratorOptions> PresetOptions(std::string_view name, double scale) {
  if (name == "S") {
    return Tenants(21, 300);
  }
  if (name == "M") {
    return Tenants(140, 2'500);
  }
  if (name == "L") {
    return Tenants(1'450, 12'000);
  }
  if (name == "X") {
    return OneBigTenant(std::min(scale, 1.0));
  }
  return std::nullopt;
}

bool SetMode(std::string_view text, GeneratorOptions& options) {
  constexpr std::string_view kChain = "chain:";
  if (text.starts_with(kChain)) {
    text.remove_prefix(kChain.size());
    options.mode = GraphMode::kChain;
    return absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &options.chain_vendors) &&
           options.chain_vendors > 0;
  }
  if (text == "cyclic") {
    options.mode = GraphMode::kCyclic;
  } else if (text == "dag") {
    options.mode = GraphMode::kDag;
  } else if (text == "star") {
    options.mode = GraphMode::kStar;
  } else {
    return false;
  }
  return true;
}

std::optional<Labels> LabelsOf(std::string_view text) {
  if (text == "measured") {
    return Labels::kMeasured;
  }
  if (text == "half-all") {
    return Labels::kHalfAll;
  }
  if (text == "narrow") {
    return Labels::kNarrow;
  }
  return std::nullopt;
}

std::optional<Mechanisms> MechanismsOf(std::string_view text) {
  if (text == "measured") {
    return Mechanisms::kMeasured;
  }
  if (text == "rules") {
    return Mechanisms::kRules;
  }
  return std::nullopt;
}

}  // namespace onward::bench
