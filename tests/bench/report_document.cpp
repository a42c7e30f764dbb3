#include "tests/bench/report_document.hpp"

#include "tests/bench/report_promises.hpp"
#include "tests/bench/report_text.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace benchreport {
namespace {

// The same, with the cost of a floor that reads as rarely as voiced may.
std::string of_three(const Results& results, const Results::Match& match, const char* key) {
  Results::Match seldom = match;
  seldom["server"] = seldom_floor;
  Results::Match floor = match;
  floor["server"] = "floor";
  Results::Match voiced = match;
  voiced["server"] = "voiced";
  return cell(results.of(floor, key), 2) + " | " + cell(results.of(seldom, key), 2) + " | " +
         cell(results.of(voiced, key), 2);
}

std::string of_floor_and_voiced(const Results& results, const Results::Match& match,
                                const char* key) {
  Results::Match floor = match;
  floor["server"] = "floor";
  Results::Match voiced = match;
  voiced["server"] = "voiced";
  return cell(results.of(floor, key), 2) + " | " + cell(results.of(voiced, key), 2);
}

std::string machine(const Results& results) {
  const auto records = results.select({{"experiment", "machine"}});
  if (records.empty()) return "";
  const Record& record = records.back();
  std::string out = "| | |\n|---|---|\n";
  const auto row = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string("| ") + name + " | " + value + " |\n";
  };
  row("Processor", text(record, "cpu") + ", " + text(record, "cores") + " cores seen" +
                       (text(record, "virtual") == "yes" ? ", a virtual machine" : ""));
  row("Memory", text(record, "memory_gib") + " GiB");
  row("Kernel", text(record, "kernel") + ", TCP congestion control " + text(record, "congestion"));
  row("Compiler", text(record, "compiler") + ", preset `release`");
  row("Version", text(record, "voiced"));
  row("Log of voiced", text(record, "log") == "info" ? "level `info`, as by default, into a file"
                                                     : "off (`--log-level off`)");
  row("Priority of server and clients", text(record, "priority"));
  row("Load average while measuring (min / median / max)", cell(spread(loads(results)), 1));
  row("Extent", "`./bench.sh" + std::string(text(record, "mode") == "quick" ? " --quick`" : "`") +
                    ", " + text(record, "date"));
  return out;
}

// The settings (clients, talkers, rate) that occur in an experiment, smallest first.
std::set<std::vector<int>> settings(const Results& results, const char* experiment) {
  std::set<std::vector<int>> found;
  for (const Record& record : results.select({{"experiment", experiment}})) {
    const auto whole = [&](const char* key) { return static_cast<int>(number(record, key)); };
    found.insert(
        {whole("rate_hz"), whole("talkers") == whole("clients") ? 1 : 0, whole("clients")});
  }
  return found;
}

std::string cost_table(const Results& results, const char* experiment) {
  std::string out =
      "| Clients | Talking | Rate | `floor`, µs | reading rarely, µs | voiced, µs | Ratio to "
      "`floor` | to one reading rarely | p99 gap `floor`, ms | voiced, ms |\n"
      "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const auto& setting : settings(results, experiment)) {
    const Results::Match base{{"experiment", experiment},
                              {"rate_hz", std::to_string(setting[0])},
                              {"clients", std::to_string(setting[2])}};
    for (const std::string& talkers : values(results, base, "talkers")) {
      if ((talkers == base.at("clients")) != (setting[1] == 1)) continue;
      Results::Match match = base;
      match["talkers"] = talkers;
      out += "| " + base.at("clients") + " | " + (setting[1] == 1 ? "all" : talkers) + " | " +
             std::to_string(setting[0]) + " | " +
             of_three(results, match, "server_us_per_client_tick") + " | " +
             cell(results.ratio(match, "server_us_per_client_tick"), 2) + " | " +
             cell(results.ratio(match, "server_us_per_client_tick", seldom_floor), 2) + " | " +
             of_floor_and_voiced(results, match, "gap_p99_ms") + " |\n";
    }
  }
  return out;
}

std::string tls_table(const Results& results) {
  std::string out =
      "| Clients | Talking | `floor` with TLS, µs | voiced, plain, µs | voiced, TLS, µs | Ratio to "
      "that `floor` | to plain | p99 gap, TLS, ms |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  const char* const key = "server_us_per_client_tick";
  for (const auto& setting : settings(results, "tls")) {
    const std::string clients = std::to_string(setting[2]);
    const Results::Match base{{"experiment", "tls"}, {"clients", clients}};
    for (const std::string& talkers : values(results, base, "talkers")) {
      if ((talkers == clients) != (setting[1] == 1)) continue;
      const auto match = [&](const char* server) {
        return Results::Match{
            {"experiment", "tls"}, {"clients", clients}, {"talkers", talkers}, {"server", server}};
      };
      Results::Match all = match("");
      all.erase("server");
      out += "| " + clients + " | " + (talkers == clients ? "all" : talkers) + " | " +
             cell(results.of(match(tls_floor), key), 2) + " | " +
             cell(results.of(match("voiced"), key), 2) + " | " +
             cell(results.of(match(tls_voiced), key), 2) + " | " +
             cell(results.ratio(all, key, tls_floor, tls_voiced), 2) + " | " +
             cell(results.ratio(all, key, "voiced", tls_voiced), 2) + " | " +
             cell(results.of(match(tls_voiced), "gap_p99_ms"), 2) + " |\n";
    }
  }
  return out + "\n| Memory per client beyond 100 clients | KiB |\n|---|--:|\n| plain | " +
         cell(memory_beyond_hundred(results, {{"experiment", "tls"}, {"server", "voiced"}}), 1) +
         " |\n| TLS | " +
         cell(memory_beyond_hundred(results, {{"experiment", "tls"}, {"server", tls_voiced}}), 1) +
         " |\n";
}

