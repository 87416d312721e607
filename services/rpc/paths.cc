#include "services/rpc/paths.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/model/validate.h"
#include "graph/query/rows.h"
#include "services/commands/find_paths.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

constexpr uint32_t kMaxPathsMax = 10'000;
constexpr uint64_t kMaxStepsMax = 10'000'000;

// The same for two requests that may be continued by one another's cursors.
uint64_t PathsQuestionOf(v1::FindPathsRequest request) {
  request.clear_cursor();
  request.clear_max_paths();
  request.clear_max_steps();
  request.clear_consistency();
  return HashBytes(request.GetTypeName() + request.SerializeAsString());
}

absl::Status OutOfRange(const char* field, uint64_t value, uint64_t max, uint64_t otherwise) {
  return commands::InvalidRequest(
      field, absl::StrCat(value, " is not in 1 to ", max, " (0: ", otherwise, ")"));
}

absl::Status ReadBounds(const v1::FindPathsRequest& request, commands::FindPathsRequest& paths) {
  if (request.max_hops() > reach::kPathsHopsMax) {
    return OutOfRange("max_hops", request.max_hops(), reach::kPathsHopsMax, paths.max_hops);
  }
  if (request.max_paths() > kMaxPathsMax) {
    return OutOfRange("max_paths", request.max_paths(), kMaxPathsMax, paths.bounds.paths);
  }
  if (request.max_steps() > kMaxStepsMax) {
    return OutOfRange("max_steps", request.max_steps(), kMaxStepsMax, paths.bounds.steps);
  }
  paths.max_hops = request.max_hops() == 0 ? paths.max_hops : request.max_hops();
  paths.bounds.paths = request.max_paths() == 0 ? paths.bounds.paths : request.max_paths();
  paths.bounds.steps = request.max_steps() == 0 ? paths.bounds.steps : request.max_steps();
  return absl::OkStatus();
}

absl::Status ReadParties(const google::protobuf::RepeatedPtrField<std::string>& ids,
                         const char* field, int max, std::vector<std::string>& parties) {
  if (ids.size() > max) {
    return commands::LimitExceeded(absl::StrCat(field, "_max"), static_cast<uint64_t>(max),
                                   static_cast<uint64_t>(ids.size()));
  }
  for (int i = 0; i < ids.size(); ++i) {
    if (!model::IsValidId(ids[i])) {
      return commands::InvalidRequest(absl::StrCat(field, "[", i, "]"), "must be an id");
    }
  }
  parties.assign(ids.begin(), ids.end());
  return absl::OkStatus();
}

