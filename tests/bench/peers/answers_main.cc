// onward_answers: the side of `make bench-peers` that is this project's. Makes an inventory, judges it, then reads questions
// from standard input, one a line, and answers each with one line:
//   origins N          the first N parties that state what they hand on, each with its categories as a number
//   edges PATH         writes the graph: exporter, importer, categories, by tabs
//   ask ORIGIN HELD    microseconds, recipients, and the sum of (party + 1) * categories, modulo 2^64
//   answer ORIGIN HELD PATH   writes recipients and their categories, by tabs
#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "graph/query/judgements.h"
#include "graph/reach/labels.h"
#include "tests/bench/generator/facts.h"
#include "tests/bench/generator/records.h"
#include "tests/support/law.h"

namespace onward::bench {
namespace {

reach::DayGraphPtr MakeGraph(const GeneratorOptions& options) {
  const auto judged =
      query::Judgements::Make(Snapshot::Build(1, GenerateRecords(options)), testing::TheRegister(),
                              {Date::Of(2026, 1, 1), Date::Max()});
  return reach::DayGraph::Of(judged);
}

class Answers {
 public:
  explicit Answers(const GeneratorOptions& options)
      : graph_(MakeGraph(options)), labels_(*graph_) {}

  // Whether the graph is what peers can be asked about: the generator's categories alone, all edges on the day.
  bool IsPlain() const {
    uint64_t bits = 0;
    for (uint32_t edge = 0; edge < graph_->edges(); ++edge) {
      bits |= graph_->Mask(edge)[0];
    }
    return graph_->words() == 1 && !graph_->HasLimits() &&
           graph_->vertices() == graph_->parties() && bits >> (1 + CategoryIds().size()) == 0;
  }

  // False: a line that is no question.
  bool Answer(const std::string& line) {
    std::istringstream words(line);
    std::string question;
    std::string path;
    uint32_t party = 0;
    uint64_t held = 0;
    words >> question;
    if (question == "origins" && words >> party) {
      Origins(party);
    } else if (question == "edges" && words >> path) {
      Edges(path);
    } else if (question == "ask" && words >> party >> held && IsAbout(party, held)) {
      Ask(party);
    } else if (question == "answer" && words >> party >> held >> path && IsAbout(party, held)) {
      Write(party, path);
    } else {
      return false;
    }
    return true;
  }

 private:
  // Without the first bit: data that nobody specified, which no origin that is asked about holds.
  static uint64_t Categories(uint64_t bits) { return bits >> 1; }

  // Whether all that counts as the party's data is at it from the start, and specified.
  bool IsOrigin(uint32_t party) const {
    const uint64_t held = graph_->Holding(party)[0];
    return held != 0 && (held & 1) == 0 && graph_->UnexplainedOf(party).empty();
  }

  bool IsAbout(uint32_t party, uint64_t held) const {
    return party < graph_->parties() && IsOrigin(party) &&
           Categories(graph_->Holding(party)[0]) == held;
  }

  void Origins(uint32_t number) {
    uint32_t found = 0;
    for (uint32_t party = 0; party < graph_->parties() && found < number; ++party) {
      if (IsOrigin(party)) {
        std::cout << (found++ > 0 ? " " : "") << party << ":"
                  << Categories(graph_->Holding(party)[0]);
      }
    }
    std::cout << std::endl;
  }

  void Edges(const std::string& path) {
    std::ofstream file(path);
    for (uint32_t edge = 0; edge < graph_->edges(); ++edge) {
      file << graph_->From(edge) << '\t' << graph_->To(edge) << '\t'
           << Categories(graph_->Mask(edge)[0]) << '\n';
    }
    // The answer says that the file can be read.
    file.close();
    std::cout << graph_->parties() << ' ' << graph_->edges() << std::endl;
  }

  // Without a check it cannot be stopped, and so cannot fail.
  void Follow(uint32_t origin) { labels_.Follow(origin).IgnoreError(); }

  void Ask(uint32_t origin) {
    const auto began = std::chrono::steady_clock::now();
    Follow(origin);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
    uint64_t sum = 0;
    for (const uint32_t party : labels_.reached()) {
      sum += party == origin ? 0 : (uint64_t{party} + 1) * Categories(labels_.Of(party)[0]);
    }
    std::cout << took.count() << ' ' << labels_.reached().size() - 1 << ' ' << sum << std::endl;
  }

  void Write(uint32_t origin, const std::string& path) {
    Follow(origin);
    std::ofstream file(path);
    for (uint32_t party = 0; party < graph_->parties(); ++party) {
      if (party != origin && labels_.Of(party)[0] != 0) {
        file << party << '\t' << Categories(labels_.Of(party)[0]) << '\n';
      }
    }
    file.close();
    std::cout << "written" << std::endl;
  }

  const reach::DayGraphPtr graph_;
  reach::Labels labels_;
};

int Main(int argc, char** argv) {
  CLI::App app("Answers questions of bench-peers on a made graph, one a line of standard input.");
  double scale = 0.01;
  std::string labels = "half-all";
  uint64_t seed = 1;
  app.add_option("--scale", scale, "share of preset X")->check(CLI::Range(1e-4, 1.0));
  app.add_option("--labels", labels)->check(CLI::IsMember({"half-all", "narrow"}));
  app.add_option("--seed", seed);
  CLI11_PARSE(app, argc, argv);
  GeneratorOptions options = *PresetOptions("X", scale);
  options.labels = *LabelsOf(labels);
  options.seed = seed;
  Answers answers(options);
  if (!answers.IsPlain()) {
    std::cerr << "onward_answers: the graph is not the plain one that peers are asked about\n";
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (!answers.Answer(line)) {
      std::cerr << "onward_answers: no question: " << line << "\n";
      return 2;
    }
  }
  return 0;
}

}  // namespace
}  // namespace onward::bench

int main(int argc, char** argv) { return onward::bench::Main(argc, argv); }