std::string handshakes_table(const Results& results) {
  const Results::Match match{{"experiment", "handshakes"}};
  const auto figure = [&](const char* name, const char* key, int decimals) {
    return std::string("| ") + name + " | " + cell(results.of(match, key), decimals) + " |\n";
  };
  return "| Beside 500 that talk over TLS | |\n|---|--:|\n" +
         figure("handshakes a second", "handshakes_per_second", 0) +
         figure("p50 from connect to the first message, ms", "handshake_p50_ms", 1) +
         figure("p99, ms", "handshake_p99_ms", 1) +
         figure("handshakes that failed", "handshake_failures", 0) +
         figure("the server's share of a core", "server_cpu", 2) +
         figure("frames that the 500 lost", "frames_missing", 0) +
         figure("frames/s, worst of the 500", "fps_min", 1) +
         figure("p99 gap, ms", "gap_p99_ms", 1);
}

std::string highest_table(const Results& results) {
  std::string out =
      "| Talking | `floor` | voiced | Ratio | Clients' own CPU at the first number that failed |\n"
      "|--:|--:|--:|--:|--:|\n";
  for (const std::string& talkers : values(results, {{"experiment", "highest"}}, "talkers")) {
    const Results::Match match{{"experiment", "highest"}, {"talkers", talkers}};
    out += "| " + (talkers == "0" ? "all" : talkers) + " | ";
    for (const char* server : {"floor", "voiced"}) {
      Results::Match one = match;
      one["server"] = server;
      const Spread found = results.of(one, "clients");
      out +=
          (ended_at_limit(results, one) ? "at least " + fixed(found.median, 0) : cell(found, 0)) +
          " | ";
    }
    out += (both_ended_at_limit(results, match) ? "not decided"
                                                : cell(results.ratio(match, "clients"), 2)) +
           " | " + cell(results.of(match, "generator_cpu"), 2) + " |\n";
  }
  return out;
}

std::string scaling_table(const Results& results) {
  std::string out =
      "| Clients, all talking | CPU per client and second `floor`, ms | voiced, ms | voiced's "
      "memory, KiB | "
      "per client, KiB |\n|--:|--:|--:|--:|--:|\n";
  for (const auto& [clients, cost] : per_client(results, "scaling", "floor")) {
    const Results::Match voiced{{"experiment", "scaling"},
                                {"server", "voiced"},
                                {"clients", std::to_string(static_cast<int>(clients))}};
    const double ms = results.of(voiced, "server_us_per_client_tick").median * 0.05;
    out += "| " + fixed(clients, 0) + " | " + fixed(cost, 3) + " | " + fixed(ms, 3) + " | " +
           fixed(results.of(voiced, "server_rss_kib").median, 0) + " | " +
           fixed(results.of(voiced, "server_rss_per_client_kib").median, 1) + " |\n";
  }
  return out;
}

// Whole numbers as they are, others to a tenth.
std::string rounded(double value) {
  return fixed(value, value == std::floor(value) ? 0 : 1);
}

// A figure, or a dash if there is none.
std::string known(const Record& record, const char* key) {
  return record.contains(key) ? rounded(number(record, key)) : "–";
}

// One line per run, with the fields named.
std::string plain_table(const Results& results, const char* experiment,
                        const std::vector<std::pair<const char*, const char*>>& columns) {
  std::string head = "|";
  std::string rule = "|";
  std::string rows;
  for (const auto& [name, key] : columns) {
    head += std::string(" ") + name + " |";
    rule += "--:|";
  }
  for (const Record& record : results.select({{"experiment", experiment}})) {
    rows += "|";
    for (const auto& column : columns)
      rows.append(" ").append(known(record, column.second)).append(" |");
    rows += "\n";
  }
  return head + "\n" + rule + "\n" + rows;
}

