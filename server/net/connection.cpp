#include "server/net/connection.hpp"

#include "server/net/address.hpp"
#include "server/net/socket_options.hpp"

#ifndef _WIN32
#include <unistd.h>
#endif

namespace voiced {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

std::optional<CloseReason> reason_of(Sent sent) noexcept {
  return sent == Sent::broken ? std::optional{CloseReason::reset} : std::nullopt;
}

}  // namespace

Connection::Connection(ConnectionId id, tcp::socket socket, const tcp::endpoint& peer,
                       Conference& conference, voice::OutboxLimits limits, WaitingList& waiting,
                       bool require_hello)
    : handle_(socket.native_handle()),
      sender_(limits, id, waiting),
      id_(id),
      session_(conference, id.number, to_string(peer), require_hello),
      socket_(std::move(socket)),
      protocol_(peer.protocol()) {}

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

void Connection::set_patience(std::chrono::seconds stall_limit) noexcept {
  if (open_) voiced::set_patience(handle_, stall_limit);
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

Written Connection::write(voice::Bytes bytes) noexcept {
  const IoResult result = send_some(handle_, bytes);
  return {result.count, result.state == IoState::broken};
}

std::optional<CloseReason> Connection::send(voice::Bytes message, voice::MessageClass kind,
                                            voice::TimePoint now) {
  const Sent sent =
      sender_.send(message, kind, now, [this](voice::Bytes bytes) { return write(bytes); });
  return reason_of(sent);
}

std::optional<CloseReason> Connection::send_control(voice::TimePoint now) {
  for (const auto& message : session_.take_control()) {
    if (const auto reason = send(message, voice::MessageClass::control, now)) return reason;
  }
  return std::nullopt;
}

std::optional<CloseReason> Connection::flush(voice::TimePoint now) {
  return reason_of(sender_.flush(now, [this](voice::Bytes bytes) { return write(bytes); }));
}

void Connection::begin_farewell(CloseReason reason, voice::TimePoint now) {
  farewell_ = Farewell(now, farewell_limit(reason));
  sender_.clear_unsent();
  // The peer is gone: nothing reaches it.
  if (reason == CloseReason::left || reason == CloseReason::reset) return close_socket();
  (void)send_control(now);
}

bool Connection::continue_farewell(std::span<std::uint8_t> scratch, voice::TimePoint now) {
  if (!open_) return true;
  const IoResult result = receive_some(handle_, scratch);
  const bool closed = result.state == IoState::ended || result.state == IoState::broken;
  const bool all_arrived = farewell_.is_shut_down() && everything_arrived(handle_);
  const FarewellStep step = farewell_.next({sender_.empty(), all_arrived, closed}, now);
  if (step == FarewellStep::shut_down) shut_down_sending();
  return step == FarewellStep::end;
}

}  // namespace voiced
