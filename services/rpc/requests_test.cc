// What every request of the contract has, found in the descriptors: a state to answer from.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <map>
#include <set>
#include <string>

#include "onward/v1/admin_service.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "onward/v1/law_service.pb.h"
#include "onward/v1/transfers_service.pb.h"

namespace onward::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Requests that name an inventory and still take no Consistency, each with the reason.
const std::map<std::string, std::string>& Exceptions() {
  static const std::map<std::string, std::string> kExceptions = {
      {"ApplyRequest", "writes on the head"},
      {"RevertRequest", "writes on the head, and names the revision it goes back to"},
      {"CompactHistoryRequest", "writes on the head, and names the revision it keeps"},
      {"EraseContactsRequest", "writes on the head, and names the revision of its positions"},
      {"HistoryRequest", "lists revisions, which never change; its token holds the head"},
      {"DiffRequest", "names both of its revisions"},
      {"WatchRequest", "names the revision it begins at"},
      {"VerifyAuditRequest", "goes through the chain as a whole"},
      {"ListAuditEntriesRequest", "names its revisions; entries never change"},
      {"GetCheckpointRequest", "is of the head, which it names"},
      {"ProveEntryRequest", "names its revision"},
      {"ExportInventoryRequest", "takes the whole history, up to the head that the file names"},
      {"ImportInventoryRequest", "makes an inventory that is not there yet"}};
  return kExceptions;
}

bool HasInventory(const Descriptor& request) {
  return request.FindFieldByName("inventory") != nullptr;
}

bool HasConsistency(const Descriptor& request) {
  const FieldDescriptor* const field = request.FindFieldByName("consistency");
  return field != nullptr && field->message_type() != nullptr &&
         field->message_type()->full_name() == "onward.v1.Consistency";
}

std::set<const Descriptor*> Requests() {
  std::set<const Descriptor*> requests;
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetRequest::descriptor()->file(), v1::CheckRequest::descriptor()->file(),
        v1::StatsRequest::descriptor()->file(), v1::ListDecisionsRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        requests.insert(file->service(s)->method(m)->input_type());
      }
    }
  }
  return requests;
}

TEST(RequestsTest, EveryReadAndQuestionOfAnInventoryMayNameItsRevision) {
  int asked = 0;
  for (const Descriptor* request : Requests()) {
    if (!HasInventory(*request)) {
      continue;
    }
    const bool excepted = Exceptions().count(request->name()) > 0;
    EXPECT_NE(HasConsistency(*request), excepted) << request->full_name();
    asked += excepted ? 0 : 1;
  }
  EXPECT_GT(asked, 15);
}

TEST(RequestsTest, AConsistencyHasFourModes) {
  const google::protobuf::OneofDescriptor* const modes =
      v1::Consistency::descriptor()->FindOneofByName("requirement");
  ASSERT_NE(modes, nullptr);
  std::set<std::string> names;
  for (int i = 0; i < modes->field_count(); ++i) {
    names.insert(modes->field(i)->name());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("at_least_as_fresh", "at_revision", "fully_consistent",
                                            "minimize_latency"));
}

TEST(RequestsTest, EveryWriteToAnInventoryHasARequestId) {
  for (const Descriptor* request :
       {v1::ApplyRequest::descriptor(), v1::RevertRequest::descriptor()}) {
    EXPECT_NE(request->FindFieldByName("request_id"), nullptr) << request->full_name();
  }
}

}  // namespace
}  // namespace onward::rpc
