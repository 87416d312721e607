// What a client calls. For the .cc files of this folder only.
#pragma once

#include <memory>

#include "clients/cpp/client.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/law_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"

namespace onward::client {

struct Client::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::ChannelInterface>& a_channel)
      : channel(a_channel),
        inventory(a_channel),
        transfers(a_channel),
        law(a_channel),
        admin(a_channel) {}

  std::shared_ptr<grpc::ChannelInterface> channel;
  v1::Inventory::Stub inventory;
  v1::Transfers::Stub transfers;
  v1::Law::Stub law;
  v1::Admin::Stub admin;
};

}  // namespace onward::client