std::string rooms_table(const Results& results) {
  std::string out =
      "| Clients | in rooms | CPU per client and tick, µs | memory per client, KiB | p99 gap, ms "
      "|\n|--:|--:|--:|--:|--:|\n";
  for (const std::string& rooms : values(results, {{"experiment", "rooms"}}, "rooms")) {
    const Results::Match match{{"experiment", "rooms"}, {"rooms", rooms}};
    out += "| " + fixed(results.of(match, "clients").median, 0) + " | " +
           (rooms == "0" ? "1" : rooms) + " | " +
           cell(results.of(match, "server_us_per_client_tick"), 2) + " | " +
           cell(results.of(match, "server_rss_per_client_kib"), 1) + " | " +
           cell(results.of(match, "gap_p99_ms"), 1) + " |\n";
  }
  return out;
}

bool has(const Results& results, const char* experiment) {
  return !results.select({{"experiment", experiment}}).empty();
}

void add(std::string& out, const char* heading, const std::string& before,
         const std::string& table) {
  out += std::string("\n## ") + heading + "\n\n" + before + (before.empty() ? "" : "\n") + table;
}

void add_disturbances(std::string& out, const Results& results) {
  if (has(results, "slow"))
    add(out, "Clients that never read", words::slow,
        plain_table(results, "slow",
                    {{"Clients", "clients"},
                     {"never read", "slow"},
                     {"messages dropped for them", "outbox_dropped"},
                     {"closed by the server", "closed_stalled"},
                     {"frames/s, worst of the others", "fps_min"},
                     {"p99 gap, ms", "gap_p99_ms"},
                     {"longest gap, ms", "gap_max_ms"},
                     {"memory before, KiB", "server_rss_empty_kib"},
                     {"at most, KiB", "server_rss_peak_kib"}}));
  if (has(results, "churn"))
    add(out, "Coming and going", words::churn,
        plain_table(results, "churn",
                    {{"Staying", "clients"},
                     {"joins a second", "churn_per_second"},
                     {"joins", "churn_joins"},
                     {"failed", "churn_failures"},
                     {"p50 join, ms", "join_p50_ms"},
                     {"p99 join, ms", "join_p99_ms"},
                     {"frames/s, worst of the staying", "fps_min"},
                     {"p99 gap, ms", "gap_p99_ms"}}));
  if (has(results, "idle"))
    add(out, "Starting and waiting", words::idle,
        "| From exec to the first connection, ms | Memory while idle, KiB |\n|--:|--:|\n| " +
            cell(results.of({{"experiment", "idle"}}, "start_ms"), 1) + " | " +
            cell(results.of({{"experiment", "idle"}}, "rss_kib"), 0) + " |\n");
}

Plot plot_of(const Results& results, const char* experiment, const char* title,
             const char* x_label) {
  return {title,
          x_label,
          "CPU per client and second, ms",
          {{"floor", "#888888", per_client(results, experiment, "floor")},
           {"voiced", "#0060c0", per_client(results, experiment, "voiced")}}};
}

}  // namespace

std::string document(const Results& results) {
  std::string out = words::introduction;
  add(out, "The machine", "", machine(results));
  add(out, "What is promised, and what came out", words::promises, promises_table(results));
  if (has(results, "cost"))
    add(out, "CPU per client and tick", words::cost, cost_table(results, "cost"));
  if (has(results, "tls")) add(out, "Encrypted", words::tls, tls_table(results));
  if (has(results, "handshakes"))
    add(out, "Handshakes beside a call", words::handshakes, handshakes_table(results));
  if (has(results, "highest"))
    add(out, "How many in real time", words::highest, highest_table(results));
  if (has(results, "scaling"))
    add(out, "From ten to thousands", words::scaling, scaling_table(results));
  if (has(results, "listeners"))
    add(out, "One talks, many listen", words::listeners, cost_table(results, "listeners"));
  if (has(results, "rooms")) add(out, "One room or a thousand", words::rooms, rooms_table(results));
  if (has(results, "latency"))
    add(out, "Latency inside the server", words::latency,
        plain_table(results, "latency",
                    {{"Clients", "clients"},
                     {"trials", "trials"},
                     {"p50, ms", "latency_p50_ms"},
                     {"p99, ms", "latency_p99_ms"},
                     {"longest, ms", "latency_max_ms"},
                     {"first listener p50, ms", "latency_first_p50_ms"},
                     {"p99, ms", "latency_first_p99_ms"},
                     {"never heard", "latency_missed"}}));
  add_disturbances(out, results);
  return out + words::repeat;
}

std::vector<NamedPlot> plots(const Results& results) {
  std::vector<NamedPlot> all;
  if (has(results, "scaling")) {
    all.push_back({"scaling.svg", plot_of(results, "scaling", "All talk", "clients, all talking")});
    all.push_back({"memory.svg",
                   {"Memory of voiced",
                    "clients, all talking",
                    "KiB per client, beyond the idle process",
                    {{"voiced", "#0060c0", memory_per_client(results)}}}});
  }
  if (has(results, "listeners"))
    all.push_back(
        {"listeners.svg", plot_of(results, "listeners", "One talks", "clients, one talking")});
  return all;
}

}  // namespace benchreport
