// Rows of cells under titles, laid out for a terminal's width: what does not fit is first cut where
// that does no harm, then left out, the least important column first. Text in, lines out.
#pragma once

#include "common/terminal/columns.hpp"

#include <string>
#include <vector>

namespace voice::terminal {

struct Column {
  std::string title;
  Align align = Align::left;
  std::size_t columns_usual = 0;  // at least so wide: a live table is not to jump about
  std::size_t columns_min = 0;    // may be cut down to this; 0: is never cut
  int rank = 0;                   // too narrow a terminal goes without the highest; 0: stays
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell for each column; clean text (voice::printable).
  void add(std::vector<std::string> cells);

  /// The titles and one line for each row, none wider than `width`; 0: as wide as it takes.
  [[nodiscard]] std::vector<std::string> lines(std::size_t width) const;

 private:
  struct Place {
    std::size_t column;
    std::size_t columns;
  };
  [[nodiscard]] std::vector<Place> layout(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace voice::terminal
