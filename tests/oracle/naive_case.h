// Parts of the naive judge, by topic: what a place says, what is stated, what the mechanisms say.
// Internal to this folder.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/naive_judge.h"

namespace onward::oracle {

// Everything that one question is about, roles decided.
struct Facts {
  Facts(const World& the_world, const law::Register& the_law, const verdict::Question& question,
        const verdict::Arrival& the_arrival)
      : world(the_world),
        law(the_law),
        flow(the_world.flow),
        exporter(the_world.parties.at(the_world.flow.exporter)),
        importer(the_world.parties.at(the_world.flow.importer)),
        day(question.as_of),
        known_at(question.law_known_at),
        arrival(the_arrival) {}

  const World& world;
  const law::Register& law;
  const model::Flow& flow;
  const model::Party& exporter;
  const model::Party& importer;
  Date day;
  Date known_at;
  verdict::Arrival arrival;
  // The exporter is not bound, or nobody can say.
  bool onward = false;
  bool bound_unknown = false;
};

// Outcome of one mechanism.
struct Try {
  verdict::Verdict verdict = verdict::Verdict::kLacking;
  std::set<verdict::Reason> reasons;
  // On file: an agreement, a derogation, a certificate.
  bool documented = false;
};

Try Lacking(verdict::Reason reason, bool documented);

// --- naive_place.cc

// Whether the law of the Union binds the exporter; nullopt: nobody can say.
std::optional<bool> Bound(const Facts& facts);
// The importer is itself under the GDPR for this.
bool ImporterSubject(const Facts& facts);
// What can be said without looking at mechanisms; nullopt: they decide.
std::optional<Answer> Qualified(const Facts& facts, std::optional<bool> bound);

// --- naive_statements.cc

// Who may state a condition as met: of an adequacy decision the importer alone, of a safeguard the
// importer, of a derogation the exporter. The other side of the last two can only deny it.
enum class Of { kAdequacy, kSafeguard, kDerogation };

// The first record that states a condition wins: flow, agreement, party.
std::optional<bool> Stated(const Facts& facts, const std::string& id, Of of,
                           const model::Agreement* agreement);
bool ExclusionApplies(const Facts& facts, const std::string& id);
// Stated that the condition of an assessment does not hold; the exporter can only say that it does.
bool StatedAsNot(const Facts& facts, const std::string& id, const model::Agreement& agreement);
// All conditions together: false = one not met, true = all met, nullopt = one is open.
std::optional<bool> Conditions(const Facts& facts, const std::vector<law::Condition>& conditions,
                               Of of, const model::Agreement* agreement);
// The agreement stands between the two in this direction on that day.
bool InForce(const Facts& facts, const model::Agreement& agreement);

// --- naive_decisions.cc, naive_instruments.cc

// Each adds what it tries.
void TryDecisions(const Facts& facts, std::vector<Try>& tries);
void TryAgreements(const Facts& facts, std::vector<Try>& tries);
void TryDerogation(const Facts& facts, std::vector<Try>& tries);

}  // namespace onward::oracle
