#include "services/commands/put_register.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/query/changes.h"
#include "services/commands/errors.h"
#include "services/commands/lost_words.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

constexpr size_t kCommentMax = 1'000;

absl::Status CheckVersion(const Engine& engine, const LawVersion& law) {
  const absl::StatusOr<KeptRegister> kept = GetRegister(engine, law.version());
  if (absl::IsNotFound(kept.status())) {
    return absl::OkStatus();
  }
  ONWARD_RETURN_IF_ERROR(kept.status());
  return kept->info.digest == law.digest ? absl::OkStatus()
                                         : storage::RegisterVersionExists(law.version());
}

absl::Status CheckReferences(Engine& engine, const LawVersion& before, const LawVersion& after,
                             const CallContext& call) {
  const LostWords lost(*before.domain, *after.domain);
  if (lost.empty()) {
    return absl::OkStatus();
  }
  model::Violations violations;
  for (const std::string& id : engine.residents().Ids()) {
    ONWARD_RETURN_IF_ERROR(call.Check());
    ONWARD_ASSIGN_OR_RETURN(const RuntimePtr inventory, engine.Find(id, call));
    lost.FindIn(inventory->identity().id, *inventory->head(), violations);
  }
  return violations.empty() ? absl::OkStatus() : DanglingReference(violations);
}

absl::StatusOr<query::JudgementsPtr> JudgeAfter(Engine& engine, const Reading& reading,
                                                const When& when, bool keep,
                                                const CallContext& call) {
  if (keep) {
    return engine.Judge(reading, when, call);
  }
  // Verdicts under a register that is only tried would push out those that are asked about.
  query::JudgeOptions options;
  options.check = [&call] { return call.Check(); };
  return query::Judgements::Make(reading.snapshot, reading.law->domain,
                                 {when.as_of, when.law_known_at}, options);
}

RegisterImpact CountChanges(const std::string& inventory,
                            const std::vector<query::VerdictChange>& changes) {
  RegisterImpact impact{inventory};
  for (const query::VerdictChange& change : changes) {
    if (change.before != change.after) {
      ++impact.changed;
      impact.newly_lacking += change.after == verdict::Verdict::kLacking ? 1 : 0;
    }
  }
  return impact;
}

absl::StatusOr<std::vector<RegisterImpact>> ImpactsOf(Engine& engine, const LawPtr& before,
                                                      const PutRegisterRequest& request,
                                                      const When& when, const CallContext& call) {
  std::vector<RegisterImpact> impacts;
  if (before->digest == request.law->digest) {
    return impacts;
  }
  for (const std::string& id : engine.residents().Ids()) {
    ONWARD_RETURN_IF_ERROR(call.Check());
    ONWARD_ASSIGN_OR_RETURN(const RuntimePtr inventory, engine.Find(id, call));
    const SnapshotPtr head = inventory->head();
    if (head->RecordCount(model::RecordKind::kFlow) == 0) {
      continue;
    }
    ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr now,
                            engine.Judge({inventory, head, before}, when, call));
    ONWARD_ASSIGN_OR_RETURN(
        const query::JudgementsPtr then,
        JudgeAfter(engine, {inventory, head, request.law}, when, !request.dry_run, call));
    RegisterImpact impact =
        CountChanges(inventory->identity().id, query::ChangedVerdicts(*now, *then));
    if (impact.changed > 0) {
      impacts.push_back(std::move(impact));
    }
  }
  return impacts;
}

// Under the put mutex: nobody else changes the law.
absl::StatusOr<RegisterInfo> Put(Engine& engine, const LawVersion& before,
                                 const PutRegisterRequest& request, const CallContext& call) {
  // From here on no record can begin to name what is lost.
  const LawGate::Put gate(engine.law_gate());
  ONWARD_RETURN_IF_ERROR(CheckReferences(engine, before, *request.law, call));
  ONWARD_ASSIGN_OR_RETURN(
      const storage::LawInfo put,
      engine.store().PutLaw(request.law->bytes, {request.law->version(),
                                                 request.law->domain->knowledge_cutoff().ToString(),
                                                 engine.Now(), request.author, request.comment}));
  engine.SetLaw(request.law);
  return InfoOf(put, true);
}

// The built-in register in effect was not put: putting it keeps it in effect under other programs.
absl::StatusOr<bool> WasPutLast(const Engine& engine, const LawVersion& law) {
  ONWARD_ASSIGN_OR_RETURN(const std::vector<storage::LawInfo> laws, engine.store().ListLaws());
  return !laws.empty() && laws.front().digest == law.digest;
}

absl::StatusOr<PutRegisterResult> Unchanged(const Engine& engine, const LawPtr& law, Date today) {
  PutRegisterResult result;
  ONWARD_ASSIGN_OR_RETURN(KeptRegister kept, GetRegister(engine, law->version()));
  result.info = std::move(kept.info);
  result.in_effect = law;
  result.when = {today};
  result.unchanged = true;
  return result;
}

}  // namespace

absl::StatusOr<PutRegisterResult> PutRegister(Engine& engine, const PutRegisterRequest& request,
                                              const CallContext& call) {
  if (request.comment.size() > kCommentMax) {
    return InvalidRequest("comment", absl::StrCat("has ", request.comment.size(),
                                                  " bytes; at most ", kCommentMax, " are allowed"));
  }
  const MutexLock lock(engine.put_mutex());
  const LawPtr before = engine.law();
  const Date today = engine.clock().Today();
  // Before the expectation: a repeat of a put that has succeeded succeeds.
  ONWARD_ASSIGN_OR_RETURN(const bool put_last, WasPutLast(engine, *request.law));
  if (put_last) {
    return Unchanged(engine, before, today);
  }
  if (!request.expected_version.empty() && request.expected_version != before->version()) {
    return RegisterMoved(request.expected_version, before->version());
  }
  ONWARD_RETURN_IF_ERROR(CheckVersion(engine, *request.law));
  ONWARD_RETURN_IF_ERROR(CheckReferences(engine, *before, *request.law, call));
  PutRegisterResult result;
  result.when = {today};
  ONWARD_ASSIGN_OR_RETURN(result.impacts, ImpactsOf(engine, before, request, result.when, call));
  if (request.dry_run) {
    result.in_effect = before;
    result.info = InfoOf(*request.law, false, false);
    result.info.comment = request.comment;
    return result;
  }
  ONWARD_RETURN_IF_ERROR(engine.store().Writable());
  ONWARD_ASSIGN_OR_RETURN(result.info, Put(engine, *before, request, call));
  result.in_effect = request.law;
  return result;
}

}  // namespace onward::commands
