// onward_generate: made inventories and graphs of any size. See tests/bench/README.md.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "graph/model/wire.h"
#include "onward/v1/record.pb.h"
#include "services/exchange/manifest_writer.h"
#include "tests/bench/generator/compact.h"
#include "tests/bench/generator/records.h"
#include "tests/bench/generator/summary.h"

namespace onward::bench {
namespace {

struct Wanted {
  std::string preset = "S";
  double scale = 1;
  std::string mode;
  std::string labels;
  std::string profile;
  std::string as = "summary";
  std::optional<uint64_t> seed;
  std::optional<size_t> tenants;
  std::optional<size_t> controllers;
  std::optional<int> tiers;
  std::optional<uint64_t> flows_max;
  double seats_absent = 0;
  bool self_loops = false;
};

void Put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void PrintManifest(const GeneratorOptions& options) {
  bool first = true;
  ForEachRecord(options, [&](const model::Record& record) {
    v1::Record message;
    model::RecordToWire(record, message);
    Put(first ? "" : "---\n");
    Put(exchange::WriteManifest(message));
    first = false;
  });
}

// exporter, importer and the categories as a number, one bit each; ALL: all received; 0: none stated.
void PrintEdges(const GeneratorOptions& options) {
  const CompactGraph graph = GenerateCompact(options);
  for (size_t edge = 0; edge < graph.exporters.size(); ++edge) {
    const LabelMask mask = graph.labels[edge];
    std::printf("%u\t%u\t%s\n", graph.exporters[edge], graph.importers[edge],
                mask == kAllReceivedMask ? "ALL" : std::to_string(mask).c_str());
  }
}

void PrintSummary(const GeneratorOptions& options) {
  const Summary summary = Summarise(GenerateCompact(options));
  const auto count = [](const char* name, uint64_t value) {
    std::printf("%-22s %llu\n", name, static_cast<unsigned long long>(value));
  };
  const auto number = [](const char* name, double value) {
    std::printf("%-22s %.3f\n", name, value);
  };
  count("tenants", summary.tenants);
  count("parties", summary.parties);
  count("controllers", summary.controllers);
  count("flows", summary.flows);
  count("largest tenant flows", summary.largest_tenant_flows);
  number("out-degree mean", summary.out_degree_mean);
  count("out-degree median", summary.out_degree_median);
  count("out-degree p90", summary.out_degree_p90);
  count("in-degree max", summary.in_degree_max);
  number("in-degree exponent", summary.in_degree_exponent);
  number("named once", summary.named_once);
  count("largest component", summary.largest_component);
  count("reachable median", summary.reachable_median);
  count("eccentricity median", summary.eccentricity_median);
  number("states categories", summary.labelled);
  number("ALL_RECEIVED", summary.all_received);
}

template <class T>
void Take(const std::optional<T>& wanted, T& option) {
  option = wanted.value_or(option);
}

// nullopt: a word that is none, already refused by the parser's checks but for the mode.
std::optional<GeneratorOptions> OptionsOf(const Wanted& wanted) {
  std::optional<GeneratorOptions> options = PresetOptions(wanted.preset, wanted.scale);
  if (!options.has_value() || (!wanted.mode.empty() && !SetMode(wanted.mode, *options))) {
    return std::nullopt;
  }
  options->labels = LabelsOf(wanted.labels).value_or(options->labels);
  options->mechanisms = MechanismsOf(wanted.profile).value_or(options->mechanisms);
  Take(wanted.seed, options->seed);
  Take(wanted.tenants, options->tenants);
  Take(wanted.controllers, options->controllers);
  Take(wanted.tiers, options->tiers);
  Take(wanted.flows_max, options->flows_max);
  options->seats_absent = wanted.seats_absent;
  options->self_loops = wanted.self_loops && wanted.as != "manifest";
  return options;
}

void AddOptions(CLI::App& app, Wanted& wanted) {
  app.add_option("--preset", wanted.preset, "S, M, L (many tenants) or X (one big tenant)")
      ->check(CLI::IsMember({"S", "M", "L", "X"}))
      ->capture_default_str();
  app.add_option("--scale", wanted.scale, "of preset X: this share of its parties")
      ->check(CLI::Range(1e-4, 1.0))
      ->capture_default_str();
  app.add_option("--labels", wanted.labels, "measured, half-all or narrow; by preset if not given")
      ->check(CLI::IsMember({"measured", "half-all", "narrow"}));
  app.add_option("--profile", wanted.profile, "mechanisms: measured or rules")
      ->check(CLI::IsMember({"measured", "rules"}));
  app.add_option("--mode", wanted.mode, "cyclic, dag, chain:L or star");
  app.add_option("--seed", wanted.seed, "the same seed gives the same graph; 1 if not given");
  app.add_option("--tenants", wanted.tenants, "number of tenants");
  app.add_option("--controllers", wanted.controllers, "controllers of the largest tenant");
  app.add_option("--tiers", wanted.tiers, "1: controllers' own disclosures alone");
  app.add_option("--flows-max", wanted.flows_max, "stop after so many");
  app.add_option("--seats-absent", wanted.seats_absent, "share of vendors without a seat")
      ->check(CLI::Range(0.0, 1.0));
  app.add_flag("--self-loops", wanted.self_loops, "draw them (edges and summary only)");
  app.add_option("--as", wanted.as, "manifest (YAML), edges (numbers, by tabs) or summary")
      ->check(CLI::IsMember({"manifest", "edges", "summary"}))
      ->capture_default_str();
}

int Main(int argc, char** argv) {
  CLI::App app("A made inventory, printed. Example: onward_generate --preset S --as summary");
  Wanted wanted;
  AddOptions(app, wanted);
  CLI11_PARSE(app, argc, argv);
  const std::optional<GeneratorOptions> options = OptionsOf(wanted);
  if (!options.has_value()) {
    std::fprintf(stderr, "onward_generate: --mode is cyclic, dag, chain:L (L > 0) or star\n");
    return 2;
  }
  if (wanted.as == "manifest") {
    PrintManifest(*options);
  } else if (wanted.as == "edges") {
    PrintEdges(*options);
  } else {
    PrintSummary(*options);
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace onward::bench

int main(int argc, char** argv) { return onward::bench::Main(argc, argv); }
