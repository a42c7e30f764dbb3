#include "client/net/connection.hpp"

#include "client/net/address.hpp"
#include "client/net/socket_options.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace voicecli {
namespace {

using boost::system::error_code;

// A host with a dead IPv6 route must not keep us from its IPv4 address for the kernel's two
// minutes.
constexpr std::chrono::seconds attempt_duration_max{3};

// Keepalive says nothing while unacknowledged audio is in flight; that nothing is taken any more
// does. As long as keepalive needs.
constexpr std::chrono::seconds blocked_max{19};

std::string reason_of(const error_code& error) {
  if (error == boost::asio::error::eof) return "the server closed the connection";
  if (error == boost::asio::error::timed_out) return "connection timed out";
  return error.message();
}

bool would_block(const error_code& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

}  // namespace

Connection::Connection(boost::asio::io_context& io, ConnectionEvents& events)
    : events_(events), resolver_(io), socket_(io), attempt_timer_(io) {}

void Connection::start(const std::string& host, std::uint16_t port) {
  resolving_ = true;
  resolver_.async_resolve(host, std::to_string(port), Tcp::resolver::numeric_service,
                          [this, self = shared_from_this()](const error_code& error,
                                                            Tcp::resolver::results_type found) {
                            resolving_ = false;
                            if (closed_) return;
                            if (error) return lost(error);
                            addresses_ = std::move(found);
                            next_address_ = addresses_.begin();
                            try_next_address();
                          });
}

void Connection::try_next_address() {
  if (next_address_ == addresses_.end()) return lost(last_error_);
  const Tcp::endpoint endpoint = (next_address_++)->endpoint();
  error_code ignored;
  socket_.close(ignored);
  connecting_ = true;
  attempt_timer_.expires_after(attempt_duration_max);
  attempt_timer_.async_wait([this, self = shared_from_this()](const error_code& error) {
    // Closing the socket makes its async_connect complete with an error, and the next address is
    // tried.
    const bool is_stale = attempt_timer_.expiry() > std::chrono::steady_clock::now();
    if (error || closed_ || !connecting_ || is_stale) return;
    error_code ignored_too;
    socket_.close(ignored_too);
  });
  socket_.async_connect(endpoint, [this, self = shared_from_this()](const error_code& error) {
    if (closed_) return;
    // The timer may have closed a socket whose success was already on its way to us.
    if (!error && socket_.is_open()) return connected();
    const bool timed_out = attempt_timer_.expiry() <= std::chrono::steady_clock::now();
    last_error_ = timed_out ? error_code{boost::asio::error::timed_out} : error;
    try_next_address();
  });
}

void Connection::connected() {
  connecting_ = false;
  attempt_timer_.cancel();
  prepare_for_voice(socket_);
  error_code error;
  socket_.non_blocking(true, error);
  if (error) return lost(error);
  const Tcp::endpoint peer = socket_.remote_endpoint(error);
  if (error) return lost(error);  // gone between accept and here
  read();
  events_.on_connected(to_text(peer.address().to_string(), peer.port()));
}

void Connection::read() {
  socket_.async_read_some(
      boost::asio::buffer(read_buffer_),
      [this, self = shared_from_this()](const error_code& error, std::size_t count) {
        if (closed_) return;
        if (error) return lost(error);
        if (!finished_) events_.on_received(voice::Bytes{read_buffer_}.first(count));
        if (!closed_) read();
      });
}

std::size_t Connection::write(voice::Bytes bytes) {
  if (closed_ || finished_ || bytes.empty()) return 0;
  if (waiting_writable_) {
    if (std::chrono::steady_clock::now() - blocked_since_ > blocked_max) give_up();
    return 0;
  }
  error_code error;
  const std::size_t count =
      socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
  // An error shows up in the pending read as well, which ends the connection in one place.
  if ((!error && count < bytes.size()) || would_block(error)) wait_writable();
  return error ? 0 : count;
}

void Connection::wait_writable() {
  waiting_writable_ = true;
  blocked_since_ = std::chrono::steady_clock::now();
  socket_.async_wait(Tcp::socket::wait_write, [this, self = shared_from_this()](const error_code&) {
    waiting_writable_ = false;
    if (!closed_) events_.on_writable();
  });
}

// Not at once: whoever writes does not expect to lose us meanwhile.
void Connection::give_up() {
  finished_ = true;
  boost::asio::post(socket_.get_executor(),
                    [this, self = shared_from_this()] { lost(boost::asio::error::timed_out); });
}

void Connection::limit_unsent(std::size_t bytes) {
  limit_unsent_bytes(socket_, bytes);
}

void Connection::finish() {
  finished_ = true;
  error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
}

void Connection::lost(const error_code& error) {
  if (closed_) return;
  close();
  events_.on_closed(reason_of(error));
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  resolver_.cancel();
  attempt_timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace voicecli
