// Figures of `make bench`: each a ratio of two measurements that are taken in turn, in one run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace onward::bench {

struct Spread {
  double low = 0;
  double median = 0;
  double high = 0;
};

Spread SpreadOf(std::vector<double> values);

// One line of the table.
struct Figure {
  std::string group;
  std::string name;
  // What the ratio is of; the unit of both sides.
  std::string ours;
  std::string other;
  std::string unit;
  Spread ours_value;
  // Not set: a figure of its own, without something to compare with.
  std::optional<Spread> other_value;
  // Of pairs, or `ours_value` where nothing is compared.
  Spread ratio;
  size_t pairs = 0;
  // As in ">= 0.4 x". Empty: none.
  std::string target;
  std::string note;
  // A point of the chart of growth: which line it belongs to, and how many flows there were. Empty: none.
  std::string curve;
  double flows = 0;
};

// Of preset X, where only whether it runs is of interest.
inline constexpr double kShortScale = 0.0003;

// What the figures are taken with.
struct Settings {
  // Small inputs, one pair: only whether it runs.
  bool is_short = false;
  size_t pairs = 9;
  // Of group inventory. Empty: all.
  std::vector<std::string> presets;
  // Of preset X's parties.
  double scale = 1;
  uint64_t seed = 1;
  // Folder with onward and onwardd.
  std::string programs;

  size_t Pairs() const { return is_short ? 1 : pairs; }
};

// Where figures go as they are taken.
using Report = std::function<void(const Figure&)>;

double Seconds(const std::function<void()>& work);
// Processor time of this thread: for work of one thread that waits for nothing, where other programs may run.
double CpuSeconds(const std::function<void()>& work);

// `pairs` times both in turn, after one of each that does not count; who is first alternates. Each gives a value, such as
// seconds or a rate; the ratio is first / second.
Figure TakePairs(size_t pairs, const std::function<double()>& ours,
                 const std::function<double()>& other);
// Other values of the same pairs, those of the warm-up first.
Figure WithValues(const Figure& pairs, std::vector<double> ours, std::vector<double> other);
// Values of one side alone, after one that does not count.
Figure TakeAlone(size_t runs, const std::function<double()>& ours);

void PrintFigure(const Figure& figure);
std::string FiguresAsJson(const std::vector<Figure>& figures);

// A failure ends the program with a message and exit code 1: a bench that goes on would print nonsense.
[[noreturn]] void Fail(const std::string& message);

// Resident memory of this process.
uint64_t ResidentBytes();

}  // namespace onward::bench
