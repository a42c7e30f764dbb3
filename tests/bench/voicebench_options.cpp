#include "tests/bench/voicebench_options.hpp"

#include <CLI/CLI.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace voicebench {
namespace {

void declare(CLI::App& app, Options& options) {
  app.add_option("--host", options.host, "server's IPv4 address")->capture_default_str();
  app.add_option("--port", options.port, "server's port")->capture_default_str();
  app.add_option("--clients,-n", options.clients, "connections that stay")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  app.add_option("--talkers,-t", options.talkers, "how many of them talk (0: all)")
      ->capture_default_str();
  app.add_option("--slow", options.slow, "how many of them (the last ones) never read");
  app.add_option("--churn", options.churn_per_second, "joins and leaves a second, on top");
  app.add_option("--churn-stay", options.churn_stay_seconds, "seconds a churning client stays")
      ->capture_default_str();
  app.add_option("--handshakes", options.handshakes,
                 "beside them, keep so many connections that come, are greeted and leave at once");
  app.add_option("--tls", options.tls,
                 "speak TLS with the server that has the certificate in this PEM file");
  app.add_flag("--latency", options.latency,
               "measure from a loud frame after silence to the first mix that contains it");
  app.add_option("--trials", options.trials, "trials of --latency")->capture_default_str();
  app.add_option("--warmup", options.warmup_seconds, "seconds before counting")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "seconds counted")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 86'400.0));
  app.add_option("--sources", options.sources,
                 "source addresses, from 127.0.0.2 on; 0: leave it to the system")
      ->capture_default_str()
      ->check(CLI::Range(0, 250));
  app.add_option("--stamped", options.stamped, "receivers whose gaps are measured")
      ->capture_default_str();
  app.add_flag("--classic", options.classic, "behave like the original's client: no Hello");
  app.add_option("--rooms", options.rooms,
                 "spread the clients over so many rooms, named r0, r1, …; 0: the front room");
  app.add_option("--server-pid", options.server_pid, "report that process's CPU time and memory");
  app.add_option("--tag", options.tags, "key=value, copied into the report");
}

void check(const Options& options) {
  if (options.talkers > options.clients)
    throw CLI::ValidationError("--talkers", "more than --clients");
  if (options.slow >= options.clients)
    throw CLI::ValidationError("--slow", "nobody is left to measure");
  if (options.rooms != 0 && (options.classic || options.clients % options.rooms != 0))
    throw CLI::ValidationError("--rooms", "must divide --clients, which say Hello");
  if (options.latency && options.clients < 2)
    throw CLI::ValidationError("--latency", "needs two --clients: one talks, one listens");
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  CLI::App app{"Load generator for voice conferences over TCP. Prints one JSON line."};
  declare(app, options);
  try {
    app.parse(argc, argv);
    check(options);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  return options;
}

void raise_descriptor_limit(const Options& options) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const double churning = options.churn_per_second * options.churn_stay_seconds * 2;
  const auto needed =
      options.clients + options.handshakes + static_cast<std::size_t>(churning) + 16;
  if (limit.rlim_cur < needed) {
    throw std::runtime_error("needs " + std::to_string(needed) + " open files, the limit is " +
                             std::to_string(limit.rlim_cur) + " (ulimit -Hn)");
  }
}

}  // namespace voicebench
