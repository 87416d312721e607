#include "tests/scenarios/world.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"

namespace onward::scenarios {
namespace {

absl::Status ToStatus(const grpc::Status& status) {
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

}  // namespace

World::World(std::unique_ptr<services::OfflineService> service)
    : service_(std::move(service)),
      admin_(v1::Admin::NewStub(service_->channel())),
      inventory_(v1::Inventory::NewStub(service_->channel())),
      transfers_(v1::Transfers::NewStub(service_->channel())) {}

absl::StatusOr<std::unique_ptr<World>> World::Start() {
  absl::StatusOr<std::unique_ptr<services::OfflineService>> service = services::StartOffline();
  if (!service.ok()) {
    return service.status();
  }
  return std::unique_ptr<World>(new World(*std::move(service)));
}

absl::StatusOr<std::string> World::Create(const std::vector<v1::Record>& records) {
  v1::CreateInventoryRequest create;
  create.set_id(absl::StrCat("case-", ++created_));
  v1::CreateInventoryResponse inventory;
  grpc::ClientContext create_context;
  absl::Status status = ToStatus(admin_->CreateInventory(&create_context, create, &inventory));
  if (!status.ok()) {
    return status;
  }
  v1::ApplyRequest apply;
  apply.set_inventory(create.id());
  apply.set_request_id(create.id());
  for (const v1::Record& record : records) {
    *apply.add_mutations()->mutable_upsert() = record;
  }
  v1::ApplyResponse applied;
  grpc::ClientContext apply_context;
  status = ToStatus(inventory_->Apply(&apply_context, apply, &applied));
  if (!status.ok()) {
    return status;
  }
  return create.id();
}

absl::StatusOr<std::vector<v1::Transfer>> World::Transfers(const std::string& inventory,
                                                           const Moment& moment) {
  v1::ListTransfersRequest request;
  request.set_inventory(inventory);
  request.set_as_of(moment.date);
  request.set_law_known_at(moment.law_known_at);
  request.set_include_not_a_transfer(true);
  std::vector<v1::Transfer> all;
  do {
    v1::ListTransfersResponse response;
    grpc::ClientContext context;
    const absl::Status status = ToStatus(transfers_->ListTransfers(&context, request, &response));
    if (!status.ok()) {
      return status;
    }
    std::move(response.mutable_transfers()->begin(), response.mutable_transfers()->end(),
              std::back_inserter(all));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<v1::CheckAnswer> World::Check(const std::string& inventory,
                                             const ExpectedCheck& asked, const std::string& date) {
  v1::CheckRequest request;
  request.set_inventory(inventory);
  request.set_as_of(date);
  request.mutable_question()->set_from(asked.from);
  request.mutable_question()->set_to(asked.to);
  for (const std::string& category : asked.data_categories) {
    request.mutable_question()->add_data_categories(category);
  }
  v1::CheckResponse response;
  grpc::ClientContext context;
  ONWARD_RETURN_IF_ERROR(ToStatus(transfers_->Check(&context, request, &response)));
  return response.answer();
}

}  // namespace onward::scenarios
