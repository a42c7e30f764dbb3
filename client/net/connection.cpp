#include "client/net/connection.hpp"

#include "client/net/socket_options.hpp"
#include "common/core/assert.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace voicecli {
namespace {

using boost::system::error_code;

// TCP keepalive sends nothing while unacknowledged sound is in flight; then a dead peer is detected
// because the kernel takes no more bytes. As long as keepalive would take.
constexpr std::chrono::seconds blocked_max{30};

LinkEnd end_of(const error_code& error) {
  if (error == boost::asio::error::eof) return {LinkEnd::How::closed_by_server};
  if (error == boost::asio::error::timed_out) return {LinkEnd::How::timed_out};
  return {LinkEnd::How::other, error.message()};
}

bool would_block(const error_code& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

}  // namespace

Connection::Connection(boost::asio::io_context& io, std::function<void()> wake)
    : io_(io), wake_(std::move(wake)), socket_(io) {}

void Connection::start(const std::string& host, std::uint16_t port) {
  dialer_ = std::make_shared<Dialer>(io_, [this, self = weak_from_this()] {
    if (const auto alive = self.lock()) dialed();
  });
  dialer_->start(host, port);
}

void Connection::dialed() {
  auto outcome = dialer_->poll();
  VOICE_ASSERT(outcome && !closed_);
  if (!*outcome) return lost(outcome->error());
  socket_ = std::move(**outcome);
  connected();
}

void Connection::connected() {
  prepare_for_voice(socket_);
  error_code error;
  socket_.non_blocking(true, error);
  if (error) return lost(error);
  static_cast<void>(socket_.remote_endpoint(error));
  if (error) return lost(error);  // gone between accept and here
  read();
  tell(link::Connected{});
}

void Connection::read() {
  socket_.async_read_some(
      boost::asio::buffer(read_buffer_),
      [this, self = shared_from_this()](const error_code& error, std::size_t count) {
        if (closed_) return;
        if (error) return lost(error);
        if (!sending_ended_) tell(link::Received{voice::Bytes{read_buffer_}.first(count)});
        if (!closed_) read();
      });
}

std::size_t Connection::write(voice::Bytes bytes) {
  if (closed_ || sending_ended_ || bytes.empty()) return 0;
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
    if (!closed_) tell(link::Writable{});
  });
}

// Not at once: the caller of write() does not expect the connection to end meanwhile.
void Connection::give_up() {
  sending_ended_ = true;
  boost::asio::post(socket_.get_executor(),
                    [this, self = shared_from_this()] { lost(boost::asio::error::timed_out); });
}

void Connection::limit_unsent(std::size_t bytes) {
  limit_unsent_bytes(socket_, bytes);
}

void Connection::end_sending() {
  sending_ended_ = true;
  error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
}

void Connection::lost(const error_code& error) {
  if (closed_) return;
  close();
  tell(link::Ended{end_of(error)});
}

void Connection::tell(ConnectionEvent event) {
  VOICE_ASSERT(!event_);
  event_.emplace(std::move(event));
  wake_();
  event_.reset();
}

std::optional<ConnectionEvent> Connection::poll_event() {
  return std::exchange(event_, std::nullopt);
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  if (dialer_) dialer_->close();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace voicecli
