#include "tests/reach/naive_exposure.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace onward::reach_test {
namespace {

using query::DestinationOutcome;
using verdict::Badness;
using verdict::Reason;
using verdict::Verdict;

// One category at one spot.
using Spotted = std::pair<Spot, int>;
using Ids = std::vector<std::string>;

bool IsOutside(const ReachCase& c, const std::string& code) {
  const law::Jurisdiction* const place = c.judged->law().FindJurisdiction(code);
  return place == nullptr || place->UnsettledOn(c.day) || place->FreeFlowOn(c.day) == nullptr;
}

uint32_t NumberOf(const ReachCase& c, const Move& move) {
  return c.judged->snapshot().FlowNumber(move.flow->id).value();
}

class Enumerator {
 public:
  Enumerator(const ReachCase& c, int origin) : c_(c), origin_(origin) { FindWorst(); }

  std::vector<NaiveExposure> Run() {
    std::map<std::pair<std::string, std::string>, NaiveExposure> rows;
    for (size_t i = 0; i < c_.data.moves().size(); ++i) {
      if (c_.data.Carried(i, origin_) != 0 && !MoveAt(i).to.past) {
        for (const DestinationOutcome& place : OutsideOf(i)) {
          Take(i, place, rows[{MoveAt(i).flow->importer, place.destination}]);
        }
      }
    }
    std::vector<NaiveExposure> found;
    for (auto& [key, row] : rows) {
      std::tie(row.recipient, row.destination) = key;
      row.origin = c_.data.IdOf(origin_);
      Finish(row);
      found.push_back(row);
    }
    return found;
  }

 private:
  const Move& MoveAt(size_t i) const { return c_.data.moves()[i]; }
  bool Has(size_t i, int atom) const { return (c_.data.Carried(i, origin_) >> atom & 1U) != 0; }
  bool IsUnexplained(size_t i, int atom) const {
    return (c_.data.Unexplained(i, origin_) >> atom & 1U) != 0;
  }
  // Whether the move takes the category along from where it is, not by itself.
  bool Takes(size_t i, int atom) const {
    const Move& move = MoveAt(i);
    return NaiveMoves::Allows(move, c_.data.IdOf(origin_)) && (move.declared >> atom & 1U) != 0 &&
           (c_.data.At(origin_, move.from) >> atom & 1U) != 0;
  }
  bool Starts(const Spotted& at) const {
    return (c_.data.HeldAt(origin_, at.first) >> at.second & 1U) != 0;
  }
  int Atoms() const { return static_cast<int>(c_.data.atoms()); }
  Verdict VerdictOf(size_t i) const {
    return MoveAt(i).IsActive() ? c_.judged->VerdictOf(NumberOf(c_, MoveAt(i)))
                                : Verdict::kUnspecified;
  }

  std::vector<DestinationOutcome> OutsideOf(size_t i) const {
    const Move& move = MoveAt(i);
    std::vector<DestinationOutcome> places;
    if (move.IsActive()) {
      places = c_.judged->DestinationsOf(NumberOf(c_, move));
    } else {
      std::set<std::string> codes = {
          c_.judged->snapshot().FindParty(move.flow->importer)->establishment};
      for (const model::Site& site : move.flow->sites) {
        codes.insert(site.country);
      }
      for (const std::string& code : codes) {
        places.push_back(
            {code.empty() ? "UNKNOWN" : code, Verdict::kUnspecified, Reason::kUnspecified, ""});
      }
    }
    std::erase_if(places, [&](const auto& place) { return !IsOutside(c_, place.destination); });
    return places;
  }

  void Take(size_t i, const DestinationOutcome& place, NaiveExposure& row) {
    const bool first = row.flow.empty();
    row.categories |= c_.data.Carried(i, origin_);
    const auto better = [&] {
      return std::make_pair(-Badness(place.verdict), MoveAt(i).flow->id) <
             std::make_pair(-Badness(row.verdict), row.flow);
    };
    if (first || better()) {
      row.verdict = place.verdict;
      row.reason = place.reason;
      row.flow = MoveAt(i).flow->id;
      row.held = MoveAt(i).IsHeld();
    }
  }

  // The worst verdict on some walk that brings a category to a spot.
  void FindWorst() {
    for (bool grew = true; grew;) {
      grew = false;
      for (size_t i = 0; i < c_.data.moves().size(); ++i) {
        for (int atom = 0; atom < Atoms(); ++atom) {
          if (!Has(i, atom)) {
            continue;
          }
          int& to = worst_[{MoveAt(i).to, atom}];
          const int from = Takes(i, atom) ? worst_[{MoveAt(i).from, atom}] : 0;
          const int bad = std::max(from, Badness(VerdictOf(i)));
          grew = grew || bad > to;
          to = std::max(to, bad);
        }
      }
    }
  }

