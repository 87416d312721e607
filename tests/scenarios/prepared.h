// A case ready to be judged under any register, without a service: built once, asked often.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/law/register.h"
#include "graph/query/judgements.h"
#include "graph/snapshot.h"
#include "onward/v1/verdict.pb.h"
#include "tests/scenarios/case_file.h"

namespace onward::scenarios {

// Immutable. The records are those of the case; nothing but the law changes.
class Prepared {
 public:
  // INVALID_ARGUMENT: the file or a record cannot be read.
  static absl::StatusOr<Prepared> Read(const std::string& path);

  const Case& scenario() const { return case_; }
  const std::vector<Moment>& moments() const { return moments_; }
  const Snapshot& snapshot() const { return *snapshot_; }
  // What its answers can depend on: places and instruments that its records name.
  bool Names(const std::string& code_or_instrument) const {
    return named_.contains(code_or_instrument);
  }

  // Every answer at that moment, with the fields that a case compares.
  std::vector<v1::Transfer> Answers(const law::RegisterPtr& law, const Moment& moment) const;
  // Whether every answer at that moment is the expected one.
  bool Holds(const law::RegisterPtr& law, const Moment& moment) const;

 private:
  Prepared() = default;

  Case case_;
  std::vector<Moment> moments_;
  SnapshotPtr snapshot_;
  std::set<std::string> named_;
};

// Every case of the folder. INVALID_ARGUMENT: the first that cannot be read.
absl::StatusOr<std::vector<Prepared>> ReadAll(const std::string& folder);

}  // namespace onward::scenarios
