#include "tests/support/tcp_peer.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace voice::test {
namespace {

// A peer that closes early must not kill the test with SIGPIPE.
#ifdef MSG_NOSIGNAL
constexpr int send_flags = MSG_NOSIGNAL;
#else
constexpr int send_flags = 0;
#endif

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Descriptor open_socket() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  if (socket.get() < 0) fail("socket");
  ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  return socket;
}

sockaddr_in loopback(std::uint16_t port, std::uint8_t last_byte = 1) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((INADDR_LOOPBACK & 0xFFFFFF00U) | last_byte);
  return address;
}

const sockaddr* as_sockaddr(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

void set_option(int socket, int level, int name, int value) {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

void prepare(int socket) {
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(value_, other.value_);
  return *this;
}

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

TcpPeer::TcpPeer(std::uint16_t port, Options options) : socket_(open_socket()) {
  if (options.receive_buffer_bytes != 0) {
    set_option(socket_.get(), SOL_SOCKET, SO_RCVBUF, options.receive_buffer_bytes);
  }
  if (options.from != 0) {
    const sockaddr_in source = loopback(0, options.from);
    if (::bind(socket_.get(), as_sockaddr(source), sizeof source) != 0) fail("bind");
  }
  const sockaddr_in address = loopback(port);
  if (::connect(socket_.get(), as_sockaddr(address), sizeof address) != 0) fail("connect");
  prepare(socket_.get());
}

TcpPeer::TcpPeer(Descriptor socket) : socket_(std::move(socket)) {
  prepare(socket_.get());
}

bool TcpPeer::wait_for(short events) const {
  pollfd waiting{socket_.get(), events, 0};
  constexpr int limit_ms = std::chrono::milliseconds{patience}.count();
  return ::poll(&waiting, 1, limit_ms) > 0;
}

bool TcpPeer::send(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), send_flags);
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if ((errno != EAGAIN && errno != EWOULDBLOCK) || !wait_for(POLLOUT)) {
      return false;
    }
  }
  return true;
}

void TcpPeer::receive(std::size_t bytes_max) {
  std::array<std::uint8_t, 16 * 1024> buffer;
  while (end_ == End::none && bytes_max != 0) {
    const std::size_t wanted = std::min(buffer.size(), bytes_max);
    const ssize_t count = ::recv(socket_.get(), buffer.data(), wanted, 0);
    if (count > 0) {
      bytes_max -= static_cast<std::size_t>(count);
      const Bytes bytes = Bytes{buffer}.first(static_cast<std::size_t>(count));
      for (auto& message : feed(deframer_, bytes)) messages_.push_back(std::move(message));
    } else if (count == 0) {
      end_ = deframer_.mid_message() ? End::mid_message : End::clean;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else {
      end_ = End::reset;
    }
  }
}

std::optional<ByteVector> TcpPeer::take() {
  if (messages_.empty()) return std::nullopt;
  ByteVector message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::optional<ByteVector> TcpPeer::next() {
  receive();
  while (messages_.empty() && end_ == End::none && wait_for(POLLIN)) receive();
  return take();
}

End TcpPeer::wait_for_end() {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (end_ == End::none && std::chrono::steady_clock::now() < deadline && wait_for(POLLIN)) {
    receive();
    messages_.clear();
  }
  return end_;
}

void TcpPeer::reset() noexcept {
  const linger now{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void TcpPeer::finish() noexcept {
  ::shutdown(socket_.get(), SHUT_WR);
}

TcpListener::TcpListener(std::uint16_t port) : socket_(open_socket()) {
  set_option(socket_.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  sockaddr_in address = loopback(port);
  if (::bind(socket_.get(), as_sockaddr(address), sizeof address) != 0) fail("bind");
  if (::listen(socket_.get(), SOMAXCONN) != 0) fail("listen");
  socklen_t size = sizeof address;
  if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fail("getsockname");
  }
  port_ = ntohs(address.sin_port);
}

TcpPeer TcpListener::accept() {
  pollfd waiting{socket_.get(), POLLIN, 0};
  constexpr int limit_ms = std::chrono::milliseconds{patience}.count();
  if (::poll(&waiting, 1, limit_ms) <= 0) throw std::runtime_error("nobody connects");
  Descriptor accepted(::accept(socket_.get(), nullptr, nullptr));
  if (accepted.get() < 0) fail("accept");
  ::fcntl(accepted.get(), F_SETFD, FD_CLOEXEC);
  return TcpPeer(std::move(accepted));
}

}  // namespace voice::test
