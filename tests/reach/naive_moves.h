// What data move where on a day, by trying everything again and again until nothing changes. Written from the words of the
// design ("What reaches whom"); shares no code with graph/query and graph/reach.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "graph/model/record.h"

namespace onward::reach_test {

// Sets of categories of one inventory, a bit each; bit 0 is data that nobody specified. A set holds what lies under its members.
// There must be fewer than 32 categories.
using Atoms = uint32_t;

// A party now, or in the past: what a held copy holds came to its exporter then.
struct Spot {
  int party = 0;
  bool past = false;
  friend auto operator<=>(const Spot&, const Spot&) = default;  // NOLINT(modernize-use-nullptr)
};

// A flow that takes data along: in effect, in the past (it began, and may have ended), or as a held copy from the past to now.
struct Move {
  const model::Flow* flow = nullptr;
  Spot from;
  Spot to;
  // The most that it lets through.
  Atoms declared = 0;

  bool IsActive() const { return !from.past; }
  bool IsHeld() const { return from.past && !to.past; }
};

// Parties and moves by number: parties in order of id, moves in order of flow id, of one flow the active first.
class NaiveMoves {
 public:
  // `records` must outlive it.
  NaiveMoves(const std::vector<model::Record>& records, Date day);

  int parties() const { return static_cast<int>(ids_.size()); }
  const std::string& IdOf(int party) const { return ids_[static_cast<size_t>(party)]; }
  const std::vector<Move>& moves() const { return moves_; }
  size_t atoms() const { return names_.size(); }
  // The id of a category; empty: unspecified data.
  const std::string& NameOf(size_t atom) const { return names_[atom]; }
  // What lies under a category that some record names; 0: none names it.
  Atoms Under(const std::string& category) const;

  // Whether data of the origin may take the move at all.
  static bool Allows(const Move& move, const std::string& origin);
  // What the origin holds of its own there.
  Atoms HeldAt(int origin, Spot spot) const {
    return spot.party == origin ? holdings_[spot.past ? 1 : 0][static_cast<size_t>(origin)] : 0;
  }
  // What the move carries as data of the origin though nothing shows where its exporter has it from.
  Atoms Unexplained(size_t move, int origin) const {
    return unexplained_[move] & (CountsFor(moves_[move], origin) ? ~Atoms{0} : 0);
  }
  // What of the origin's data is at a spot, and what a move carries.
  Atoms At(int origin, Spot spot) const { return at_[static_cast<size_t>(origin)].at(spot); }
  Atoms Carried(size_t move, int origin) const {
    return carried_[static_cast<size_t>(origin)][move];
  }
  // Whether the party has data of its own, now or in the past.
  bool IsSource(int party) const;

 private:
  struct Spread {
    std::map<Spot, Atoms> at;
    std::vector<Atoms> carried;
  };

  void NameAtoms();
  bool LiesUnder(std::string id, const std::string& above) const;
  Atoms Declared(const model::Strings& categories) const;
  void AddMoves(Date day);
  Atoms HoldingOf(int party, bool past) const;
  bool CountsFor(const Move& move, int origin) const;
  Spread Follow(int origin) const;
  void Explain(bool past);

  const std::vector<model::Record>& records_;
  std::vector<std::string> ids_;
  std::map<std::string, int> numbers_;
  std::vector<std::string> names_;
  std::map<std::string, std::string> parents_;
  std::vector<Move> moves_;
  // Now and in the past, by party.
  std::vector<Atoms> holdings_[2];
  std::vector<Atoms> unexplained_;
  // By origin.
  std::vector<std::map<Spot, Atoms>> at_;
  std::vector<std::vector<Atoms>> carried_;
};

}  // namespace onward::reach_test
