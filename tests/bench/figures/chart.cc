#include "tests/bench/figures/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace onward::bench {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 460;
constexpr double kLeft = 70;
constexpr double kRight = 250;
constexpr double kTop = 40;
constexpr double kBottom = 50;

// The powers of ten around some values, and where a value lies between them.
struct Axis {
  int low = 0;
  int high = 1;
  double from = 0;
  double to = 0;

  double At(double value) const {
    return from + (to - from) * (std::log10(value) - low) / (high - low);
  }
};

Axis AxisOf(const std::vector<double>& values, double from, double to) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  Axis axis{static_cast<int>(std::floor(std::log10(*least))),
            static_cast<int>(std::ceil(std::log10(*most))), from, to};
  axis.high = std::max(axis.high, axis.low + 1);
  return axis;
}

std::string Text(double x, double y, const char* anchor, const std::string& text) {
  return absl::StrFormat("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
                         text);
}

std::string Line(double x1, double y1, double x2, double y2) {
  return absl::StrFormat(
      "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2);
}

std::string Grid(const Axis& x, const Axis& y) {
  std::string svg;
  for (int power = x.low; power <= x.high; ++power) {
    const double at = x.At(std::pow(10, power));
    absl::StrAppend(&svg, Line(at, y.from, at, y.to),
                    Text(at, y.from + 18, "middle", absl::StrCat("1e", power)));
  }
  for (int power = y.low; power <= y.high; ++power) {
    const double at = y.At(std::pow(10, power));
    absl::StrAppend(&svg, Line(x.from, at, x.to, at),
                    Text(x.from - 8, at + 4, "end", absl::StrCat("1e", power)));
  }
  return svg;
}

using Points = std::vector<std::pair<double, double>>;

std::string Curve(const std::string& name, Points points, const char* colour, const Axis& x,
                  const Axis& y) {
  std::sort(points.begin(), points.end());
  std::string path;
  std::string svg;
  for (const auto& [flows, value] : points) {
    absl::StrAppendFormat(&path, "%s%.1f,%.1f", path.empty() ? "" : " ", x.At(flows), y.At(value));
    absl::StrAppendFormat(&svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
                          x.At(flows), y.At(value), colour);
  }
  absl::StrAppendFormat(&svg, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\"/>\n", path,
                        colour);
  absl::StrAppendFormat(&svg, "<text x=\"%.0f\" y=\"%.0f\" fill=\"%s\">%s</text>\n", x.to + 10,
                        y.At(points.back().second) + 4, colour, name);
  return svg;
}

}  // namespace

std::string GrowthChart(const std::vector<Figure>& figures) {
  constexpr std::array kColours = {"#1b6ca8", "#b8442e", "#3d7d3d", "#7a4ea3", "#8a6d00"};
  std::map<std::string, Points> curves;
  std::vector<double> sizes;
  std::vector<double> values;
  for (const Figure& figure : figures) {
    if (!figure.curve.empty() && figure.flows > 0 && figure.ours_value.median > 0) {
      curves[figure.curve].emplace_back(figure.flows, figure.ours_value.median);
      sizes.push_back(figure.flows);
      values.push_back(figure.ours_value.median);
    }
  }
  if (curves.empty()) {
    return "";
  }
  const Axis x = AxisOf(sizes, kLeft, kWidth - kRight);
  const Axis y = AxisOf(values, kHeight - kBottom, kTop);
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
      kWidth, kHeight);
  absl::StrAppend(&svg, Text(kLeft, 20, "start", "Cost against the number of flows"),
                  Text((x.from + x.to) / 2, kHeight - 12, "middle", "flows"), Grid(x, y));
  size_t number = 0;
  for (const auto& [name, points] : curves) {
    absl::StrAppend(&svg, Curve(name, points, kColours.at(number++ % kColours.size()), x, y));
  }
  return svg + "</svg>\n";
}

}  // namespace onward::bench
