// The chains of flows behind a row of an exposure: the worst hop and a witness. Internal to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/exposure_rows.h"

namespace onward::reach {

// Of the data that `labels` were followed for last. All that it is given must outlive it. Not thread-safe.
class Chains {
 public:
  Chains(const Labels& labels, const OutsidePlaces& places, const StopCheck& check);

  // For each row the worst verdict on some chain to it, that of its own flows included.
  absl::StatusOr<std::vector<verdict::Verdict>> WorstHops(const std::vector<ExposureCore>& rows);
  // The flow nearest to the row's recipient that has this verdict, on some chain to it; the row's own where it has it.
  absl::StatusOr<uint32_t> NearestHop(const ExposureCore& row, verdict::Verdict verdict);
  // A shortest chain that ends with the row's flow: flow numbers.
  absl::StatusOr<std::vector<uint32_t>> Witness(const ExposureCore& row);

 private:
  // Categories, in the graph's words, that are wanted at a vertex.
  struct Need {
    uint32_t vertex = 0;
    std::vector<uint64_t> words;
  };
  using Needs = std::vector<Need>;

  std::vector<uint64_t> CarriedWords(uint32_t edge) const;
  std::vector<uint64_t> UnexplainedWords(uint32_t edge) const;
  std::vector<uint64_t> HoldingWords(uint32_t vertex) const;
  bool LeadsTo(uint32_t edge, const ExposureCore& row) const;

  absl::Status SpreadFrom(int badness, uint32_t word);
  absl::Status Raise(verdict::Verdict verdict, uint32_t word, const std::vector<ExposureCore>& rows,
                     std::vector<verdict::Verdict>& worst);
  // Backwards, step by step. Begin() forgets the search before.
  void Begin();
  void Want(uint32_t vertex, const std::vector<uint64_t>& words);
  // What is wanted for the first time, in order of vertex.
  Needs Step();
  absl::StatusOr<std::optional<uint32_t>> FindBackwards(const Needs& from, int badness);
  absl::Status Count(size_t edges);

  // A chain that starts with `flows` and goes on from `at`, which is wanted at `level`.
  struct Start {
    size_t level = 0;
    std::vector<uint32_t> flows;
    Needs at;
  };
  absl::StatusOr<Start> FindStart(const ExposureCore& row, std::vector<Needs>& levels);
  bool HasOwn() const;
  static void Add(Need need, Needs& needs);
  std::optional<Start> StartAtOrigin(const Needs& needs, size_t level) const;
  absl::StatusOr<std::optional<Start>> StartUnexplained(const Needs& needs, size_t level);
  absl::StatusOr<std::vector<uint32_t>> GoOn(Start start, const std::vector<Needs>& levels);
  // The next flow by id from these vertices, and where it leads.
  std::pair<uint32_t, Needs> NextFlow(const Needs& at, const Needs& wanted) const;

  const Labels& labels_;
  const DayGraph& graph_;
  const OutsidePlaces& places_;
  const StopCheck& check_;
  size_t unchecked_ = 0;
  Spread spread_;
  // By vertex: what was wanted so far, and what is for the next step.
  std::vector<uint64_t> seen_;
  std::vector<uint64_t> pending_;
  std::vector<uint32_t> touched_;
  std::vector<uint32_t> next_;
};

}  // namespace onward::reach
