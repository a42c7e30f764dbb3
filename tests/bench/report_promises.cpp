#include "tests/bench/report_promises.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace benchreport {
namespace {

enum class Bound { at_most, at_least };

class Table {
 public:
  void row(const std::string& promise, Bound bound, double target, const Spread& figure,
           int decimals, const std::string& unit = "") {
    if (figure.runs == 0) return;
    const bool held = bound == Bound::at_most ? figure.median <= target : figure.median >= target;
    rows_ += "| " + promise + " | " + (bound == Bound::at_most ? "≤ " : "≥ ") +
             fixed(target, decimals) + unit + " | " + cell(figure, decimals) + unit + " | " +
             (held ? "yes" : "**no**") + " |\n";
  }

  // For a promise that these runs cannot test.
  void undecided(const std::string& promise, const std::string& target, const std::string& why) {
    rows_ += "| " + promise + " | " + target + " | " + why + " | not decided |\n";
  }

  [[nodiscard]] std::string text() const {
    return "| Promise | Target | Measured | Holds |\n|---|--:|--:|---|\n" + rows_;
  }

 private:
  std::string rows_;
};

void cost_rows(Table& table, const Results& results) {
  struct Case {
    const char* clients;
    const char* talkers;
    const char* rate;
  };
  for (const Case& one :
       {Case{"100", "100", "8000"}, Case{"1000", "1000", "8000"}, Case{"1800", "1800", "8000"},
        Case{"100", "3", "8000"}, Case{"1000", "3", "8000"}, Case{"1800", "3", "8000"},
        Case{"1000", "1000", "44100"}}) {
    const bool all = std::string(one.clients) == one.talkers;
    table.row(std::string("CPU beside `floor`: ") + one.clients + " clients, " +
                  (all ? "all" : one.talkers) + " talking, " + one.rate + " Hz",
              Bound::at_most, 1.10,
              results.ratio({{"experiment", "cost"},
                             {"clients", one.clients},
                             {"talkers", one.talkers},
                             {"rate_hz", one.rate}},
                            "server_us_per_client_tick"),
              2);
  }
}

void latency_rows(Table& table, const Results& results) {
  const Results::Match small{{"experiment", "latency"}, {"clients", "10"}};
  const Results::Match large{{"experiment", "latency"}, {"clients", "1000"}};
  table.row("Latency inside, 10 clients, p50", Bound::at_most, 11,
            results.of(small, "latency_p50_ms"), 1, " ms");
  table.row("Latency inside, 10 clients, p99", Bound::at_most, 21,
            results.of(small, "latency_p99_ms"), 1, " ms");
  table.row("Latency inside, 1000 clients, p99", Bound::at_most, 25,
            results.of(large, "latency_p99_ms"), 1, " ms");
}

// Where the search for the highest number ends.
double most_tried(const Results& results, const Results::Match& match) {
  constexpr double before_it_was_recorded = 4000;
  const double most = results.of(match, "most").median;
  return most > 0 ? most : before_it_was_recorded;
}

void highest_row(Table& table, const Results& results, const char* talkers) {
  const Results::Match match{{"experiment", "highest"}, {"talkers", talkers}};
  const std::string promise = std::string("Most clients in real time beside `floor`: ") +
                              (*talkers == '0' ? "all" : talkers) + " talking";
  if (both_ended_at_limit(results, match)) {
    table.undecided(promise, "≥ 0.95", "both at least " + fixed(most_tried(results, match), 0));
  } else {
    table.row(promise, Bound::at_least, 0.95, results.ratio(match, "clients"), 2);
  }
}

void slow_row(Table& table, const Results& results) {
  const Results::Match match{{"experiment", "slow"}};
  const std::string promise = "p99 gap of 900 clients beside 100 that never read";
  const Spread gap = results.of(match, "gap_p99_ms");
  if (gap.runs != 0 && results.of(match, "outbox_dropped").median == 0) {
    table.undecided(promise, "≤ 30.0 ms", "no outbox was full: " + cell(gap, 1) + " ms");
  } else {
    table.row(promise, Bound::at_most, 30, gap, 1, " ms");
  }
}

void tls_rows(Table& table, const Results& results) {
  for (const auto& [clients, talkers] :
       {std::pair{"100", "100"}, std::pair{"1000", "1000"}, std::pair{"1000", "3"}}) {
    const Results::Match match{{"experiment", "tls"}, {"clients", clients}, {"talkers", talkers}};
    const std::string setting = std::string(clients) + " clients, " +
                                (std::string(clients) == talkers ? "all" : talkers) + " talking";
    const char* const key = "server_us_per_client_tick";
    table.row("CPU of TLS beside a floor that speaks TLS: " + setting, Bound::at_most, 1.15,
              results.ratio(match, key, tls_floor, tls_voiced), 2);
    table.row("CPU of TLS beside plain: " + setting, Bound::at_most, 1.8,
              results.ratio(match, key, "voiced", tls_voiced), 2);
  }
  table.row("Memory per TLS client beyond 100 clients", Bound::at_most, 16,
            memory_beyond_hundred(results, {{"experiment", "tls"}, {"server", tls_voiced}}), 1,
            " KiB");
  table.row("Frames lost by 500 that talk over TLS beside handshakes", Bound::at_most, 0,
            results.of({{"experiment", "handshakes"}}, "frames_missing"), 0);
}

}  // namespace

