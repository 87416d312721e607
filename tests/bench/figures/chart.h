// How cost grows with the number of flows, as a picture.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/figures/figures.h"

namespace onward::bench {

// Scalable Vector Graphics, both axes logarithmic: a line for each curve that the figures name, a point for each of them.
// Empty where none names one.
std::string GrowthChart(const std::vector<Figure>& figures);

}  // namespace onward::bench
