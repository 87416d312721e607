#include "tests/bench/generator/topology.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "tests/bench/generator/random.h"

namespace onward::bench {
namespace {

constexpr double kListDeviation = 0.71;
constexpr double kListMax = 60;
constexpr double kSelfLoopShare = 0.01;
constexpr uint64_t kListSeed = 0xD1B54A32D192ED03ULL;

size_t ControllersOf(const GeneratorOptions& options, size_t tenant) {
  const double share = std::pow(static_cast<double>(tenant), -0.8);
  return std::max<size_t>(
      5, static_cast<size_t>(std::lround(static_cast<double>(options.controllers) * share)));
}

size_t VendorsOf(const GeneratorOptions& options, size_t controllers) {
  return options.vendors > 0 ? options.vendors
                             : std::min<size_t>(200'000, std::max<size_t>(3'000, 30 * controllers));
}

class TenantMaker {
 public:
  TenantMaker(const GeneratorOptions& options, size_t tenant, uint64_t flows_max)
      : options_(options), seed_(Mix(options.seed * 0x9E3779B97F4A7C15ULL + tenant)) {
    flows_max_ = flows_max;
    graph_.tenant = static_cast<uint32_t>(tenant);
    graph_.controllers = static_cast<uint32_t>(ControllersOf(options, tenant));
    graph_.vendors = static_cast<uint32_t>(VendorsOf(options, graph_.controllers));
    reached_.resize(graph_.vendors + 1);
    double sum = 0;
    sums_.reserve(graph_.vendors);
    for (size_t rank = 1; rank <= graph_.vendors; ++rank) {
      sum += std::pow(static_cast<double>(rank), -options.zipf);
      sums_.push_back(sum);
    }
  }

  TenantGraph Make() && {
    std::vector<uint32_t> tier = DiscloseControllers();
    if (options_.every_vendor_discloses) {
      for (uint32_t rank = 1; rank <= graph_.vendors; ++rank) {
        Random own(ListSeed(rank));
        Disclose(rank, own, tier);
      }
    } else {
      for (int number = 2; number <= options_.tiers; ++number) {
        tier = DiscloseVendors(tier);
      }
    }
    if (options_.mode == GraphMode::kChain) {
      AddChain();
    }
    return std::move(graph_);
  }

 private:
  bool full() const { return graph_.edges.size() >= flows_max_; }
  uint64_t ListSeed(uint32_t rank) const { return seed_ ^ (kListSeed * rank); }
  uint32_t VendorNode(uint32_t rank) const { return graph_.controllers + rank - 1; }

  std::vector<uint32_t> DiscloseControllers() {
    Random random(seed_);
    std::vector<uint32_t> reached;
    for (uint32_t controller = 0; controller < graph_.controllers && !full(); ++controller) {
      Draw(random, 0);
      if (options_.mode == GraphMode::kStar) {
        drawn_.insert(1);
      }
      Add(controller, reached);
    }
    return reached;
  }

  // What those vendors disclose that publish a list; returns the vendors that are reached first by it.
  std::vector<uint32_t> DiscloseVendors(const std::vector<uint32_t>& tier) {
    std::vector<uint32_t> reached;
    for (const uint32_t rank : tier) {
      Random own(ListSeed(rank));
      if (own.Chance(std::min(0.95, 5.4 / std::sqrt(static_cast<double>(rank))))) {
        Disclose(rank, own, reached);
      }
    }
    return reached;
  }

  void Disclose(uint32_t rank, Random& random, std::vector<uint32_t>& reached) {
    if (full()) {
      return;
    }
    Draw(random, rank);
    if (options_.mode == GraphMode::kDag) {
      const uint64_t own = Mix(seed_ + rank);
      std::erase_if(drawn_, [&](uint32_t other) { return Mix(seed_ + other) <= own; });
    }
    if (options_.self_loops && random.Chance(kSelfLoopShare)) {
      drawn_.insert(rank);
    }
    Add(VendorNode(rank), reached);
  }

  // Different ranks, never `self`.
  void Draw(Random& random, uint32_t self) {
    const double number =
        std::floor(std::exp(options_.list_mean + kListDeviation * random.Normal()) + 0.5);
    const auto wanted = static_cast<size_t>(std::clamp(number, 1.0, kListMax));
    drawn_.clear();
    while (drawn_.size() < std::min<size_t>(wanted, graph_.vendors - 1)) {
      const auto at = std::lower_bound(sums_.begin(), sums_.end(), random.Unit() * sums_.back());
      const auto rank = static_cast<uint32_t>(at - sums_.begin()) + 1;
      if (rank != self) {
        drawn_.insert(rank);
      }
    }
  }

  // The ranks drawn, in order: a set's own order differs between libraries.
  void Add(uint32_t exporter, std::vector<uint32_t>& reached) {
    std::vector<uint32_t> ranks(drawn_.begin(), drawn_.end());
    std::sort(ranks.begin(), ranks.end());
    for (const uint32_t rank : ranks) {
      if (full()) {
        return;
      }
      graph_.edges.push_back({exporter, VendorNode(rank)});
      if (!reached_[rank]) {
        reached_[rank] = true;
        reached.push_back(rank);
      }
    }
  }

  void AddChain() {
    uint32_t exporter = 0;
    for (size_t i = 0; i < options_.chain_vendors && !full(); ++i) {
      const uint32_t next = graph_.nodes();
      ++graph_.vendors;
      graph_.edges.push_back({exporter, next});
      exporter = next;
    }
  }

  const GeneratorOptions& options_;
  const uint64_t seed_;
  uint64_t flows_max_ = 0;
  TenantGraph graph_;
  // Of the weights of ranks 1 to n.
  std::vector<double> sums_;
  // By rank.
  std::vector<bool> reached_;
  // Of the list at hand.
  std::unordered_set<uint32_t> drawn_;
};

}  // namespace

void ForEachTenant(const GeneratorOptions& options,
                   const std::function<void(const TenantGraph&)>& use) {
  uint64_t left = options.flows_max;
  for (size_t tenant = 1; tenant <= options.tenants && left > 0; ++tenant) {
    const TenantGraph graph = TenantMaker(options, tenant, left).Make();
    left -= graph.edges.size();
    use(graph);
  }
}

}  // namespace onward::bench