absl::Status ReadTarget(const v1::FindPathsRequest& request, commands::FindPathsRequest& paths) {
  if (!model::IsValidId(request.from())) {
    return commands::InvalidRequest("from", "is required and must be an id");
  }
  paths.from = request.from();
  switch (request.target_case()) {
    case v1::FindPathsRequest::kTo:
      if (!model::IsValidId(request.to())) {
        return commands::InvalidRequest("to", "must be an id");
      }
      paths.to = request.to();
      break;
    case v1::FindPathsRequest::kCountry:
      if (request.country().empty()) {
        return commands::InvalidRequest("country", "must be a code of the law register");
      }
      paths.country = request.country();
      break;
    case v1::FindPathsRequest::kOutsideEea:
      if (!request.outside_eea()) {
        return commands::InvalidRequest("outside_eea", "must be true where it is set");
      }
      break;
    case v1::FindPathsRequest::TARGET_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

absl::Status ReadFilters(const v1::FindPathsRequest& request, commands::FindPathsRequest& paths) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("verdicts", request.verdicts_size()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("data_categories", request.data_categories_size()));
  for (int i = 0; i < request.verdicts_size(); ++i) {
    if (request.verdicts(i) == v1::VERDICT_UNSPECIFIED ||
        !v1::Verdict_IsValid(request.verdicts(i))) {
      return commands::InvalidRequest(absl::StrCat("verdicts[", i, "]"), "is not a verdict");
    }
    paths.verdicts.push_back(static_cast<verdict::Verdict>(request.verdicts(i)));
  }
  paths.data_categories.assign(request.data_categories().begin(), request.data_categories().end());
  ONWARD_RETURN_IF_ERROR(
      ReadParties(request.through(), "through", reach::kPathsThroughMax, paths.through));
  return ReadParties(request.not_through(), "not_through", commands::kPathsNotThroughMax,
                     paths.not_through);
}

absl::StatusOr<commands::FindPathsRequest> PathsOf(const ServiceEnv& env,
                                                   const v1::FindPathsRequest& request) {
  commands::FindPathsRequest paths;
  ONWARD_RETURN_IF_ERROR(ReadTarget(request, paths));
  ONWARD_RETURN_IF_ERROR(ReadFilters(request, paths));
  ONWARD_RETURN_IF_ERROR(ReadBounds(request, paths));
  ONWARD_ASSIGN_OR_RETURN(Asked asked, AskedOf(env, request));
  paths.inventory = request.inventory();
  paths.as_of = asked.as_of;
  paths.law_known_at = asked.law_known_at;
  paths.freshness = std::move(asked.freshness);
  if (!request.cursor().empty()) {
    ONWARD_ASSIGN_OR_RETURN(
        const PageToken token,
        DecodePageToken(request.cursor(), asked.inventory, PathsQuestionOf(request), "cursor"));
    paths.cursor = token.position;
    // A question that was begun before midnight goes on with its day.
    paths.as_of = Date(token.as_of_days);
  }
  return paths;
}

void ToProto(const reach::DayGraph& graph, const reach::CarryingPath& in, v1::FoundPath* out) {
  const Snapshot& snapshot = graph.snapshot();
  const auto add_party = [&](uint32_t vertex) {
    const std::string id(snapshot.PartyId(graph.PartyOf(vertex)));
    out->add_parties(id);
    out->add_party_names(query::PartyName(snapshot, id));
  };
  add_party(graph.From(in.edges.front()));
  for (const uint32_t edge : in.edges) {
    out->add_flows(std::string(snapshot.FlowId(graph.FlowOf(edge))));
    add_party(graph.To(edge));
  }
  if (in.categories.all) {
    out->add_categories("ALL");
  }
  for (const std::string& category : in.categories.ids) {
    out->add_categories(category);
  }
  out->set_verdict(static_cast<v1::Verdict>(in.verdict));
  out->set_reason(static_cast<v1::VerdictReason>(in.reason));
  out->set_worst_flow(std::string(snapshot.FlowId(graph.FlowOf(in.worst_edge))));
  out->set_destination(in.destination);
}

v1::PathsLimit ToProto(reach::PathsLimit limit) {
  switch (limit) {
    case reach::PathsLimit::kNone:
      return v1::PATHS_LIMIT_UNSPECIFIED;
    case reach::PathsLimit::kPaths:
      return v1::PATHS_LIMIT_PATHS;
    case reach::PathsLimit::kSteps:
      return v1::PATHS_LIMIT_STEPS;
    case reach::PathsLimit::kMemory:
      return v1::PATHS_LIMIT_MEMORY;
  }
  return v1::PATHS_LIMIT_UNSPECIFIED;
}

v1::FindPathsResponse EndOf(const v1::FindPathsRequest& request,
                            const commands::FindPathsEnd& result) {
  v1::FindPathsResponse response;
  v1::PathsEnd* const end = response.mutable_end();
  end->set_truncated(result.end.limit != reach::PathsLimit::kNone);
  end->set_limit(ToProto(result.end.limit));
  end->set_steps(result.end.steps);
  end->set_longer_paths(result.end.longer_paths);
  if (result.next) {
    end->set_cursor(EncodePageToken(result.basis.inventory, PathsQuestionOf(request),
                                    {*result.next, result.basis.when->as_of.days()}));
  }
  return response;
}

}  // namespace

absl::Status DoFindPaths(const ServiceEnv& env, const v1::FindPathsRequest& request,
                         StreamWriter<v1::FindPathsResponse>& writer,
                         const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::FindPathsRequest paths, PathsOf(env, request));
  commands::PathsTaker taker;
  taker.start = [&](const commands::Basis& basis) {
    v1::FindPathsResponse response;
    ToProto(basis, response.mutable_stamp());
    return writer.Write(std::move(response));
  };
  taker.path = [&](const reach::DayGraph& graph, const reach::CarryingPath& path) {
    v1::FindPathsResponse response;
    ToProto(graph, path, response.mutable_path());
    return writer.Write(std::move(response));
  };
  ONWARD_ASSIGN_OR_RETURN(const commands::FindPathsEnd end,
                          commands::FindPaths(*env.engine, paths, call, taker));
  return writer.Write(EndOf(request, end));
}

}  // namespace onward::rpc
