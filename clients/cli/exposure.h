// Whom data reach outside the EEA: fetched whole, and shown in every format.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct ExposureList {
  v1::AnswerStamp stamp;
  // The party or activity that was asked about; both empty: all origins.
  std::string origin;
  std::string activity;
  // In order of origin, recipient and destination.
  std::vector<v1::ExposedRecipient> recipients;
  v1::VerdictCounts summary;
  uint64_t origins = 0;
};

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<ExposureList> FetchExposure(client::Client& client, v1::ExposureRequest request);

// Names of the exporter and importer of flows, for people.
using FlowNames = std::map<std::string, std::pair<std::string, std::string>>;

// Of the flows in the witnesses of the list; without those that cannot be had, and none beyond a thousand.
FlowNames FetchFlowNames(client::Client& client, const std::string& inventory,
                         const ExposureList& list);

// The list in every format.
Answer ExposureAnswer(const ExposureList& list, const FlowNames& names, const Style& style,
                      size_t width);

}  // namespace onward::cli
