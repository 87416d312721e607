// The service that scenarios are asked of: started once in this process, one inventory per case.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/record.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/offline.h"
#include "tests/scenarios/case_file.h"

namespace onward::scenarios {

class World {
 public:
  // One serves many cases. Stop it before the process ends: its libraries clean up behind themselves at exit.
  static absl::StatusOr<std::unique_ptr<World>> Start();

  // A new inventory with these records; its id. INVALID_ARGUMENT: the service refused them.
  absl::StatusOr<std::string> Create(const std::vector<v1::Record>& records);

  // Every entry, NOT_A_TRANSFER included. An empty `law_known_at`: all that the register knows.
  absl::StatusOr<std::vector<v1::Transfer>> Transfers(const std::string& inventory,
                                                      const Moment& moment);

  // What the gate answers.
  absl::StatusOr<v1::CheckAnswer> Check(const std::string& inventory, const ExpectedCheck& asked,
                                        const std::string& date);

 private:
  explicit World(std::unique_ptr<services::OfflineService> service);

  std::unique_ptr<services::OfflineService> service_;
  std::unique_ptr<v1::Admin::Stub> admin_;
  std::unique_ptr<v1::Inventory::Stub> inventory_;
  std::unique_ptr<v1::Transfers::Stub> transfers_;
  int created_ = 0;
};

}  // namespace onward::scenarios
