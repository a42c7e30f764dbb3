#include "common/terminal/table.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voice::terminal {
namespace {

constexpr std::size_t gap_columns = 2;

}  // namespace

void Table::add(std::vector<std::string> cells) {
  VOICE_ASSERT(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<Table::Place> Table::layout(std::size_t width) const {
  std::vector<Place> places;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = std::max(columns_of(columns_[i].title), columns_[i].columns_usual);
    for (const auto& row : rows_) widest = std::max(widest, columns_of(row[i]));
    places.push_back({i, widest});
  }
  while (width != 0) {
    std::size_t total = gap_columns * (places.size() - 1);
    std::size_t spare = 0;  // what cutting can give
    for (const Place& place : places) {
      total += place.columns;
      const std::size_t least = columns_[place.column].columns_min;
      if (least != 0 && place.columns > least) spare += place.columns - least;
    }
    if (total <= width) break;
    std::size_t missing = total - width;
    const auto least_wanted =
        std::max_element(places.begin(), places.end(), [&](const Place& a, const Place& b) {
          return columns_[a.column].rank < columns_[b.column].rank;
        });
    if (missing > spare && columns_[least_wanted->column].rank > 0) {
      places.erase(least_wanted);
      continue;
    }
    for (Place& place : places) {
      const std::size_t least = columns_[place.column].columns_min;
      if (least == 0 || place.columns <= least) continue;
      const std::size_t cut = std::min(missing, place.columns - least);
      place.columns -= cut;
      missing -= cut;
    }
    break;
  }
  return places;
}

std::vector<std::string> Table::lines(std::size_t width) const {
  const auto places = layout(width);
  const auto line_of = [&](const auto& cell_of) {
    std::string line;
    for (const Place& place : places) {
      if (!line.empty()) line.append(gap_columns, ' ');
      line += fitted(cell_of(place.column), place.columns, columns_[place.column].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return width == 0 ? line : std::string{beginning_of(line, width)};
  };
  std::vector<std::string> lines{line_of([&](std::size_t i) { return columns_[i].title; })};
  for (const auto& row : rows_) {
    lines.push_back(line_of([&](std::size_t i) { return row[i]; }));
  }
  return lines;
}

}  // namespace voice::terminal
