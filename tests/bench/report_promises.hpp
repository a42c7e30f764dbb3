// What the project promises about speed, beside what was measured; and the small sums that tables
// and plots share.
#pragma once

#include "tests/bench/report_records.hpp"

#include <string>
#include <utility>
#include <vector>

namespace benchreport {

using Points = std::vector<std::pair<double, double>>;

/// One row per promise: target, figure, whether it held.
[[nodiscard]] std::string promises_table(const Results& results);

/// Number of clients → CPU per client and second in ms; medians, smallest number first.
[[nodiscard]] Points per_client(const Results& results, const char* experiment, const char* server);

/// Number of clients → KiB per client; from 30 on, below that it is only noise.
[[nodiscard]] Points memory_per_client(const Results& results);

/// What each client beyond the hundredth adds to the memory of a server, so that what starting
/// costs is not counted.
[[nodiscard]] Spread memory_beyond_hundred(const Results& results, const Results::Match& match);

/// The different values of a key among the matching records, in order of number.
[[nodiscard]] std::vector<std::string> values(const Results& results, const Results::Match& match,
                                              const char* key);

/// The machine's load average at the start of each run.
[[nodiscard]] std::vector<double> loads(const Results& results);

/// The floor that receives as rarely as voiced may in a crowd, as records name it.
inline constexpr const char* seldom_floor = "floor-seldom";
/// Those that speak TLS.
inline constexpr const char* tls_floor = "floor-tls";
inline constexpr const char* tls_voiced = "voiced-tls";

/// The search for the highest number ended because nothing higher is tried, in most of the runs.
[[nodiscard]] bool ended_at_limit(const Results& results, const Results::Match& match);
/// Of floor and of voiced: then their ratio says nothing.
[[nodiscard]] bool both_ended_at_limit(const Results& results, const Results::Match& match);

[[nodiscard]] std::string fixed(double value, int decimals);
/// "min / **median** / max", or one figure, or "–" when nothing was measured.
[[nodiscard]] std::string cell(const Spread& spread, int decimals);

}  // namespace benchreport
