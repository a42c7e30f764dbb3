#include "client/net/connection.hpp"

#include "client/net/socket_options.hpp"
#include "common/net/endpoint.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <iterator>

namespace voicecli {
namespace {

using boost::system::error_code;

// Keepalive says nothing while unacknowledged audio is in flight; that nothing is taken any more
// does. As long as keepalive needs.
constexpr std::chrono::seconds blocked_max{19};

std::string reason_of(const error_code& error) {
  if (error == boost::asio::error::eof) return "the server closed the connection";
  if (error == boost::asio::error::timed_out) return "connection timed out";
  return error.message();
}

/// Tells less than another address' error does: this machine has no way to that family at all.
bool is_no_route(const error_code& error) {
  return error == boost::asio::error::network_unreachable ||
         error == boost::asio::error::address_family_not_supported ||
         error == boost::system::errc::address_not_available;
}

bool would_block(const error_code& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

}  // namespace

Connection::Connection(boost::asio::io_context& io, ConnectionEvents& events)
    : events_(events), resolver_(io), socket_(io), race_timer_(io) {}

void Connection::start(const std::string& host, std::uint16_t port) {
  resolving_ = true;
  resolver_.async_resolve(host, std::to_string(port), Tcp::resolver::numeric_service,
                          [this, self = shared_from_this()](const error_code& error,
                                                            Tcp::resolver::results_type found) {
                            resolving_ = false;
                            if (closed_) return;
                            if (error) return lost(error);
                            start_race(found);
                          });
}

void Connection::start_race(const Tcp::resolver::results_type& found) {
  std::vector<AddressFamily> families;
  for (const auto& entry : found) {
    const bool is_ipv6 = entry.endpoint().address().is_v6();
    families.push_back(is_ipv6 ? AddressFamily::ipv6 : AddressFamily::ipv4);
  }
  for (const std::size_t i : race_order(families)) {
    addresses_.push_back(std::next(found.begin(), static_cast<std::ptrdiff_t>(i))->endpoint());
    attempts_.emplace_back(socket_.get_executor());
  }
  last_error_ = boost::asio::error::host_not_found;
  race_.emplace(addresses_.size());
  go_on_racing();
}

void Connection::go_on_racing() {
  const auto now = std::chrono::steady_clock::now();
  while (const auto expired = race_->take_expired(now)) {
    error_code ignored;
    attempts_[*expired].close(ignored);
    attempt_failed(boost::asio::error::timed_out);
  }
  while (const auto due = race_->take_due(now)) attempt(*due);
  if (race_->is_lost()) return lost(last_error_);
  race_timer_.expires_at(race_->next());
  race_timer_.async_wait([this, self = shared_from_this()](const error_code& error) {
    if (!error && !closed_ && race_) go_on_racing();
  });
}

void Connection::attempt(std::size_t address) {
  attempts_[address].async_connect(
      addresses_[address], [this, self = shared_from_this(), address](const error_code& error) {
        if (closed_ || !race_) return;
        if (!race_->ended(address)) return;  // expired: its socket is closed
        if (error) {
          attempt_failed(error);
          return go_on_racing();
        }
        socket_ = std::move(attempts_[address]);
        end_race();
        connected();
      });
}

void Connection::attempt_failed(const error_code& error) {
  const bool is_first = last_error_ == boost::asio::error::host_not_found;
  if (is_first || !is_no_route(error)) last_error_ = error;
}

void Connection::end_race() {
  race_timer_.cancel();
  race_.reset();
  attempts_.clear();  // closes them
  addresses_.clear();
}

void Connection::connected() {
  prepare_for_voice(socket_);
  error_code error;
  socket_.non_blocking(true, error);
  if (error) return lost(error);
  const Tcp::endpoint peer = socket_.remote_endpoint(error);
  if (error) return lost(error);  // gone between accept and here
  read();
  events_.on_connected(voice::to_string(peer));
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
  end_race();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace voicecli
