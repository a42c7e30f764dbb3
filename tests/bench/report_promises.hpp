// The project's promises about speed beside the measurements, and the calculations that tables and
// plots share.
#pragma once

#include "tests/bench/report_records.hpp"

#include <string>
#include <utility>
#include <vector>

namespace benchreport {

using Points = std::vector<std::pair<double, double>>;

/// One row per promise: target, figure, whether it was kept.
[[nodiscard]] std::string promises_table(const Results& results);

/// Number of clients → CPU per client and second in ms; medians, smallest number first.
[[nodiscard]] Points per_client(const Results& results, const char* experiment, const char* server);

/// Number of clients → KiB per client, from 30 clients on; below that, there is only noise.
[[nodiscard]] Points memory_per_client(const Results& results);

/// The memory that each client beyond the hundredth adds to a server, so that the memory at the
/// start does not count.
[[nodiscard]] Spread memory_beyond_hundred(const Results& results, const Results::Match& match);

/// The different values of a key in the matching records, in numerical order.
[[nodiscard]] std::vector<std::string> values(const Results& results, const Results::Match& match,
                                              const char* key);

/// The machine's load average at the start of each run.
[[nodiscard]] std::vector<double> loads(const Results& results);

/// The floor that receives as rarely as voiced may with many talkers, by its name in the records.
inline constexpr const char* seldom_floor = "floor-seldom";
/// The servers with TLS.
inline constexpr const char* tls_floor = "floor-tls";
inline constexpr const char* tls_voiced = "voiced-tls";

/// Whether in most of the runs, the search for the highest number ended because no higher one is
/// tried.
[[nodiscard]] bool ended_at_limit(const Results& results, const Results::Match& match);
/// The same for both floor and voiced: then their ratio says nothing.
[[nodiscard]] bool both_ended_at_limit(const Results& results, const Results::Match& match);

[[nodiscard]] std::string fixed(double value, int decimals);
/// "min / **median** / max", or one figure, or "–" if nothing was measured.
[[nodiscard]] std::string cell(const Spread& spread, int decimals);

}  // namespace benchreport
