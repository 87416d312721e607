#include "tests/bench/generator/debian.h"

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace onward::bench {
namespace {

// `name:any (>= 1.2)`: the name.
std::string NameOf(absl::string_view relation) {
  relation = absl::StripAsciiWhitespace(relation);
  return std::string(relation.substr(0, relation.find_first_of(" (:")));
}

class PackageReader {
 public:
  void Add(const std::string& line) {
    if (line.empty() || absl::ascii_isspace(static_cast<unsigned char>(line.front()))) {
      return;
    }
    const size_t colon = line.find(':');
    const std::string_view field = std::string_view(line).substr(0, colon);
    const std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
    if (field == "Package") {
      current_ =
          numbers_.emplace(NameOf(value), static_cast<uint32_t>(numbers_.size())).first->second;
    } else if (field == "Provides") {
      for (const absl::string_view name : absl::StrSplit(value, ',')) {
        provided_[NameOf(name)].push_back(current_);
      }
    } else if (field == "Depends" || field == "Pre-Depends" || field == "Recommends" ||
               field == "Suggests") {
      for (const absl::string_view name : absl::StrSplit(value, absl::ByAnyChar(",|"))) {
        relations_.emplace_back(current_, NameOf(name));
      }
    }
  }

  TenantGraph Graph() const {
    TenantGraph graph;
    graph.tenant = 1;
    graph.controllers = static_cast<uint32_t>(numbers_.size());
    for (const auto& [from, name] : relations_) {
      if (const auto at = numbers_.find(name); at != numbers_.end()) {
        AddEdge(from, at->second, graph);
      } else if (const auto by = provided_.find(name); by != provided_.end()) {
        for (const uint32_t to : by->second) {
          AddEdge(from, to, graph);
        }
      }
    }
    return graph;
  }

 private:
  static void AddEdge(uint32_t from, uint32_t to, TenantGraph& graph) {
    if (from != to) {
      graph.edges.push_back({from, to});
    }
  }

  uint32_t current_ = 0;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::unordered_map<std::string, std::vector<uint32_t>> provided_;
  std::vector<std::pair<uint32_t, std::string>> relations_;
};

}  // namespace

TenantGraph PackageGraphOf(std::istream& stanzas) {
  PackageReader reader;
  for (std::string line; std::getline(stanzas, line);) {
    reader.Add(line);
  }
  return reader.Graph();
}

std::optional<TenantGraph> ReadPackageGraph() {
  // NOLINTNEXTLINE(cert-env33-c): a constant command of the system's own
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen("apt-cache dumpavail 2>/dev/null", "r"),
                                                   &pclose);
  if (pipe == nullptr) {
    return std::nullopt;
  }
  std::stringstream stanzas;
  std::array<char, 65'536> part = {};
  for (size_t read = 0; (read = std::fread(part.data(), 1, part.size(), pipe.get())) > 0;) {
    stanzas.write(part.data(), static_cast<std::streamsize>(read));
  }
  TenantGraph graph = PackageGraphOf(stanzas);
  if (graph.edges.empty()) {
    return std::nullopt;
  }
  return graph;
}

}  // namespace onward::bench
