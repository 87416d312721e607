#include "graph/query/prepared_since.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/brief.h"
#include "graph/verdict/judge.h"

namespace onward::query {

using verdict::Arrival;
using verdict::DestinationBrief;

PreparedSince::PreparedSince(verdict::Prepared prepared, const Snapshot& snapshot,
                             const law::Register& law, Date law_known_at,
                             std::shared_ptr<const void> keeps)
    : origin_(std::make_shared<const Origin>(Origin{std::move(keeps), std::move(prepared)})),
      snapshot_(&snapshot),
      law_(&law),
      law_known_at_(law_known_at),
      dependents_(snapshot, law) {}

std::optional<PreparedSince> PreparedSince::After(const Snapshot& after,
                                                  const std::vector<model::Mutation>& mutations,
                                                  const std::function<bool()>& stop) const {
  PreparedSince next(*this);
  next.snapshot_ = &after;
  std::optional<std::vector<uint32_t>> touched =
      next.dependents_.Touch(*snapshot_, after, mutations, stop);
  if (!touched.has_value()) {
    return std::nullopt;
  }
  next.touched_ = *std::move(touched);
  auto apart = apart_ == nullptr ? std::make_shared<absl::flat_hash_set<uint32_t>>()
                                 : std::make_shared<absl::flat_hash_set<uint32_t>>(*apart_);
  apart->insert(next.touched_.begin(), next.touched_.end());
  if (apart->size() > kApartMax) {
    return std::nullopt;
  }
  next.apart_ = std::move(apart);
  return next;
}

std::vector<Date> PreparedSince::DaysOf(uint32_t flow) const {
  if (IsApart(flow) || !origin_->prepared.IsPrepared(flow)) {
    return verdict::Boundaries(snapshot_->FlowAt(flow), *snapshot_, *law_, law_known_at_);
  }
  std::vector<Date> days;
  origin_->prepared.AddDays(flow, days);
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

verdict::HopVerdict PreparedSince::Judge(uint32_t flow, Date day, const Arrival& arrival) const {
  return verdict::JudgeWithoutProof(snapshot_->FlowAt(flow), *snapshot_, *law_,
                                    {day, law_known_at_}, arrival);
}

verdict::Verdict PreparedSince::VerdictOn(uint32_t flow, Date day, const Arrival& arrival) const {
  return IsApart(flow) ? Judge(flow, day, arrival).verdict
                       : origin_->prepared.VerdictOn(flow, day, arrival);
}

verdict::Brief PreparedSince::On(uint32_t flow, Date day, const Arrival& arrival) const {
  if (!IsApart(flow)) {
    return origin_->prepared.On(flow, day, arrival);
  }
  const verdict::HopVerdict hop = Judge(flow, day, arrival);
  return {hop.verdict, hop.reason, origin_->prepared.NumberOf(hop.Deciding().mechanism)};
}

std::vector<DestinationBrief> PreparedSince::DestinationsOn(uint32_t flow, Date day,
                                                            const Arrival& arrival) const {
  if (!IsApart(flow)) {
    return origin_->prepared.DestinationsOn(flow, day, arrival);
  }
  std::vector<DestinationBrief> found;
  for (const verdict::DestinationVerdict& entry : Judge(flow, day, arrival).destinations) {
    found.push_back({entry.destination,
                     {entry.verdict, entry.reason, origin_->prepared.NumberOf(entry.mechanism)}});
  }
  return found;
}

std::vector<DestinationBrief> PreparedSince::VerdictsOn(uint32_t flow, Date day,
                                                        const Arrival& arrival) const {
  if (!IsApart(flow)) {
    return origin_->prepared.VerdictsOn(flow, day, arrival);
  }
  std::vector<DestinationBrief> found = DestinationsOn(flow, day, arrival);
  for (DestinationBrief& destination : found) {
    destination.brief.reason = verdict::Reason::kUnspecified;
    destination.brief.mechanism = 0;
  }
  return found;
}

}  // namespace onward::query
