// Judgements brought up to date after writes, at the price of what these touch.
#include <algorithm>
#include <utility>

#include "graph/query/arrivals_internal.h"
#include "graph/query/judgements.h"
#include "graph/query/looks.h"
#include "graph/query/over_time.h"
#include "graph/query/prepared_since.h"

namespace onward::query {
namespace {

using model::RecordKind;

bool Same(const verdict::Arrival& one, const verdict::Arrival& other) {
  return one.restricted == other.restricted &&
         one.only_under_adequacy == other.only_under_adequacy &&
         one.only_from_importer == other.only_from_importer;
}

// Whether a flow moves the same data between the same parties at the same time.
bool MovesTheSame(const model::Flow& one, const model::Flow& other) {
  return one.exporter == other.exporter && one.importer == other.importer &&
         one.exporter_role == other.exporter_role && one.importer_role == other.importer_role &&
         one.collection == other.collection && one.interval == other.interval &&
         one.copy_ends == other.copy_ends && one.data_categories == other.data_categories &&
         one.on_behalf_of == other.on_behalf_of && one.activities == other.activities;
}

// Answers whether data arrives after some writes as it did before them.
class ArrivalsBefore {
 public:
  ArrivalsBefore(const Judgements& before, const Snapshot& after, const PreparedSince& now)
      : before_(before), was_(before.snapshot()), after_(after), now_(now) {}

  bool Stand(const std::vector<model::Mutation>& mutations,
             const std::vector<uint32_t>& touched) const {
    return was_.FlowCount() == after_.FlowCount() && was_.PartyCount() == after_.PartyCount() &&
           std::all_of(mutations.begin(), mutations.end(),
                       [this](const model::Mutation& mutation) { return Stands(mutation.ref); }) &&
           std::all_of(touched.begin(), touched.end(), [this](uint32_t flow) {
             return !after_.HasFlow(flow) || (BoundStands(flow) && UnderStands(flow));
           });
  }

 private:
  bool Stands(const model::RecordRef& ref) const {
    switch (ref.kind) {
      case RecordKind::kFlow: {
        const std::optional<model::Flow> one = was_.FindFlow(ref.id);
        const std::optional<model::Flow> other = after_.FindFlow(ref.id);
        return one.has_value() == other.has_value() &&
               (!one.has_value() || MovesTheSame(*one, *other));
      }
      case RecordKind::kParty:
        return was_.PartyNumber(ref.id).has_value() == after_.PartyNumber(ref.id).has_value();
      case RecordKind::kLocation:
      case RecordKind::kAgreement:
      case RecordKind::kTriage:
        return true;
      case RecordKind::kUnspecified:
      case RecordKind::kActivity:
      case RecordKind::kPolicy:
      case RecordKind::kCategory:
        break;
    }
    return false;
  }

  // On the day; of a flow that ended, on its last one.
  bool BoundStands(uint32_t flow) const {
    const Interval& interval = after_.IntervalOf(flow);
    const Date day = std::min(interval.until.Plus(-1), before_.question().as_of);
    return before_.question().as_of < interval.from ||
           verdict::ExporterBound(was_.FlowAt(flow), was_, before_.law(), day) ==
               verdict::ExporterBound(after_.FlowAt(flow), after_, before_.law(), day);
  }

  // Whether the flow brings what its importer hands on under an adequacy decision as it did; any, where
  // nothing restricted is handed on.
  bool UnderStands(uint32_t flow) const {
    const auto out = after_.OutFlows(after_.ImporterOf(flow));
    const bool counts = std::any_of(out.begin(), out.end(), [this](uint32_t on) {
      return before_.arrivals().Of(on).restricted;
    });
    return !counts || UnderAdequacy(flow, was_, before_.law(), before_.question()) ==
                          UnderAdequacy(flow, after_, before_.law(), before_.question(), &now_);
  }

  const Judgements& before_;
  const Snapshot& was_;
  const Snapshot& after_;
  const PreparedSince& now_;
};

}  // namespace

absl::StatusOr<JudgementsPtr> Judgements::After(const Judgements& before, SnapshotPtr after,
                                                const std::vector<model::Mutation>& mutations,
                                                const JudgeOptions& options) {
  std::optional<PreparedSince> next;
  if (before.prepared_ != nullptr) {
    next = before.prepared_->After(*after, mutations);
  }
  if (!next.has_value()) {
    return Make(std::move(after), before.law_, before.question_, options);
  }
  const std::vector<uint32_t> touched = next->touched();
  std::shared_ptr<Judgements> made(
      new Judgements(std::move(after), before.law_, before.question_));  // private constructor
  made->prepared_ = made->over_time_->Offer(*std::move(next));
  Looks looks(options);
  if (ArrivalsBefore(before, made->snapshot(), *made->prepared_).Stand(mutations, touched)) {
    made->arrivals_ = before.arrivals_;
    made->arrivals_of_ = before.arrivals_of_;
  }
  if (!made->JudgeAfter(before, touched, [&looks] { return looks.Stop(); })) {
    return looks.ended();
  }
  return JudgementsPtr(std::move(made));
}

bool Judgements::JudgeAfter(const Judgements& before, const std::vector<uint32_t>& touched,
                            const std::function<bool()>& stop) {
  const bool stand = arrivals_ != nullptr;
  if (!stand && !FindArrivals(stop)) {
    return false;
  }
  verdicts_ = before.verdicts_;
  verdicts_.resize(snapshot_->FlowCount(), 0);
  const auto judge = [this](uint32_t flow) {
    verdicts_[flow] = arrivals_->InEffect(flow) ? static_cast<uint8_t>(JudgeFlow(flow)) : 0;
  };
  for (size_t i = 0; i < touched.size(); ++i) {
    if (i % kSinglyPerLook == 0 && stop()) {
      return false;
    }
    judge(touched[i]);
  }
  for (uint32_t flow = 0; !stand && flow < before.verdicts_.size(); ++flow) {
    if (flow % kFlowsPerLook == 0 && stop()) {
      return false;
    }
    if (!Same(arrivals_->Of(flow), before.arrivals_->Of(flow))) {
      judge(flow);
    }
  }
  return true;
}

}  // namespace onward::query
