// Makes a Prepared. Internal.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/verdict/prepare_agreements.h"
#include "graph/verdict/prepare_principals.h"
#include "graph/verdict/prepare_shapes.h"
#include "graph/verdict/prepared.h"

namespace onward::verdict {

// Goes through all flows, those of one exporter together, and gives each the number of its entry. Of many flows several
// threads take a part each, with tables of their own but for the shapes that were judged; what they found is put together at the end.
class Preparation {
 public:
  Preparation(Prepared& prepared, const FlowTable& flows);

  // False: stopped, since `stop`, where there is one, said so.
  bool Run(const std::function<bool()>& stop);

 private:
  using Entry = Prepared::Entry;
  static constexpr uint32_t kNoCode = UINT32_MAX;
  // Not all sites have no more than a country.
  static constexpr uint32_t kFurtherSites = kNoCode - 1;
  // What all threads read, and where they keep what they judged.
  struct Records {
    Records(const FlowTable& flows, const InventoryView& inventory, const law::Register& law)
        : places(law), parties(flows, inventory, places, law) {}
    PlaceClasses places;
    PartyTable parties;
    ShapeTable::Judged judged;
  };
  // Numbers of equal lists of steps, and of equal entries, by what they hold.
  struct Known;

  // For a part of the same flows. `first` has not run so far, and outlives this.
  Preparation(const Preparation& first, Prepared& part);

  // Where a hop goes, and the number of the steps there.
  struct Leg {
    uint32_t code = 0;
    uint32_t steps = 0;
  };

  // A leg of a flow without agreements, by numbers of what is read. `site`: kNoCode for the seat. Also all legs of such a flow;
  // then `site` is of SitesOf.
  struct PlainLeg {
    uint32_t exporter = 0;
    uint32_t importer = 0;
    uint32_t read = 0;
    uint32_t seat = 0;
    uint32_t site = 0;
    friend bool operator==(const PlainLeg&, const PlainLeg&) = default;
    template <class H>
    friend H AbslHashValue(H hash, const PlainLeg& leg) {
      return H::combine(std::move(hash), leg.exporter, leg.importer, leg.read, leg.seat, leg.site);
    }
  };

  // What is read of a flow on its own: of its terms, and its interval.
  struct Dated {
    uint32_t read = 0;
    Interval interval;
    friend bool operator==(const Dated&, const Dated&) = default;
    template <class H>
    friend H AbslHashValue(H hash, const Dated& dated) {
      return H::combine(std::move(hash), dated.read, dated.interval.from.days(),
                        dated.interval.until.days());
    }
  };

  // What is asked of terms first.
  struct Traits {
    bool is_controllers = false;
    bool has_sites = false;
    bool has_agreements = false;
  };

  void ReadTerms();
  void FindPrincipals();
  // Numbers of the flows, those of one exporter and one list of categories together.
  std::vector<uint32_t> Order() const;
  // Its number of an entry, kOpenReason included.
  uint32_t Take(uint32_t flow);
  // Of the entries of a part, the numbers here.
  std::vector<uint32_t> Adopt(const Prepared& part, Known& known);
  uint32_t AdoptSteps(const Prepared& part, uint32_t steps, Known& known);
  uint32_t Prepare(uint32_t flow);
  // False: the records of this flow do not fit a shape.
  bool FindControllers(uint32_t flow);
  bool FindAgreements(uint32_t flow);
  Entity EntityOfNumber(uint32_t party) const;
  // Refers to record_.
  Hop HopOf(uint32_t flow);
  bool FindLegs(uint32_t flow, bool is_plain);

  std::vector<uint32_t> CandidatesOf(const model::TermsView& flow, uint32_t importer) const;
  bool Keep(bool crowd, const std::vector<uint32_t>& candidates);
  bool HasFurtherController();
  bool KeepNamed();
  bool KeptStandApart(uint32_t flow) const;
  model::TermsView TermsOf(uint32_t flow) const { return flows_.TermsOf(flow); }
  const Traits& TraitsOf(uint32_t flow) const { return traits_[flows_.rows[flow].terms]; }
  void FillFlow(uint32_t flow);
  uint32_t ReadOf(uint32_t flow);
  uint32_t ReadOfTerms(uint32_t terms);
  uint32_t PlainSteps(uint32_t flow, uint32_t site);
  uint32_t SitesOf(uint32_t flow);
  uint32_t PlainEntry(uint32_t flow, uint32_t sites);
  bool HasSimpleSites(uint32_t flow) const;
  uint32_t SeatCode(uint32_t flow);
  uint32_t SeatNumber(uint32_t flow);
  uint32_t SeatSteps(uint32_t flow);
  uint32_t SiteSteps(uint32_t flow, const std::string& code);
  void AddAgreements(uint32_t flow, const LegPlaces& places);

  uint32_t CodeNumber(const std::string& code);
  uint32_t EntryOf();
  void MakeEntry();
  uint32_t WorstOf(const std::vector<uint32_t>& steps);
  ShapeTable::Steps WorstSteps(const std::vector<uint32_t>& steps) const;
  uint32_t Store(const ShapeTable::Steps& steps);
  uint32_t Stored(uint32_t shape);

  Prepared& p_;
  const FlowTable& flows_;
  const InventoryView& inventory_;
  const law::Register& law_;
  const std::shared_ptr<Records> records_;
  const PlaceClasses& places_;
  const PartyTable& parties_;
  PrincipalTable principals_;
  ShapeTable shapes_;
  // By number of terms.
  std::vector<Traits> traits_;
  // By party: some flow may make somebody act for it, or for a branch of it.
  std::vector<bool> may_be_principal_;
  // Too many places may be unsettled for readings of all of them.
  bool many_unsettled_ = false;

  // Of the flow that is prepared now.
  HopParts parts_;
  std::vector<uint32_t> kept_;
  bool others_ = false;
  bool open_reason_ = false;
  std::vector<const model::Agreement*> agreements_;
  std::vector<Leg> legs_;
  uint32_t read_ = 0;
  model::Flow record_;

  // By party: equal to mark_ where it is in kept_.
  std::vector<uint32_t> marks_;
  uint32_t mark_ = 0;
  // By importer, once asked for: the code of its establishment as a destination, and as recorded.
  std::vector<uint32_t> seat_codes_;
  std::vector<uint32_t> seat_numbers_;
  // What is read of terms on their own; by number in flows_, once asked for: its number.
  absl::flat_hash_map<std::string, uint32_t> read_numbers_;
  std::vector<uint32_t> read_of_terms_;
  absl::flat_hash_map<Dated, uint32_t> dated_numbers_;
  // Lists of countries; by number of terms, once asked for, that of its sites.
  absl::flat_hash_map<std::string, uint32_t> site_numbers_;
  std::vector<uint32_t> sites_of_terms_;
  absl::flat_hash_map<PlainLeg, uint32_t> plain_legs_;
  absl::flat_hash_map<PlainLeg, uint32_t> plain_entries_;
  absl::flat_hash_map<std::string, uint32_t> codes_;
  // By their legs.
  absl::flat_hash_map<uint64_t, uint32_t> single_entries_;
  absl::flat_hash_map<std::string, uint32_t> entries_;
  // By the numbers of lists of steps, each once: that of their worst.
  absl::flat_hash_map<std::vector<uint32_t>, uint32_t> worst_of_;
  // By number of ShapeTable, where they are in the Prepared.
  std::vector<uint32_t> stored_;
};

}  // namespace onward::verdict
