// onward_answers: the side of `make bench-peers` that is this project's. Makes a graph, then reads questions from
// standard input, one a line, and answers each with one line:
//   origins N          the first N controllers that state what they hand on, each with its categories as a number
//   edges PATH         writes the graph: exporter, importer, categories, by tabs
//   ask ORIGIN HELD    microseconds, recipients, and the sum of (party + 1) * categories, modulo 2^64
//   answer ORIGIN HELD PATH   writes recipients and their categories, by tabs
#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "tests/bench/generator/compact.h"
#include "tests/bench/reach/csr.h"

namespace onward::bench {
namespace {

constexpr uint64_t kEveryCategory = (1U << 11) - 1;

class Answers {
 public:
  explicit Answers(const GeneratorOptions& options)
      : graph_(GenerateCompact(options)), csr_(MakeCsr(graph_)), fixpoint_(csr_) {}

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
    } else if (question == "ask" && words >> party >> held && party < graph_.parties) {
      Ask(party, held);
    } else if (question == "answer" && words >> party >> held >> path && party < graph_.parties) {
      Write(party, held, path);
    } else {
      return false;
    }
    return true;
  }

 private:
  static uint64_t Stated(LabelMask label) {
    return label == 0 || label == kAllReceivedMask ? kEveryCategory : label;
  }

  void Origins(uint32_t number) {
    uint32_t found = 0;
    for (uint32_t party = 0; party < graph_.tenants.front().controllers && found < number;
         ++party) {
      const uint64_t held = OriginMask(graph_, party);
      if (held <= kEveryCategory) {
        std::cout << (found++ > 0 ? " " : "") << party << ":" << held;
      }
    }
    std::cout << std::endl;
  }

  void Edges(const std::string& path) {
    std::ofstream file(path);
    for (size_t edge = 0; edge < graph_.exporters.size(); ++edge) {
      file << graph_.exporters[edge] << '\t' << graph_.importers[edge] << '\t'
           << Stated(graph_.labels[edge]) << '\n';
    }
    // The answer says that the file can be read.
    file.close();
    std::cout << graph_.parties << ' ' << graph_.exporters.size() << std::endl;
  }

  void Ask(uint32_t origin, uint64_t held) {
    const auto began = std::chrono::steady_clock::now();
    fixpoint_.Run(origin, held);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
    uint64_t sum = 0;
    for (const uint32_t party : fixpoint_.touched()) {
      sum += party == origin ? 0 : (uint64_t{party} + 1) * fixpoint_.labels()[party];
    }
    std::cout << took.count() << ' ' << fixpoint_.touched().size() - 1 << ' ' << sum << std::endl;
  }

  void Write(uint32_t origin, uint64_t held, const std::string& path) {
    fixpoint_.Run(origin, held);
    std::ofstream file(path);
    for (uint32_t party = 0; party < graph_.parties; ++party) {
      if (party != origin && fixpoint_.labels()[party] != 0) {
        file << party << '\t' << fixpoint_.labels()[party] << '\n';
      }
    }
    file.close();
    std::cout << "written" << std::endl;
  }

  const CompactGraph graph_;
  const Csr csr_;
  NaiveFixpoint fixpoint_;
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
