#include "common/terminal/meter.hpp"

#include <algorithm>
#include <cmath>

namespace voice::terminal {
namespace {

constexpr int level_cells = 8;
constexpr double db_per_cell = 6.0;
constexpr int jitter_cells = 6;

std::string bar(int filled, int cells) {
  const auto count = static_cast<std::size_t>(std::clamp(filled, 0, cells));
  return std::string(count, '#') + std::string(static_cast<std::size_t>(cells) - count, ' ');
}

}  // namespace

std::string level_bar(double dbfs) {
  const int filled = static_cast<int>(std::lround(level_cells + dbfs / db_per_cell));
  return '[' + bar(filled, level_cells) + ']';
}

std::string jitter_bar(int fill_packets, int depth_packets) {
  const int depth = std::max(depth_packets, 1);
  // Rounded up: one packet in a deep buffer is not nothing.
  std::string cells = bar((fill_packets * jitter_cells + depth - 1) / depth, jitter_cells);
  const int target = (depth / 2) * jitter_cells / depth;
  cells[static_cast<std::size_t>(target)] = '|';
  return '[' + cells + ']';
}

std::string level_text(double dbfs) {
  const std::string number = std::to_string(std::lround(std::clamp(dbfs, -99.0, 0.0)));
  return std::string(3 - std::min<std::size_t>(number.size(), 3), ' ') + number + " dB";
}

}  // namespace voice::terminal
