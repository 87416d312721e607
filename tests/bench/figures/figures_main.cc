// onward_figures: what `make bench` prints. See tests/bench/README.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/figures/chart.h"
#include "tests/bench/figures/groups.h"

namespace onward::bench {
namespace {

using Group = void (*)(const Settings&, const Report&);

const std::map<std::string, Group>& Groups() {
  static const std::map<std::string, Group> kGroups = {
      {"check", &TakeCheckFigures},    {"inventory", &TakeInventoryFigures},
      {"load", &TakeLoadFigures},      {"program", &TakeProgramFigures},
      {"reach", &TakeReachFigures},    {"storage", &TakeStorageFigures},
      {"tenants", &TakeTenantFigures}, {"watch", &TakeWatchFigures}};
  return kGroups;
}

std::string FolderOf(const std::string& program) {
  const size_t slash = program.rfind('/');
  return slash == std::string::npos ? "." : program.substr(0, slash);
}

int Main(int argc, char** argv) {
  CLI::App app("Ratios taken in one run, printed as a table. Example: onward_figures --only reach");
  Settings settings;
  settings.programs = FolderOf(argv[0]);
  std::vector<std::string> only;
  std::string json;
  std::string chart;
  app.add_flag("--short", settings.is_short, "small inputs, one pair: only whether it runs");
  app.add_option("--pairs", settings.pairs, "measurements of each side, in turn")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--scale", settings.scale, "of preset X: this share of its parties")
      ->check(CLI::Range(1e-4, 1.0))
      ->capture_default_str();
  app.add_option("--preset", settings.presets,
                 "of group inventory: S, M, L or X; may be given again")
      ->check(CLI::IsMember({"S", "M", "L", "X"}));
  app.add_option("--seed", settings.seed, "of the made inventories")->capture_default_str();
  app.add_option(
         "--only", only,
         "check, inventory, load, program, reach, storage, tenants or watch; may be given again")
      ->check(CLI::IsMember(Groups()));
  app.add_option("--json", json, "write the figures to this file too");
  app.add_option("--svg", chart, "draw how cost grows to this file (group inventory)");
  CLI11_PARSE(app, argc, argv);
  std::vector<Figure> figures;
  const Report report = [&](const Figure& figure) {
    PrintFigure(figure);
    figures.push_back(figure);
  };
  for (const auto& [name, take] : Groups()) {
    if (only.empty() || std::find(only.begin(), only.end(), name) != only.end()) {
      take(settings, report);
    }
  }
  if (!json.empty()) {
    std::ofstream(json) << FiguresAsJson(figures);
  }
  if (!chart.empty()) {
    std::ofstream(chart) << GrowthChart(figures);
  }
  return 0;
}

}  // namespace
}  // namespace onward::bench

int main(int argc, char** argv) { return onward::bench::Main(argc, argv); }
