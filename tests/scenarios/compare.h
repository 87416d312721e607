// What a case expects of one date against what was answered.
#pragma once

#include <string>
#include <vector>

#include "onward/v1/verdict.pb.h"
#include "tests/scenarios/case_file.h"

namespace onward::scenarios {

// Every difference on that date, readable; empty: none. A flow that is expected and not answered is one,
// and, unless the case ignores others, a flow that is answered and not expected.
std::string Differences(const Case& scenario, const std::string& date,
                        const std::vector<v1::Transfer>& answered);

}  // namespace onward::scenarios
