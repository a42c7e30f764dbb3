// A line plot as SVG: numbers in, text out. The x axis is logarithmic, for numbers of clients from
// ten to thousands; the y axis begins at zero, so that flat looks flat.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace benchreport {

struct Series {
  std::string name;
  std::string colour;
  std::vector<std::pair<double, double>> points;  // x > 0
};

struct Plot {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
};

/// The whole SVG document. Readable on light and dark pages: it brings its own background.
[[nodiscard]] std::string svg(const Plot& plot);

}  // namespace benchreport