Spread memory_beyond_hundred(const Results& results, const Results::Match& match) {
  double base_kib = 0;
  std::vector<double> slopes;
  for (const std::string& clients : values(results, match, "clients")) {
    Results::Match one = match;
    one["clients"] = clients;
    const double count = std::strtod(clients.c_str(), nullptr);
    if (count == 100) base_kib = results.of(one, "server_rss_kib").median;
    if (count <= 100 || base_kib <= 0) continue;
    for (const Record& record : results.select(one)) {
      slopes.push_back((number(record, "server_rss_kib") - base_kib) / (count - 100));
    }
  }
  return spread(slopes);
}

std::string promises_table(const Results& results) {
  Table table;
  cost_rows(table, results);
  for (const char* talkers : {"0", "3"}) highest_row(table, results, talkers);
  table.row("Memory per client beyond 100 clients", Bound::at_most, 4,
            memory_beyond_hundred(results, {{"experiment", "scaling"}, {"server", "voiced"}}), 1,
            " KiB");
  tls_rows(table, results);
  table.row("Memory while idle", Bound::at_most, 8192,
            results.of({{"experiment", "idle"}}, "rss_kib"), 0, " KiB");
  table.row("From exec to listening", Bound::at_most, 30,
            results.of({{"experiment", "idle"}}, "start_ms"), 1, " ms");
  latency_rows(table, results);
  slow_row(table, results);
  return table.text();
}

bool ended_at_limit(const Results& results, const Results::Match& match) {
  const Spread found = results.of(match, "clients");
  return found.runs != 0 && found.median >= most_tried(results, match);
}

bool both_ended_at_limit(const Results& results, const Results::Match& match) {
  Results::Match floor = match;
  floor["server"] = "floor";
  Results::Match voiced = match;
  voiced["server"] = "voiced";
  return ended_at_limit(results, floor) && ended_at_limit(results, voiced);
}

Points per_client(const Results& results, const char* experiment, const char* server) {
  Points points;
  Results::Match match{{"experiment", experiment}, {"server", server}};
  for (const std::string& clients : values(results, match, "clients")) {
    Results::Match one = match;
    one["clients"] = clients;
    // 50 ticks a second, 1000 µs a millisecond.
    points.emplace_back(std::strtod(clients.c_str(), nullptr),
                        results.of(one, "server_us_per_client_tick").median * 50 / 1000);
  }
  return points;
}

Points memory_per_client(const Results& results) {
  Points points;
  Results::Match match{{"experiment", "scaling"}, {"server", "voiced"}};
  for (const std::string& clients : values(results, match, "clients")) {
    Results::Match one = match;
    one["clients"] = clients;
    const double count = std::strtod(clients.c_str(), nullptr);
    if (count >= 30)
      points.emplace_back(count, results.of(one, "server_rss_per_client_kib").median);
  }
  return points;
}

std::vector<std::string> values(const Results& results, const Results::Match& match,
                                const char* key) {
  std::vector<std::string> found;
  for (const Record& record : results.select(match)) found.push_back(text(record, key));
  std::sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
    return std::strtod(a.c_str(), nullptr) < std::strtod(b.c_str(), nullptr);
  });
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<double> loads(const Results& results) {
  std::vector<double> found;
  for (const Record& record : results.select({})) {
    if (record.contains("load")) found.push_back(number(record, "load"));
  }
  return found;
}

std::string fixed(double value, int decimals) {
  char digits[48];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
  return digits;
}

std::string cell(const Spread& spread, int decimals) {
  if (spread.runs == 0) return "–";
  if (spread.runs == 1) return fixed(spread.median, decimals);
  return fixed(spread.min, decimals) + " / **" + fixed(spread.median, decimals) + "** / " +
         fixed(spread.max, decimals);
}

}  // namespace benchreport
