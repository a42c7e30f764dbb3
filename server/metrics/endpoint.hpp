// The HTTP endpoint for metrics and health: /metrics, /healthz, /readyz. Runs on the mixer's thread
// without disturbing it: it has no handlers and no timers, but is given a turn at the end of every
// tick, when all sound has been sent, and does a bounded piece of work (docs/adr/0016).
#pragma once

#include "server/metrics/http_connection.hpp"
#include "server/metrics/pages.hpp"
#include "server/net/listen_error.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <vector>

namespace voiced {

class MetricsEndpoint {
 public:
  /// @param participants_max that many get series of their own.
  MetricsEndpoint(boost::asio::io_context& io, MetricsSource source, std::size_t participants_max);

  /// @param address as parse_listen_address() reads it. Fails with an error message.
  [[nodiscard]] voice::expected<void, ListenError> listen(const std::string& address);

  /// "127.0.0.1:9464", with the real port.
  [[nodiscard]] std::string address() const;

  /// At the end of every tick, with the time at which it began.
  void ticked(voice::TimePoint began) noexcept;

 private:
  void accept(voice::TimePoint now);
  void serve(voice::TimePoint began);

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  Pages pages_;
  HttpCounters counters_;
  std::vector<std::unique_ptr<HttpConnection>> connections_;
};

}  // namespace voiced
