#include "server/net/connection.hpp"

namespace voiced {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

Connection::Connection(ConnectionId id, asio::ip::tcp::socket socket, std::string address,
                       Conference& conference, voice::OutboxLimits limits)
    : id_(id),
      socket_(std::move(socket)),
      session_(conference, id.number, std::move(address)),
      outbox_(limits) {}

std::optional<CloseReason> Connection::read(std::span<std::uint8_t> scratch, voice::TimePoint now) {
  error_code error;
  const std::size_t count = socket_.receive(asio::buffer(scratch.data(), scratch.size()), 0, error);
  if (would_block(error)) return std::nullopt;
  if (error == asio::error::eof) return CloseReason::left;
  if (error) return CloseReason::reset;
  last_heard_ = now;
  const auto reason = session_.received(scratch.first(count), now);
  if (reason) return reason;
  return session_.has_control() ? send_control(now) : std::nullopt;
}

std::optional<CloseReason> Connection::send(voice::Bytes message, voice::MessageClass kind,
                                            voice::TimePoint now) {
  std::size_t sent = 0;
  if (outbox_.empty()) {
    error_code error;
    sent = socket_.send(asio::buffer(message.data(), message.size()), 0, error);
    if (error && !would_block(error)) return CloseReason::reset;
    if (error) sent = 0;
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
  error_code error;
  const std::size_t sent = socket_.send(asio::buffer(bytes.data(), bytes.size()), 0, error);
  if (would_block(error)) {
    if (!blocked_since_) blocked_since_ = now;
    return std::nullopt;
  }
  if (error) return CloseReason::reset;
  outbox_.consume(sent);
  blocked_since_.reset();
  return std::nullopt;
}

bool Connection::drain(std::span<std::uint8_t> scratch) noexcept {
  error_code error;
  (void)socket_.receive(asio::buffer(scratch.data(), scratch.size()), 0, error);
  return error && !would_block(error);
}

}  // namespace voiced
