#include "tests/bench/figures/figures.h"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is POSIX
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

namespace onward::bench {
namespace {

nlohmann::ordered_json JsonOf(const Spread& spread) {
  return {{"low", spread.low}, {"median", spread.median}, {"high", spread.high}};
}

nlohmann::ordered_json JsonOf(const Figure& figure) {
  nlohmann::ordered_json json = {
      {"group", figure.group},   {"name", figure.name},   {"ours", figure.ours},
      {"unit", figure.unit},     {"pairs", figure.pairs}, {"oursValue", JsonOf(figure.ours_value)},
      {"target", figure.target}, {"note", figure.note}};
  if (figure.flows > 0) {
    json["flows"] = figure.flows;
  }
  if (figure.other_value.has_value()) {
    json["other"] = figure.other;
    json["otherValue"] = JsonOf(*figure.other_value);
    json["ratio"] = JsonOf(figure.ratio);
  }
  return json;
}

}  // namespace

Spread SpreadOf(std::vector<double> values) {
  if (values.empty()) {
    return {};
  }
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {values.front(), median, values.back()};
}

double Seconds(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double CpuSeconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double began = now();
  work();
  return now() - began;
}

Figure TakePairs(size_t pairs, const std::function<double()>& ours,
                 const std::function<double()>& other) {
  ours();
  other();
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> ratios;
  for (size_t i = 0; i < pairs; ++i) {
    if (i % 2 == 0) {
      first.push_back(ours());
      second.push_back(other());
    } else {
      second.push_back(other());
      first.push_back(ours());
    }
    ratios.push_back(first.back() / second.back());
  }
  Figure figure;
  figure.pairs = pairs;
  figure.ours_value = SpreadOf(first);
  figure.other_value = SpreadOf(second);
  figure.ratio = SpreadOf(ratios);
  return figure;
}

Figure WithValues(const Figure& pairs, std::vector<double> ours, std::vector<double> other) {
  ours.erase(ours.begin());
  other.erase(other.begin());
  std::vector<double> ratios(ours.size());
  std::transform(ours.begin(), ours.end(), other.begin(), ratios.begin(), std::divides<>());
  Figure figure = pairs;
  figure.ours_value = SpreadOf(std::move(ours));
  figure.other_value = SpreadOf(std::move(other));
  figure.ratio = SpreadOf(std::move(ratios));
  return figure;
}

Figure TakeAlone(size_t runs, const std::function<double()>& ours) {
  ours();
  std::vector<double> values;
  for (size_t i = 0; i < runs; ++i) {
    values.push_back(ours());
  }
  Figure figure;
  figure.pairs = runs;
  figure.ours_value = figure.ratio = SpreadOf(values);
  return figure;
}

void PrintFigure(const Figure& figure) {
  const std::string name = figure.group + ": " + figure.name;
  const Spread& ours = figure.ours_value;
  if (figure.other_value.has_value()) {
    std::printf("%-58s %8.3g x  (%.3g to %.3g, %zu pairs)  %s %.4g, %s %.4g %s", name.c_str(),
                figure.ratio.median, figure.ratio.low, figure.ratio.high, figure.pairs,
                figure.ours.c_str(), ours.median, figure.other.c_str(), figure.other_value->median,
                figure.unit.c_str());
  } else {
    std::printf("%-58s %8.4g %s  (%.4g to %.4g, %zu runs)", name.c_str(), ours.median,
                figure.unit.c_str(), ours.low, ours.high, figure.pairs);
  }
  if (!figure.target.empty()) {
    std::printf("  target %s", figure.target.c_str());
  }
  if (!figure.note.empty()) {
    std::printf("  (%s)", figure.note.c_str());
  }
  std::printf("\n");
  std::fflush(stdout);
}

std::string FiguresAsJson(const std::vector<Figure>& figures) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Figure& figure : figures) {
    all.push_back(JsonOf(figure));
  }
  return all.dump(2) + "\n";
}

void Fail(const std::string& message) {
  std::fprintf(stderr, "onward_figures: %s\n", message.c_str());
  std::exit(1);
}

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t pages = 0;
  uint64_t resident = 0;
  file >> pages >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace onward::bench
