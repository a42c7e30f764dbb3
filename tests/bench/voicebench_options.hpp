// The command line of voicebench. Filled once by parse_options, then only read.
#pragma once

#include "tests/bench/voicebench_clock.hpp"

#include <string>
#include <utility>
#include <vector>

namespace voicebench {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5000;
  std::size_t clients = 100;
  std::size_t talkers = 0;      // 0: all
  std::size_t slow = 0;         // how many of the clients (the last ones) never read
  double churn_per_second = 0;  // joins, and as many leaves, by clients beyond `clients`
  double churn_stay_seconds = 1.0;
  bool latency = false;
  std::size_t trials = 120;
  double warmup_seconds = 2.0;
  double seconds = 10.0;
  std::size_t handshakes = 0;  // connections besides them that leave after their handshake
  std::string tls;             // PEM file with the server's certificate; empty: plain connections
  std::size_t sources = 8;     // source addresses 127.0.0.2 … (one address ends at 28 000 ports)
  std::size_t stamped = 200;   // receivers whose gaps are measured
  bool classic = false;        // never say Hello
  std::size_t rooms = 0;       // spread over so many rooms, "r0" …; 0: all in the front room
  long server_pid = 0;         // 0: it is not measured
  std::vector<std::string> tags;  // "key=value", copied into the report

  [[nodiscard]] std::size_t talking() const noexcept { return talkers == 0 ? clients : talkers; }
};

/// If the arguments ask for help or are wrong, prints that and ends the process.
[[nodiscard]] Options parse_options(int argc, char** argv);

/// Raises the soft limit of open descriptors as far as allowed; throws if that is too low for the
/// run.
void raise_descriptor_limit(const Options& options);

}  // namespace voicebench
