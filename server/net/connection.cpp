#include "server/net/connection.hpp"

#ifndef _WIN32
#include <unistd.h>
#endif

namespace voiced {

using boost::asio::ip::tcp;
using boost::system::error_code;

Connection::Connection(ConnectionId id, tcp::socket socket, std::string address,
                       Conference& conference, voice::OutboxLimits limits, bool require_hello)
    : handle_(socket.native_handle()),
      outbox_(limits),
      id_(id),
      session_(conference, id.number, std::move(address), require_hello),
      socket_(std::move(socket)),
      protocol_(socket_.local_endpoint().protocol()) {}

Connection::~Connection() {
  close_socket();
}

void Connection::park() {
#ifndef _WIN32  // There the completion port costs nothing while no operation is pending.
  if (parked_ || !open_) return;
  error_code error;
  socket_.release(error);
  parked_ = !error;
#endif
}

void Connection::unpark() {
  if (!parked_) return;
  parked_ = false;
  error_code error;
  socket_.assign(protocol_, handle_, error);
  if (error) {
    // The reactor has no room for it. Close it by way of a socket that was never registered.
    open_ = false;
#ifndef _WIN32
    ::close(handle_);
#endif
  }
}

void Connection::close_socket() noexcept {
  if (!open_) return;
  unpark();
  open_ = false;
  error_code ignored;
  socket_.close(ignored);
}

void Connection::shut_down_sending() noexcept {
  unpark();
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

std::optional<CloseReason> Connection::read(std::span<std::uint8_t> scratch, voice::TimePoint now) {
  const IoResult result = receive_some(handle_, scratch);
  if (result.state == IoState::would_block) return std::nullopt;
  if (result.state == IoState::ended) return CloseReason::left;
  if (result.state == IoState::broken) return CloseReason::reset;
  last_heard_ = now;
  const auto reason = session_.received(scratch.first(result.count), now);
  if (reason) return reason;
  return session_.has_control() ? send_control(now) : std::nullopt;
}

std::optional<CloseReason> Connection::send(voice::Bytes message, voice::MessageClass kind,
                                            voice::TimePoint now) {
  std::size_t sent = 0;
  if (outbox_.empty()) {
    const IoResult result = send_some(handle_, message);
    if (result.state == IoState::broken) return CloseReason::reset;
    sent = result.count;
    if (sent != 0) blocked_since_.reset();
    if (sent == message.size()) return std::nullopt;
    if (sent == 0 && !blocked_since_) blocked_since_ = now;
  }
  outbox_.push(message, kind, now, sent);
  return std::nullopt;
}

std::optional<CloseReason> Connection::send_control(voice::TimePoint now) {
  for (const auto& message : session_.take_control()) {
    if (const auto reason = send(message, voice::MessageClass::control, now)) return reason;
  }
  return std::nullopt;
}

std::optional<CloseReason> Connection::flush(voice::TimePoint now) {
  outbox_.expire(now);
  const voice::Bytes bytes = outbox_.front();
  if (bytes.empty()) return std::nullopt;
  const IoResult result = send_some(handle_, bytes);
  if (result.state == IoState::broken) return CloseReason::reset;
  if (result.count == 0) {
    if (!blocked_since_) blocked_since_ = now;
    return std::nullopt;
  }
  outbox_.consume(result.count);
  blocked_since_.reset();
  return std::nullopt;
}

bool Connection::drain(std::span<std::uint8_t> scratch) noexcept {
  const IoResult result = receive_some(handle_, scratch);
  return result.state == IoState::ended || result.state == IoState::broken;
}

}  // namespace voiced