  // Moves into the row's recipient that go to its destination.
  std::vector<size_t> Into(const NaiveExposure& row) const {
    std::vector<size_t> moves;
    for (size_t i = 0; i < c_.data.moves().size(); ++i) {
      const auto places = MoveAt(i).to.past ? std::vector<DestinationOutcome>() : OutsideOf(i);
      const bool goes = std::any_of(places.begin(), places.end(), [&](const auto& place) {
        return place.destination == row.destination;
      });
      if (goes && MoveAt(i).flow->importer == row.recipient && c_.data.Carried(i, origin_) != 0) {
        moves.push_back(i);
      }
    }
    return moves;
  }

  void Finish(NaiveExposure& row) {
    int worst = Badness(row.verdict);
    const std::vector<size_t> into = Into(row);
    std::set<Spotted> before;
    for (const size_t i : into) {
      for (int atom = 0; atom < Atoms(); ++atom) {
        if (Has(i, atom) && Takes(i, atom)) {
          worst = std::max(worst, worst_[{MoveAt(i).from, atom}]);
          before.emplace(MoveAt(i).from, atom);
        }
      }
    }
    for (const Verdict verdict :
         {Verdict::kUnspecified, Verdict::kNotATransfer, Verdict::kCovered, Verdict::kConditional,
          Verdict::kUndetermined, Verdict::kLacking}) {
      row.worst_hop = Badness(verdict) == worst ? verdict : row.worst_hop;
    }
    row.worst_hop_flow = worst == Badness(row.verdict) ? row.flow : Nearest(before, worst);
    row.witness = Witness(row);
    if (row.verdict == Verdict::kUnspecified) {
      row.verdict = Verdict::kNotATransfer;
      row.reason = Reason::kNotInEffect;
    }
    row.worst_hop = row.worst_hop == Verdict::kUnspecified ? Verdict::kNotATransfer : row.worst_hop;
  }

  std::string Nearest(std::set<Spotted> at, int badness) const {
    for (size_t step = 0; step < c_.data.atoms() * c_.data.moves().size() + 1; ++step) {
      std::set<std::string> found;
      std::set<Spotted> before;
      for (const auto& [spot, atom] : at) {
        for (size_t i = 0; i < c_.data.moves().size(); ++i) {
          if (MoveAt(i).to != spot || !Has(i, atom)) {
            continue;
          }
          if (Badness(VerdictOf(i)) == badness) {
            found.insert(MoveAt(i).flow->id);
          }
          if (Takes(i, atom)) {
            before.emplace(MoveAt(i).from, atom);
          }
        }
      }
      if (!found.empty()) {
        return *found.begin();
      }
      at = std::move(before);
    }
    return "";
  }

  // The first chain by ids of the least length that leads from one of the starts to where the deciding move takes it on.
  std::optional<Ids> Shortest(std::map<Spotted, Ids> chains, size_t deciding) const {
    for (size_t step = 0; step < 2 * c_.data.atoms() * c_.data.moves().size() + 2; ++step) {
      std::optional<Ids> best;
      for (const auto& [at, ids] : chains) {
        if (at.first == MoveAt(deciding).from && Takes(deciding, at.second) &&
            (!best || ids < *best)) {
          best = ids;
        }
      }
      if (best) {
        return best;
      }
      std::map<Spotted, Ids> next;
      for (const auto& [at, ids] : chains) {
        for (size_t i = 0; i < c_.data.moves().size(); ++i) {
          if (MoveAt(i).from == at.first && Takes(i, at.second)) {
            Ids longer = ids;
            longer.push_back(MoveAt(i).flow->id);
            const auto [there, is_new] = next.emplace(Spotted(MoveAt(i).to, at.second), longer);
            there->second = std::min(there->second, longer);
          }
        }
      }
      chains = std::move(next);
    }
    return std::nullopt;
  }

  Ids Witness(const NaiveExposure& row) const {
    size_t deciding = 0;
    while (MoveAt(deciding).flow->id != row.flow || MoveAt(deciding).to.past) {
      ++deciding;
    }
    std::map<Spotted, Ids> own;
    std::map<Spotted, Ids> unexplained;
    bool itself = false;
    for (int atom = 0; atom < Atoms(); ++atom) {
      for (const bool past : {false, true}) {
        if (Starts({{origin_, past}, atom})) {
          own[{{origin_, past}, atom}] = {};
        }
      }
      for (size_t i = 0; i < c_.data.moves().size(); ++i) {
        if (!IsUnexplained(i, atom)) {
          continue;
        }
        itself = itself || i == deciding;
        const Ids start = {MoveAt(i).flow->id};
        const auto [at, is_new] = unexplained.emplace(Spotted(MoveAt(i).to, atom), start);
        at->second = std::min(at->second, start);
      }
    }
    std::optional<Ids> chain = Shortest(own, deciding);
    if (!chain && itself) {
      chain = Ids();
    }
    if (!chain) {
      chain = Shortest(unexplained, deciding);
    }
    chain->push_back(row.flow);
    return *chain;
  }

  const ReachCase& c_;
  const int origin_;
  std::map<Spotted, int> worst_;
};

}  // namespace

std::vector<NaiveExposure> ExposureOf(const ReachCase& c, int origin) {
  return Enumerator(c, origin).Run();
}

}  // namespace onward::reach_test
