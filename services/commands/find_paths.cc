#include "services/commands/find_paths.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

constexpr size_t kVarintBits = 7;

void PutNumber(uint32_t number, std::string& bytes) {
  for (; number >= (1U << kVarintBits); number >>= kVarintBits) {
    bytes.push_back(static_cast<char>((number & 0x7FU) | 0x80U));
  }
  bytes.push_back(static_cast<char>(number));
}

// Takes a number off the front; nullopt: there is none.
std::optional<uint32_t> TakeNumber(std::string_view& bytes) {
  uint64_t number = 0;
  for (size_t at = 0; at < bytes.size() && at < 5; ++at) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    number |= uint64_t{byte & 0x7FU} << (at * kVarintBits);
    if ((byte & 0x80U) == 0) {
      bytes.remove_prefix(at + 1);
      return number <= UINT32_MAX ? std::optional(static_cast<uint32_t>(number)) : std::nullopt;
    }
  }
  return std::nullopt;
}

// Length and whether there are longer paths, then the places.
std::string PositionText(const reach::PathsPosition& position) {
  std::string bytes;
  PutNumber(position.hops, bytes);
  PutNumber(position.longer ? 1 : 0, bytes);
  for (const uint32_t place : position.places) {
    PutNumber(place, bytes);
  }
  return bytes;
}

absl::Status NoCursor() { return InvalidRequest("cursor", "is not one of this question"); }

absl::StatusOr<std::optional<reach::PathsPosition>> PositionOf(
    const std::optional<PagePosition>& cursor) {
  if (!cursor) {
    return std::optional<reach::PathsPosition>();
  }
  std::string_view bytes = cursor->after;
  reach::PathsPosition position;
  const std::optional<uint32_t> hops = TakeNumber(bytes);
  const std::optional<uint32_t> longer = TakeNumber(bytes);
  while (!bytes.empty()) {
    const std::optional<uint32_t> place = TakeNumber(bytes);
    if (!place) {
      return NoCursor();
    }
    position.places.push_back(*place);
  }
  if (!hops || !longer || *longer > 1) {
    return NoCursor();
  }
  position.hops = *hops;
  position.longer = *longer == 1;
  return std::optional(std::move(position));
}

absl::StatusOr<uint32_t> PartyOf(const Snapshot& snapshot, const std::string& id) {
  const std::optional<uint32_t> party = snapshot.PartyNumber(id);
  if (!party || snapshot.FindParty(id) == nullptr) {
    return RecordNotFound({model::RecordKind::kParty, id});
  }
  return *party;
}

absl::StatusOr<std::vector<uint32_t>> PartiesOf(const Snapshot& snapshot,
                                                const std::vector<std::string>& ids) {
  std::vector<uint32_t> parties;
  for (const std::string& id : ids) {
    ONWARD_ASSIGN_OR_RETURN(const uint32_t party, PartyOf(snapshot, id));
    parties.push_back(party);
  }
  return parties;
}

absl::Status CheckCountry(const std::string& code, const Reading& reading) {
  if (code.empty() || code == "UNKNOWN" || reading.law->domain->FindJurisdiction(code) != nullptr) {
    return absl::OkStatus();
  }
  return InvalidRequest("country", absl::StrCat(code, " is no code of the law register"));
}

absl::StatusOr<reach::PathsQuestion> QuestionOf(const FindPathsRequest& request,
                                                const Reading& reading) {
  const Snapshot& snapshot = *reading.snapshot;
  reach::PathsQuestion question;
  ONWARD_ASSIGN_OR_RETURN(question.from, PartyOf(snapshot, request.from));
  if (!request.to.empty()) {
    ONWARD_ASSIGN_OR_RETURN(question.to, PartyOf(snapshot, request.to));
    if (request.to == request.from) {
      return InvalidRequest("to", "is where the paths begin: no party is met twice");
    }
  }
  ONWARD_RETURN_IF_ERROR(CheckCountry(request.country, reading));
  question.country = request.country;
  question.verdicts = request.verdicts;
  question.data_categories = request.data_categories;
  ONWARD_ASSIGN_OR_RETURN(question.through, PartiesOf(snapshot, request.through));
  ONWARD_ASSIGN_OR_RETURN(question.not_through, PartiesOf(snapshot, request.not_through));
  for (size_t i = 0; i < request.not_through.size(); ++i) {
    const std::string& id = request.not_through[i];
    const bool wanted =
        id == request.from || id == request.to ||
        std::find(request.through.begin(), request.through.end(), id) != request.through.end();
    if (wanted) {
      return InvalidRequest(absl::StrCat("not_through[", i, "]"),
                            absl::StrCat(id, " is also where paths must lead"));
    }
  }
  question.max_hops = request.max_hops;
  return question;
}

}  // namespace

absl::StatusOr<FindPathsEnd> FindPaths(Engine& engine, const FindPathsRequest& request,
                                       const CallContext& call, const PathsTaker& taker) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<reach::PathsPosition> start,
                          PositionOf(request.cursor));
  PageRequest page;
  page.from = request.cursor;
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, page, request.freshness, call));
  ONWARD_ASSIGN_OR_RETURN(const reach::PathsQuestion question, QuestionOf(request, reading));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  FindPathsEnd result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr judged, engine.Judge(reading, when, call));
  ONWARD_ASSIGN_OR_RETURN(const reach::DayGraphPtr graph,
                          reach::DayGraph::Of(judged, [&call] { return call.Check(); }));
  ONWARD_RETURN_IF_ERROR(taker.start(result.basis));
  auto end = reach::FindPaths(
      *graph, question, request.bounds, start, [&] { return call.Check(); },
      [&](const reach::CarryingPath& path) { return taker.path(*graph, path); });
  if (!end.ok()) {
    return start && end.status().code() == absl::StatusCode::kInvalidArgument ? NoCursor()
                                                                              : end.status();
  }
  result.end = *std::move(end);
  if (result.end.next) {
    result.next = NextPage(reading, PositionText(*result.end.next));
  }
  return result;
}

}  // namespace onward::commands
