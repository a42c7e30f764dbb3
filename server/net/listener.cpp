#include "server/net/listener.hpp"

#include "server/net/address.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <optional>
#ifndef _WIN32
#include <sys/socket.h>
#endif

namespace voiced {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds pause_without_descriptors{100};
// Accepted in one go at most, so that a storm of connections cannot hold up a tick: the next go
// comes when the others have had their turn, and a tick that is due its own.
constexpr int accepts_in_a_row_max = 16;

ListenError::About subject_of(const error_code& error) {
  const bool port = error == asio::error::address_in_use || error == asio::error::access_denied;
  return port ? ListenError::About::port : ListenError::About::address;
}

std::string remedy(const error_code& error) {
  if (error == asio::error::address_in_use) return "; stop what uses it, or set another port";
  if (error == asio::error::access_denied) return "; ports below 1024 need a privilege";
  return "; `listen` takes addresses of this machine";
}

#ifndef _WIN32
int integer_option(int descriptor, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

// A datagram socket, a connection handed over (Accept=yes), a FIFO or a file is not served by
// guessing.
std::optional<tcp> protocol_of_listener(int descriptor) {
  if (integer_option(descriptor, SO_TYPE) != SOCK_STREAM) return std::nullopt;
  if (integer_option(descriptor, SO_ACCEPTCONN) != 1) return std::nullopt;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family == AF_INET) return tcp::v4();
  if (address.ss_family == AF_INET6) return tcp::v6();
  return std::nullopt;
}
#endif

}  // namespace

Listener::Listener(asio::io_context& io, OnAccept on_accept, OnExhausted on_exhausted)
    : io_(io), on_accept_(std::move(on_accept)), on_exhausted_(std::move(on_exhausted)) {}

voice::expected<void, ListenError> Listener::listen(const std::vector<std::string>& addresses,
                                                    std::uint16_t port) {
  if (addresses.empty()) {
    // Two sockets rather than one for both families: an IPv4 peer on an IPv6 socket costs more per
    // packet.
    auto v4 = bind(tcp::endpoint(tcp::v4(), port));
    if (!v4) return v4;
    const std::uint16_t chosen = sockets_.front().acceptor.local_endpoint().port();
    (void)bind(tcp::endpoint(tcp::v6(), chosen));  // a machine without IPv6 is served all the same
    return {};
  }
  for (const std::string& text : addresses) {
    error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (error) {
      return voice::unexpected(ListenError{ListenError::About::address,
                                           "`" + text +
                                               "` is not an IP address of this machine; use "
                                               "for example 0.0.0.0, :: or 127.0.0.1"});
    }
    // With port 0 the system chooses once, and all addresses share the choice.
    if (port == 0 && !sockets_.empty()) port = sockets_.front().acceptor.local_endpoint().port();
    if (auto bound = bind(tcp::endpoint(address, port)); !bound) return bound;
  }
  return {};
}

voice::expected<void, ListenError> Listener::bind(const tcp::endpoint& at) {
  Socket& socket = sockets_.emplace_back(io_);
  error_code error;
  socket.acceptor.open(at.protocol(), error);
  if (!error) socket.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && at.protocol() == tcp::v6()) {
    socket.acceptor.set_option(asio::ip::v6_only(true), error);
  }
  if (!error) socket.acceptor.bind(at, error);
  if (!error) socket.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) socket.acceptor.non_blocking(true, error);
  if (error) {
    sockets_.pop_back();
    return voice::unexpected(
        ListenError{subject_of(error),
                    "cannot listen on " + to_string(at) + ": " + error.message() + remedy(error)});
  }
  wait(socket);
  return {};
}

voice::expected<void, ListenError> Listener::adopt(int descriptor) {
#ifdef _WIN32
  const std::string reason = "cannot be taken over on this system";
#else
  std::string reason = "is not a listening TCP socket";
  if (const auto protocol = protocol_of_listener(descriptor)) {
    Socket& socket = sockets_.emplace_back(io_);
    error_code error;
    socket.acceptor.assign(*protocol, descriptor, error);
    if (!error) socket.acceptor.non_blocking(true, error);
    if (!error) {
      wait(socket);
      return {};
    }
    error_code ignored;
    if (socket.acceptor.is_open()) socket.acceptor.release(ignored);
    sockets_.pop_back();
    reason = "cannot be taken over: " + error.message();
  }
#endif
  return voice::unexpected(
      ListenError{ListenError::About::inherited,
                  "inherited descriptor " + std::to_string(descriptor) + " " + reason});
}

void Listener::wait(Socket& socket) {
  socket.acceptor.async_wait(tcp::acceptor::wait_read, [this, &socket](const error_code& error) {
    if (error == asio::error::operation_aborted) return;
    accept_all(socket);
  });
}

// In a loop until there is none left: one accept per wake-up would starve joining under load.
void Listener::accept_all(Socket& socket) {
  for (int i = 0; i < accepts_in_a_row_max; ++i) {
    error_code error;
    tcp::socket accepted(io_);
    socket.acceptor.accept(accepted, error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    // A peer that gave up while it waited: the next one may be alive.
    if (error == asio::error::connection_aborted) continue;
    if (error) {
      on_exhausted_(error);
      socket.pause.expires_after(pause_without_descriptors);
      socket.pause.async_wait([this, &socket](const error_code& aborted) {
        if (!aborted) wait(socket);
      });
      return;
    }
    on_accept_(std::move(accepted));
    if (!socket.acceptor.is_open()) return;
  }
  wait(socket);
}

std::vector<std::string> Listener::endpoints() const {
  std::vector<std::string> out;
  for (const Socket& socket : sockets_) {
    error_code error;
    const auto endpoint = socket.acceptor.local_endpoint(error);
    if (!error) out.push_back(to_string(endpoint));
  }
  return out;
}

void Listener::close() {
  for (Socket& socket : sockets_) {
    error_code ignored;
    socket.acceptor.close(ignored);
    socket.pause.cancel();
  }
}

}  // namespace voiced
