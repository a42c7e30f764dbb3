#include "server/metrics/endpoint.hpp"

#include "common/net/endpoint.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <algorithm>

namespace voiced {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using voice::TimePoint;

namespace {

using Clock = std::chrono::steady_clock;

// One request each and tick: 1600 a second.
constexpr std::size_t connections_max = 32;
constexpr std::size_t accepts_per_tick_max = 32;
// No new request is begun in the second half of a tick's time.
constexpr voice::Duration turn_max = voice::frame_duration / 2;
// How much the kernel keeps of a request, and of an answer that is not read.
constexpr int receive_buffer_bytes = 8 * 1024;
constexpr int send_buffer_bytes = 64 * 1024;

}  // namespace

MetricsEndpoint::MetricsEndpoint(asio::io_context& io, MetricsSource source,
                                 std::size_t participants_max)
    : io_(io), acceptor_(io), pages_(std::move(source), participants_max) {
  connections_.reserve(connections_max);
}

voice::expected<void, ListenError> MetricsEndpoint::listen(const std::string& address) {
  const auto at = voice::parse_endpoint(address);
  if (!at) return voice::unexpected(ListenError{ListenError::About::address, at.error()});
  error_code error;
  acceptor_.open(at->protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && at->protocol() == tcp::v6()) acceptor_.set_option(asio::ip::v6_only(true), error);
  // Accepted sockets inherit these.
  if (!error) acceptor_.set_option(tcp::socket::receive_buffer_size(receive_buffer_bytes), error);
  if (!error) acceptor_.set_option(tcp::socket::send_buffer_size(send_buffer_bytes), error);
  if (!error) acceptor_.bind(*at, error);
  if (!error) acceptor_.listen(static_cast<int>(connections_max), error);
  if (!error) acceptor_.non_blocking(true, error);
  if (!error) return {};
  return voice::unexpected(listen_error(*at, error));
}

std::string MetricsEndpoint::address() const {
  error_code error;
  const auto endpoint = acceptor_.local_endpoint(error);
  return error ? std::string() : voice::to_string(endpoint);
}

void MetricsEndpoint::ticked(TimePoint began) noexcept {
  try {
    pages_.ticked(began);
    accept(began);
    serve(began);
  } catch (const std::exception&) {
    // No memory is left: sound goes on, scrapers may try again.
    connections_.clear();
  }
}

void MetricsEndpoint::accept(TimePoint now) {
  for (std::size_t i = 0; i < accepts_per_tick_max; ++i) {
    error_code error;
    tcp::socket socket(io_);
    acceptor_.accept(socket, error);
    if (error == asio::error::connection_aborted) continue;
    if (error)
      return;  // no connection is waiting, or no descriptor is free: tried again at the next tick
    if (connections_.size() >= connections_max) {
      ++counters_.refused_connections;
      continue;
    }
    connections_.push_back(std::make_unique<HttpConnection>(std::move(socket), now));
  }
}

void MetricsEndpoint::serve(TimePoint began) {
  counters_.connections = connections_.size();
  bool answered = false;
  for (auto& connection : connections_) {
    // A server that has no time left still answers one request a tick: its metrics matter most
    // then.
    const TimePoint now = Clock::now();
    const bool may_answer = !answered || now - began < turn_max;
    const auto turn = connection->serve(now, pages_, counters_, may_answer);
    answered |= turn == HttpConnection::Turn::answered;
    if (turn == HttpConnection::Turn::too_late) ++counters_.timeouts;
    if (turn >= HttpConnection::Turn::ended) connection.reset();
  }
  std::erase(connections_, nullptr);
  // If time is short, each client is first in turn.
  if (answered && !connections_.empty()) {
    std::rotate(connections_.begin(), connections_.begin() + 1, connections_.end());
  }
}

}  // namespace voiced
