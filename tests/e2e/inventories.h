// The inventories of tests/inventories, asked through the command line.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/e2e/process.h"

namespace onward::e2e {

using Json = nlohmann::json;

inline std::string InventoryPath(const std::string& name) {
  return (std::filesystem::path(ONWARD_INVENTORIES) / name).string();
}

inline std::vector<std::string> SmartumWhatIf() {
  return {InventoryPath("004-smartum/parties.yaml"), InventoryPath("004-smartum/activities.yaml"),
          InventoryPath("004-smartum/flows.yaml"), InventoryPath("../what-ifs/smartum-dpf.yaml")};
}

// `onward assess ... -o json`; an empty date: today. `exit_code` is what is expected.
inline Json Assess(const std::vector<std::string>& manifests, const std::string& as_of,
                   int exit_code, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"assess", "-o", "json"};
  for (const std::string& manifest : manifests) {
    arguments.insert(arguments.end(), {"-f", manifest});
  }
  if (!as_of.empty()) {
    arguments.insert(arguments.end(), {"--as-of", as_of});
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = RunOnward(arguments);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err << outcome.out;
  Json answer = Json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(answer.is_discarded()) << outcome.out << outcome.err;
  return answer.is_discarded() ? Json::object() : answer;
}

// `VERDICT REASON mechanism` of a flow's one entry; "-" for no mechanism.
inline std::string VerdictOf(const Json& answer, const std::string& flow) {
  std::string found;
  for (const Json& transfer : answer.value("transfers", Json::array())) {
    if (transfer.value("flow", "") == flow) {
      const std::string mechanism = transfer.value("mechanism", "");
      found += (found.empty() ? "" : "; ") + transfer.value("verdict", "") + " " +
               transfer.value("reason", "") + " " + (mechanism.empty() ? "-" : mechanism);
    }
  }
  return found.empty() ? "not listed" : found;
}

inline int CountVerdict(const Json& answer, const std::string& verdict) {
  const Json transfers = answer.value("transfers", Json::array());
  return static_cast<int>(std::count_if(
      transfers.begin(), transfers.end(),
      [&verdict](const Json& transfer) { return transfer.value("verdict", "") == verdict; }));
}

}  // namespace onward::e2e
