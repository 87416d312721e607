// What a case expects of one date against what was answered.
#pragma once

#include <string>
#include <vector>

#include "onward/v1/transfers_service.pb.h"
#include "onward/v1/verdict.pb.h"
#include "tests/scenarios/case_file.h"

namespace onward::scenarios {

// COVERED ADEQUACY adq-CH-2000-518, with - for no mechanism.
std::string Summary(v1::Verdict verdict, v1::VerdictReason reason, const std::string& mechanism);

// Every difference at that moment, readable; empty: none. A flow that is expected and not answered is one,
// and, unless the case ignores others, a flow that is answered and not expected.
std::string Differences(const Case& scenario, const Moment& moment,
                        const std::vector<v1::Transfer>& answered);

// The same of what the gate answered on that day; empty also where the case says nothing of the day.
std::string Difference(const ExpectedCheck& expected, const std::string& date,
                       const v1::CheckAnswer& answered);

}  // namespace onward::scenarios
