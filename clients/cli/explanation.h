// The proof of a verdict as text that a lawyer can read.
#pragma once

#include <string>

#include "clients/cli/report.h"
#include "clients/cli/transfers.h"
#include "onward/v1/transfers_service.pb.h"

namespace onward::cli {

// Question, verdict, the three criteria, each destination with every mechanism tried, the steps over
// time, the evidence, what would make it pass.
void WriteExplanation(const v1::ExplainResponse& response, const PlaceNames& names,
                      const Style& style, Report& report);

// The parties and the day in one line: "Smartum → Salesforce (smartum-to-salesforce), as of 2020-12-09".
std::string ExplainedFlow(const v1::ExplainResponse& response, const Style& style);

}  // namespace onward::cli
