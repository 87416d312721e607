#include "tests/reach/naive_paths.h"

#include <algorithm>
#include <tuple>

namespace onward::reach_test {
namespace {

// By origin.
using Label = std::vector<Atoms>;

Atoms Together(const Label& label) {
  Atoms all = 0;
  for (const Atoms atoms : label) {
    all |= atoms;
  }
  return all;
}

class Enumerator {
 public:
  Enumerator(const ReachCase& c, const NaivePathsQuestion& question) : c_(c), question_(question) {}

  std::vector<NaivePath> Run() {
    for (int party = 0; party < c_.data.parties(); ++party) {
      if (c_.data.IdOf(party) == question_.from) {
        parties_ = {party};
        Try({party, false}, Label());
        Try({party, true}, Label());
      }
    }
    std::sort(found_.begin(), found_.end(), [](const NaivePath& a, const NaivePath& b) {
      return std::make_tuple(a.flows.size(), a.flows) < std::make_tuple(b.flows.size(), b.flows);
    });
    return std::move(found_);
  }

 private:
  bool Meets(int party) const {
    return std::find(parties_.begin(), parties_.end(), party) != parties_.end();
  }

  // What goes on along the move; an empty label: the path begins with it.
  Label Along(size_t number, const Label& label) const {
    const Move& move = c_.data.moves()[number];
    Label next;
    for (int origin = 0; origin < c_.data.parties(); ++origin) {
      if (label.empty()) {
        next.push_back(c_.data.Carried(number, origin));
      } else {
        const bool allowed = NaiveMoves::Allows(move, c_.data.IdOf(origin));
        next.push_back(allowed ? label[static_cast<size_t>(origin)] & move.declared : 0);
      }
    }
    return next;
  }

  void Try(Spot at, const Label& label) {
    if (c_.data.IdOf(at.party) == question_.to) {
      return;
    }
    for (size_t number = 0; number < c_.data.moves().size(); ++number) {
      const Move& move = c_.data.moves()[number];
      if (move.from != at || Meets(move.to.party)) {
        continue;
      }
      const Label next = Along(number, label);
      if (Together(next) == 0) {
        continue;
      }
      moves_.push_back(&move);
      parties_.push_back(move.to.party);
      if (!move.to.past) {
        Take(Together(next));
      }
      Try(move.to, next);
      moves_.pop_back();
      parties_.pop_back();
    }
  }

  bool IsAsked(const std::string& code) const {
    if (!question_.to.empty()) {
      return c_.data.IdOf(parties_.back()) == question_.to;
    }
    if (!question_.country.empty()) {
      return code == question_.country;
    }
    const law::Jurisdiction* const place = c_.judged->law().FindJurisdiction(code);
    return place == nullptr || place->UnsettledOn(c_.day) || place->FreeFlowOn(c_.day) == nullptr;
  }

  uint32_t NumberOf(const model::Flow& flow) const {
    return c_.judged->snapshot().FlowNumber(flow.id).value();
  }

  std::vector<query::DestinationOutcome> Places(const Move& move) const {
    if (move.IsActive()) {
      return c_.judged->DestinationsOf(NumberOf(*move.flow));
    }
    const std::string code = c_.judged->snapshot().FindParty(move.flow->importer)->establishment;
    std::vector<query::DestinationOutcome> places(1);
    places[0].destination = code.empty() ? "UNKNOWN" : code;
    for (const model::Site& site : move.flow->sites) {
      places.emplace_back().destination = site.country;
    }
    std::sort(places.begin(), places.end(),
              [](const auto& a, const auto& b) { return a.destination < b.destination; });
    return places;
  }

  bool Filter(Atoms carried) const {
    const auto on_path = [&](const std::string& id) {
      return std::any_of(parties_.begin(), parties_.end(),
                         [&](int party) { return c_.data.IdOf(party) == id; });
    };
    return std::all_of(question_.through.begin(), question_.through.end(), on_path) &&
           std::none_of(question_.not_through.begin(), question_.not_through.end(), on_path) &&
           MeetsAsked(carried);
  }

  bool MeetsAsked(Atoms carried) const {
    const auto& asked = question_.data_categories;
    if (asked.empty() || (carried & 1U) != 0) {
      return true;
    }
    const Categories& tree = c_.judged->snapshot().categories();
    for (size_t atom = 1; atom < c_.data.atoms(); ++atom) {
      const bool meets = std::any_of(asked.begin(), asked.end(), [&](const std::string& id) {
        return tree.Meets(id, c_.data.NameOf(atom));
      });
      if (meets && (carried & (Atoms{1} << atom)) != 0) {
        return true;
      }
    }
    return false;
  }

  std::vector<std::string> Topmost(Atoms carried) const {
    if ((carried & 1U) != 0) {
      return {"ALL"};
    }
    std::vector<std::string> topmost;
    for (size_t atom = 1; atom < c_.data.atoms(); ++atom) {
      bool below = (carried & (Atoms{1} << atom)) == 0;
      for (size_t other = 1; other < c_.data.atoms(); ++other) {
        const bool carries = other != atom && (carried & (Atoms{1} << other)) != 0;
        below = below || (carries && (c_.data.Under(c_.data.NameOf(other)) >> atom & 1U) != 0);
      }
      if (!below) {
        topmost.push_back(c_.data.NameOf(atom));
      }
    }
    std::sort(topmost.begin(), topmost.end());
    return topmost;
  }

  void Take(Atoms carried) {
    NaivePath path;
    int worst_place = -1;
    for (const query::DestinationOutcome& place : Places(*moves_.back())) {
      if (IsAsked(place.destination) && verdict::Badness(place.verdict) > worst_place) {
        worst_place = verdict::Badness(place.verdict);
        path.destination = place.destination;
      }
    }
    if (worst_place < 0 || !Filter(carried)) {
      return;
    }
    int worst = -1;
    for (const Move* move : moves_) {
      path.flows.push_back(move->flow->id);
      const verdict::Verdict verdict = c_.judged->VerdictOf(NumberOf(*move->flow));
      if (verdict::Badness(verdict) > worst) {
        worst = verdict::Badness(verdict);
        path.verdict = verdict;
        path.worst_flow = move->flow->id;
      }
    }
    const auto& asked = question_.verdicts;
    if (asked.empty() || std::find(asked.begin(), asked.end(), path.verdict) != asked.end()) {
      path.categories = Topmost(carried);
      found_.push_back(std::move(path));
    }
  }

  const ReachCase& c_;
  const NaivePathsQuestion& question_;
  std::vector<const Move*> moves_;
  std::vector<int> parties_;
  std::vector<NaivePath> found_;
};

}  // namespace

std::vector<NaivePath> NaivePaths(const ReachCase& c, const NaivePathsQuestion& question) {
  return Enumerator(c, question).Run();
}

}  // namespace onward::reach_test
