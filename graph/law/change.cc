#include "graph/law/change.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace onward::law {
namespace {

using Refused = std::optional<ChangeRefusal>;

// As explanations go on after "by": invalidated on 2026-12-01 by an assumed annulment.
constexpr char kAnnulled[] = "an assumed annulment";
constexpr char kDropped[] = "an assumed change of law";
constexpr char kAssumed[] = "assumed";

RegisterParts PartsOf(const Register& law) {
  RegisterParts parts;
  parts.version = law.version();
  parts.knowledge_cutoff = law.knowledge_cutoff();
  parts.starts_on = law.starts_on();
  parts.jurisdictions = law.jurisdictions();
  parts.decisions = law.decisions();
  parts.schemes = law.schemes();
  parts.instruments = law.instruments();
  return parts;
}

Refused RefuseDay(std::string message) { return ChangeRefusal{"from", std::move(message), {}}; }

// `what` is in force in `interval`; the change ends it on `from`.
Refused CheckEnd(const std::string& what, const Interval& interval, Date from) {
  if (from >= interval.until) {
    return RefuseDay(what + " ended on " + interval.until.ToString() + " already");
  }
  if (from <= interval.from) {
    return RefuseDay(what + " is in force from " + interval.from.ToString() +
                     "; it can end on a later day only");
  }
  return std::nullopt;
}

// Ends that were known at some time, none of them after `until`.
std::vector<KnownEnd> EarlierEnds(const Decision& decision, Date until) {
  std::vector<KnownEnd> ends;
  for (const KnownEnd& known : decision.history) {
    const Date end = std::min(known.until, until);
    if (ends.empty() || ends.back().until != end) {
      ends.push_back({known.known_from, end});
    }
  }
  return ends;
}

void EndDecision(Decision& decision, Date from, const DecisionEnd& end) {
  decision.history = EarlierEnds(decision, from);
  decision.interval.until = from;
  decision.ended_by = end;
  std::erase_if(decision.exclusions,
                [&](const Exclusion& exclusion) { return exclusion.interval.from >= from; });
  for (Exclusion& exclusion : decision.exclusions) {
    if (!exclusion.interval.until.IsOpen()) {
      exclusion.interval.until = std::min(exclusion.interval.until, from);
    }
  }
}

class Changer {
 public:
  explicit Changer(const Register& law) : law_(law), parts_(PartsOf(law)) {}

  Refused Apply(const Annulment& change) {
    if (const Scheme* scheme = law_.FindScheme(change.id); scheme != nullptr) {
      return Annul(scheme->decision, change.from);
    }
    if (law_.FindDecision(change.id) != nullptr) {
      return Annul(change.id, change.from);
    }
    for (Instrument& instrument : parts_.instruments) {
      if (instrument.id == change.id) {
        return Annul(instrument, change.from);
      }
    }
    return ChangeRefusal{"id", "names no decision, scheme or instrument of the law register",
                         AnnullableIds()};
  }

  Refused Apply(const AdequacyDrop& change) {
    if (law_.FindJurisdiction(change.jurisdiction) == nullptr) {
      return UnknownPlace();
    }
    std::vector<std::string> ids;
    Date ended = Date::Min();
    for (const Decision* decision : law_.DecisionsFor(change.jurisdiction)) {
      if (decision->in_scope && change.from < decision->interval.until) {
        ids.push_back(decision->id);
      } else if (decision->in_scope) {
        ended = std::max(ended, decision->interval.until);
      }
    }
    if (ids.empty()) {
      return ended == Date::Min() ? ChangeRefusal{"jurisdiction", "has no adequacy decision", {}}
                                  : RefuseDay("its last adequacy decision ended on " +
                                              ended.ToString() + " already");
    }
    for (const std::string& id : ids) {
      if (Refused refused = Drop(id, change); refused.has_value()) {
        return refused;
      }
    }
    return std::nullopt;
  }

  Refused Apply(const AdequacyGrant& change) {
    const Jurisdiction* const place = law_.FindJurisdiction(change.jurisdiction);
    if (place == nullptr) {
      return UnknownPlace();
    }
    if (place->kind == JurisdictionKind::kRegion) {
      return ChangeRefusal{"jurisdiction",
                           "is a region; decisions are about countries, "
                           "territories and organisations",
                           {}};
    }
    const Interval granted{change.from, Date::Max()};
    for (const TerritoryInterval& free : place->free_flow) {
      if (free.interval.Overlaps(granted)) {
        return RefuseDay(place->name + " needs no adequacy decision " + Until(free.interval) +
                         ": data flow there freely");
      }
    }
    for (const Decision* decision : law_.DecisionsFor(place->code)) {
      if (decision->in_scope && !decision->requires_certification &&
          decision->interval.Overlaps(granted)) {
        return ChangeRefusal{
            "jurisdiction",
            "has the adequacy decision " + decision->id + " " + Until(decision->interval),
            {}};
      }
    }
    parts_.decisions.push_back(GrantedDecision(*place, granted));
    return std::nullopt;
  }

  RegisterPtr Take() { return std::make_shared<const Register>(std::move(parts_)); }

 private:
  static std::string Until(const Interval& interval) {
    return interval.until.IsOpen() ? "without an end" : "until " + interval.until.ToString();
  }

