// The two halves of Arrivals::Compute. Internal to this folder.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "graph/query/arrivals.h"

namespace onward::query {

// Adds to a load; true where it grew.
bool AddTo(Load& load, uint32_t origin_class, const Bits& bits);
bool AddTo(Load& load, const Load& more);

// Finds what each flow carries: a fixed point over the graph.
class ArrivalsBuilder {
 public:
  ArrivalsBuilder(Arrivals& arrivals, const law::Register& law, Date day)
      : a_(arrivals), graph_(*arrivals.snapshot_), law_(law), day_(day) {}

  void Build();

 private:
  using State = Arrivals::State;

  void NameClasses();
  State StateOf(const model::Flow& flow) const;
  // Carriages of copies that are still held: from all flows that ever began, whatever ended since.
  std::vector<Carriage> HeldCarriages();
  void FindHoldings();
  Bits HoldingsOf(uint32_t party) const;
  bool IsOrigin(uint32_t party) const;
  bool Moves(uint32_t flow) const;

  // Runs to the fixed point; held flows keep the carriages that they have.
  void Spread();
  void Settle();
  void FindUnexplained();
  Carriage CarriageOf(uint32_t flow) const;
  // What others than the flow's importer brought to its exporter.
  Load FromOthers(uint32_t flow, bool fresh) const;
  bool IsReturn(uint32_t flow) const;
  void Deliver(uint32_t flow);
  void Queue(uint32_t party);

  Arrivals& a_;
  const Snapshot& graph_;
  const law::Register& law_;
  const Date day_;
  // By party: everything that it holds or received, and the restricted part of it.
  std::vector<Load> all_;
  std::vector<Load> restricted_;
  // By flow: what it declares though no record shows where the exporter has it from.
  std::vector<Load> unexplained_;
  std::deque<uint32_t> open_;
  std::vector<bool> queued_;
};

// Says of each flow of an exporter that is not bound how the restricted data came that it hands on.
class ArrivalJudge {
 public:
  ArrivalJudge(Arrivals& arrivals, const law::Register& law, const verdict::Question& question,
               const verdict::Policy& policy);

  void Run();

 private:
  void FindGivers();
  void FindReturns();
  bool OnlyFromImporter(uint32_t flow) const;
  // The flow brought its data under an adequacy decision of its importer's country.
  bool UnderAdequacy(uint32_t flow);

  Arrivals& a_;
  const Snapshot& graph_;
  const law::Register& law_;
  const verdict::Question question_;
  const verdict::Policy policy_;
  // Flows to judge: in effect, exporter not bound, some of what they hand on came to it restricted.
  std::vector<uint32_t> onward_;
  // By flow: incoming flows of its exporter that brought some of the restricted data.
  std::vector<std::vector<uint32_t>> givers_;
  std::vector<bool> returned_;
  std::vector<std::optional<bool>> under_adequacy_;
};

}  // namespace onward::query
