// Renders a snapshot of the server as metrics text. Defines the name and the meaning of each
// metric; docs/metrics.md lists them for people.
#pragma once

#include "server/host/status.hpp"
#include "server/metrics/metric_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace voiced {

/// The endpoint's own figures.
struct HttpCounters {
  std::size_t connections = 0;     // open now
  std::uint64_t requests = 0;      // answered, whatever the answer
  std::uint64_t bad_requests = 0;  // of these: not HTTP, too large, a method or path not served
  std::uint64_t timeouts = 0;      // closed because they took too long, idle ones included
  std::uint64_t refused_connections = 0;  // closed at once, because there were enough
};

struct MetricsPicture {
  ServerStatus status;
  bool healthy = true;
  bool ready = true;
  HttpCounters http;
  /// The participants that get series of their own.
  std::span<const ParticipantStatus> participants;
};

/// Appends all of it to `out`.
void render(std::string& out, const MetricsPicture& picture, Exposition exposition);

}  // namespace voiced
