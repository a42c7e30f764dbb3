#include "tests/bench/report_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace benchreport {
namespace {

constexpr double width = 640;
constexpr double height = 360;
constexpr double left = 64;
constexpr double right = 20;
constexpr double top = 44;
constexpr double bottom = 52;

// A coordinate or a label, rounded to a tenth, as short as possible.
std::string num(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.1f", value);
  std::string text = digits;
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

// Joins all parts. (GCC 12 gives false warnings about overlaps for chains of `"x" + string`.)
template <class... Parts>
std::string joined(const Parts&... parts) {
  std::string out;
  ((out += parts), ...);
  return out;
}

// name="value", with a blank before.
std::string attribute(const char* name, const std::string& value) {
  return joined(" ", name, "=\"", value, "\"");
}

std::string attribute(const char* name, double value) {
  return attribute(name, num(value));
}

// 1, 2 or 5 times a power of ten, such that at most six steps reach `top_value`.
double step_for(double top_value) {
  double step = std::pow(10.0, std::floor(std::log10(top_value / 5)));
  for (const double factor : {2.0, 2.5, 2.0}) {
    if (top_value / step <= 6) break;
    step *= factor;
  }
  return step;
}

class Canvas {
 public:
  explicit Canvas(const Plot& plot) : plot_(plot) {
    double y_top = 0;
    x_min_ = 1e12;
    for (const Series& series : plot.series) {
      for (const auto& [x, y] : series.points) {
        x_min_ = std::min(x_min_, x);
        x_max_ = std::max(x_max_, x);
        y_top = std::max(y_top, y);
      }
    }
    y_step_ = step_for(y_top > 0 ? y_top : 1);
    y_max_ = y_step_ * std::ceil(y_top / y_step_ * 1.05);
  }

  std::string draw() {
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" +
           attribute("viewBox", joined("0 0 ", num(width), " ", num(height))) +
           attribute("font-family", "sans-serif") + attribute("font-size", 13) + ">\n";
    out_ += "<rect" + attribute("width", width) + attribute("height", height) +
            attribute("fill", "#ffffff") + "/>\n";
    label(width / 2, 22, "middle", plot_.title, attribute("font-weight", "bold"));
    y_axis();
    x_axis();
    double key_x = left + 12;
    for (const Series& series : plot_.series) {
      line(series);
      label(key_x, top - 6, "start", joined("● ", series.name), attribute("fill", series.colour));
      key_x += 110;
    }
    return out_ + "</svg>\n";
  }

 private:
  [[nodiscard]] double x_at(double x) const {
    const double span = std::log(x_max_ / x_min_);
    return left + (span > 0 ? std::log(x / x_min_) / span : 0) * (width - left - right);
  }
  [[nodiscard]] double y_at(double y) const {
    return height - bottom - y / y_max_ * (height - top - bottom);
  }

  void label(double x, double y, const char* anchor, const std::string& words,
             const std::string& more = attribute("fill", "#333333")) {
    out_ += "<text" + attribute("x", x) + attribute("y", y) + attribute("text-anchor", anchor) +
            more + ">" + words + "</text>\n";
  }

  void y_axis() {
    for (double y = 0; y <= y_max_ * 1.001; y += y_step_) {
      const std::string grid = joined("M", num(left), " ", num(y_at(y)), "H", num(width - right));
      out_ += "<path" + attribute("d", grid) + attribute("stroke", "#dddddd") + "/>\n";
      label(left - 8, y_at(y) + 4, "end", mark(y));
    }
    label(14, height / 2, "middle", plot_.y_label,
          attribute("fill", "#333333") +
              attribute("transform", joined("rotate(-90 14 ", num(height / 2), ")")));
  }

  // Steps may be hundredths.
  static std::string mark(double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.4g", value);
    return digits;
  }

  void x_axis() {
    std::vector<double> marks;
    for (const Series& series : plot_.series) {
      for (const auto& point : series.points) marks.push_back(point.first);
    }
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    for (const double x : marks) label(x_at(x), height - bottom + 20, "middle", num(x));
    label(width / 2, height - 10, "middle", plot_.x_label);
  }

  void line(const Series& series) {
    std::string path;
    for (const auto& [x, y] : series.points) {
      path += joined(path.empty() ? "M" : "L", num(x_at(x)), " ", num(y_at(y)));
      out_ += "<circle" + attribute("cx", x_at(x)) + attribute("cy", y_at(y)) +
              attribute("r", 3.5) + attribute("fill", series.colour) + "/>\n";
    }
    out_ += "<path" + attribute("fill", "none") + attribute("stroke-width", 2) +
            attribute("stroke", series.colour) + attribute("d", path) + "/>\n";
  }

  const Plot& plot_;
  double x_min_ = 1;
  double x_max_ = 1;
  double y_max_ = 1;
  double y_step_ = 1;
  std::string out_;
};

}  // namespace

std::string svg(const Plot& plot) {
  return Canvas(plot).draw();
}

}  // namespace benchreport
