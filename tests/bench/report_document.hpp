// Turns the results into docs/benchmarks.md and its plots. What was not measured is left out.
#pragma once

#include "tests/bench/report_plot.hpp"
#include "tests/bench/report_records.hpp"

#include <string>
#include <vector>

namespace benchreport {

[[nodiscard]] std::string document(const Results& results);

struct NamedPlot {
  std::string file;  // in the folder `benchmarks/` beside the document
  Plot plot;
};

[[nodiscard]] std::vector<NamedPlot> plots(const Results& results);

}  // namespace benchreport