  Refused UnknownPlace() const {
    std::vector<std::string> codes;
    for (const Jurisdiction& place : law_.jurisdictions()) {
      codes.push_back(place.code);
    }
    return ChangeRefusal{"jurisdiction", "is no code of the law register", std::move(codes)};
  }

  std::vector<std::string> AnnullableIds() const {
    std::vector<std::string> ids;
    for (const Scheme& scheme : law_.schemes()) {
      ids.push_back(scheme.id);
    }
    for (const Decision& decision : law_.decisions()) {
      ids.push_back(decision.id);
    }
    for (const Instrument& instrument : law_.instruments()) {
      ids.push_back(instrument.id);
    }
    return ids;
  }

  Decision& DecisionOf(const std::string& id) {
    return *std::find_if(parts_.decisions.begin(), parts_.decisions.end(),
                         [&](const Decision& decision) { return decision.id == id; });
  }

  Refused Annul(const std::string& id, Date from) {
    Decision& decision = DecisionOf(id);
    if (!decision.in_scope) {
      return ChangeRefusal{"id", "carries no transfer under the GDPR: nothing would change", {}};
    }
    if (Refused refused = CheckEnd(decision.id, decision.interval, from); refused.has_value()) {
      return refused;
    }
    if (Refused refused = EndScheme(decision.scheme, from); refused.has_value()) {
      return refused;
    }
    EndDecision(decision, from, {EndKind::kInvalidated, from, kAnnulled});
    return std::nullopt;
  }

  // Nothing to do where `id` is empty.
  Refused EndScheme(const std::string& id, Date from) {
    for (Scheme& scheme : parts_.schemes) {
      if (scheme.id == id) {
        if (Refused refused = CheckEnd("the list of " + id, scheme.listable, from);
            refused.has_value()) {
          return refused;
        }
        scheme.listable.until = from;
      }
    }
    return std::nullopt;
  }

  // The parts of an instrument that count after its end for older contracts end too.
  static Refused Annul(Instrument& instrument, Date from) {
    if (instrument.category == InstrumentCategory::kAdequacy) {
      return ChangeRefusal{"id", "stands for adequacy decisions; annul one of them", {}};
    }
    const Date last =
        instrument.legacy.has_value() ? instrument.legacy->until : instrument.interval.until;
    const Date first =
        std::max(instrument.interval.from, instrument.earliest_use.value_or(Date::Min()));
    if (Refused refused = CheckEnd(instrument.id, {first, last}, from); refused.has_value()) {
      return refused;
    }
    if (from > instrument.interval.until) {
      instrument.legacy->until = from;
    } else {
      instrument.legacy.reset();
      instrument.interval.until = from;
    }
    instrument.annulled_by = kAnnulled;
    return std::nullopt;
  }

  // A decision about several places goes on for the others.
  Refused Drop(const std::string& id, const AdequacyDrop& change) {
    Decision& decision = DecisionOf(id);
    const bool begins_later = change.from <= decision.interval.from;
    if (!decision.scheme.empty() && (begins_later || decision.codes.size() > 1)) {
      return ChangeRefusal{"jurisdiction",
                           "rests on the scheme " + decision.scheme + " (" + id +
                               "); annul that instead, on a day after its first",
                           {}};
    }
    if (!begins_later) {
      if (Refused refused = EndScheme(decision.scheme, change.from); refused.has_value()) {
        return refused;
      }
      Decision ended = decision;
      ended.codes = {change.jurisdiction};
      EndDecision(ended, change.from, {EndKind::kRepealed, change.from, kDropped});
      if (decision.codes.size() == 1) {
        decision = std::move(ended);
        return std::nullopt;
      }
      ended.id = FreeId(id + "." + change.jurisdiction);
      std::erase(decision.codes, change.jurisdiction);
      parts_.decisions.push_back(std::move(ended));
      return std::nullopt;
    }
    std::erase(decision.codes, change.jurisdiction);
    std::erase_if(parts_.decisions, [](const Decision& d) { return d.codes.empty(); });
    return std::nullopt;
  }

  Decision GrantedDecision(const Jurisdiction& place, const Interval& granted) const {
    Decision decision;
    decision.id = FreeId(std::string(kAssumed) + "-adq-" + place.code);
    decision.number = std::string("(") + kAssumed + ")";
    decision.codes = {place.code};
    decision.article = kAssumed;
    // Known from the beginning.
    decision.adopted = Date::Min();
    decision.interval = granted;
    decision.scope = kAssumed;
    decision.history = {{Date::Min(), Date::Max()}};
    decision.source = kAssumed;
    return decision;
  }

  // The id, with a number behind it where the register has it.
  std::string FreeId(const std::string& id) const {
    std::string free = id;
    for (int number = 2; law_.FindDecision(free) != nullptr; ++number) {
      free = id + "-" + std::to_string(number);
    }
    return free;
  }

  const Register& law_;
  RegisterParts parts_;
};

}  // namespace

Changed With(const Register& law, const Change& change) {
  Changer changer(law);
  const Refused refused = std::visit([&](const auto& one) { return changer.Apply(one); }, change);
  if (refused.has_value()) {
    return *refused;
  }
  return changer.Take();
}

}  // namespace onward::law
