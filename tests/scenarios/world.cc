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

absl::StatusOr<World*> World::Get() {
  static absl::StatusOr<std::unique_ptr<World>> world =
      []() -> absl::StatusOr<std::unique_ptr<World>> {
    absl::StatusOr<std::unique_ptr<services::OfflineService>> service = services::StartOffline();
    if (!service.ok()) {
      return service.status();
    }
    return std::unique_ptr<World>(new World(*std::move(service)));
  }();
  if (!world.ok()) {
    return world.status();
  }
  return world->get();
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
                                                           const std::string& as_of,
                                                           const std::string& law_known_at) {
  v1::ListTransfersRequest request;
  request.set_inventory(inventory);
  request.set_as_of(as_of);
  request.set_law_known_at(law_known_at);
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

}  // namespace onward::scenarios
