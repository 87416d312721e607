// Answers of the commands as messages of the contract, and requests as what the commands take.
#pragma once

#include <vector>

#include "graph/query/changes.h"
#include "graph/query/check.h"
#include "graph/query/explain.h"
#include "graph/query/transfers.h"
#include "onward/v1/admin_service.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "onward/v1/transfers_service.pb.h"
#include "services/commands/engine.h"

namespace onward::rpc {

// Reads mutations; what cannot be read becomes a violation with its path, and an empty mutation stands
// in its place so that the numbers stay those of the request. `list` is the path of the list.
std::vector<model::Mutation> MutationsOf(const google::protobuf::RepeatedPtrField<v1::Mutation>& in,
                                         const char* list, model::Violations& violations);
query::CheckQuestion QuestionFrom(const v1::CheckQuestion& in);
// `verdicts` must have been checked to be known numbers.
query::TransferFilter FilterOf(const v1::ListTransfersRequest& in);

// The stamp names the law that the answer was made from.
void ToProto(const commands::Basis& in, v1::AnswerStamp* out);
void ToProto(std::chrono::system_clock::time_point in, google::protobuf::Timestamp* out);
void ToProto(const model::RecordRef& in, v1::RecordRef* out);
void ToProto(const storage::Erasure& in, v1::ContactErasure* out);
void ToProto(const storage::RevisionInfo& in, v1::Revision* out);
void ToProto(const storage::InventoryHead& in, v1::InventoryInfo* out);
void ToProto(const query::VerdictChange& in, v1::VerdictChange* out);
void ToProto(const query::CheckAnswer& in, v1::CheckAnswer* out);
void ToProto(const query::VerdictStep& in, v1::NextChange* out);
void ToProto(const query::TransferRow& in, v1::Transfer* out);
void ToProto(const query::VerdictCounts& in, v1::VerdictCounts* out);
void ToProto(const query::Explanation& in, v1::Explanation* out);

}  // namespace onward::rpc
