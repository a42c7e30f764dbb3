#include "server/net/listener.hpp"

#include "common/core/quoted.hpp"
#include "server/net/address.hpp"
#include "server/net/listen_addresses.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <spdlog/spdlog.h>

#include <iterator>

#ifndef _WIN32
#include <sys/socket.h>
#endif

namespace voiced {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds pause_without_descriptors{100};
// At most this many at a time, so that a flood of connections cannot hold up a tick: a tick that is
// due, and other handlers, run before more are accepted.
constexpr int accepts_in_a_row_max = 16;

// While another program uses the port for IPv6, only IPv4 is served.
constexpr std::chrono::seconds v6_retry_interval{2};

// This kernel has no IPv6, or it is switched off: no peer can connect that way.
bool is_family_missing(const error_code& error) {
  namespace errc = boost::system::errc;
  return error == errc::address_family_not_supported || error == errc::protocol_not_supported ||
         error == errc::address_not_available;
}

error_code open_and_bind(tcp::acceptor& acceptor, const tcp::endpoint& at) {
  error_code error;
  acceptor.open(at.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && at.protocol() == tcp::v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(at, error);
  return error;
}

#ifndef _WIN32
int integer_option(int descriptor, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

// None for anything else: a datagram socket, a connection handed over (Accept=yes), a FIFO, a file.
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

std::optional<ListenError> lasting_fault(const tcp::endpoint& at) {
  constexpr std::uint16_t privileged_end = 1024;
  asio::io_context io;
  tcp::acceptor trial(io);
  // Any port shows whether the address can be used; only the privilege depends on the port.
  const std::uint16_t port = at.port() < privileged_end ? at.port() : std::uint16_t{0};
  const error_code error = open_and_bind(trial, tcp::endpoint(at.address(), port));
  if (!error) return std::nullopt;
  ListenError fault = listen_error(at, error);
  if (fault.mends == ListenError::Mends::with_time) return std::nullopt;
  return fault;
}

Listener::Listener(asio::io_context& io, OnAccept on_accept, OnExhausted on_exhausted,
                   AcceptBy accept_by)
    : io_(io),
      accept_by_(accept_by),
      on_accept_(std::move(on_accept)),
      on_exhausted_(std::move(on_exhausted)) {}

voice::expected<void, ListenError> Listener::listen(const std::vector<std::string>& addresses,
                                                    std::uint16_t port, Spoken spoken) {
  const auto parsed = parse_listen_addresses(addresses);
  if (!parsed) return voice::unexpected(parsed.error());
  if (parsed->empty()) return listen_everywhere(port, spoken);
  for (const asio::ip::address& address : *parsed) {
    const tcp::endpoint at(address, port);
    if (const error_code error = bind(at, spoken))
      return voice::unexpected(listen_error(at, error));
    // With port 0 the system chooses once, and all addresses share that port.
    port = sockets_.back().acceptor.local_endpoint().port();
  }
  return {};
}

voice::expected<void, ListenError> Listener::listen(const ServerOptions& options, Spoken spoken) {
  if (spoken == Spoken::plain) {
    if (!options.listens_plain) return {};
    return listen(options.plain.addresses, options.plain.port, spoken);
  }
  const auto& addresses = spoken == Spoken::tls     ? options.encrypted
                          : spoken == Spoken::proxy ? options.proxied
                                                    : options.proxied_encrypted;
  for (const ListenAt& at : addresses) {
    if (auto listening = listen(at.addresses, at.port, spoken); !listening) return listening;
  }
  return {};
}

// Two sockets rather than one for both families: an IPv4 peer on an IPv6 socket costs more per
// packet.
voice::expected<void, ListenError> Listener::listen_everywhere(std::uint16_t port, Spoken spoken) {
  const tcp::endpoint v4(tcp::v4(), port);
  if (const error_code error = bind(v4, spoken)) return voice::unexpected(listen_error(v4, error));
  const std::uint16_t chosen = sockets_.back().acceptor.local_endpoint().port();
  const tcp::endpoint v6(tcp::v6(), chosen);
  const error_code error = bind(v6, spoken);
  if (!error || is_family_missing(error)) return {};
  spdlog::warn(
      "cannot listen on IPv6 address={} error={} IPv6 clients cannot connect; retrying every {} s",
      to_string(v6), voice::quoted(error.message()), v6_retry_interval.count());
  v6_retries_.emplace_back(io_);
  try_v6_again(std::prev(v6_retries_.end()), chosen, spoken);
  return {};
}

void Listener::try_v6_again(Retry retry, std::uint16_t port, Spoken spoken) {
  retry->expires_after(v6_retry_interval);
  retry->async_wait([this, retry, port, spoken](const error_code& aborted) {
    if (aborted || is_closed_) return;
    const tcp::endpoint v6(tcp::v6(), port);
    if (bind(v6, spoken)) return try_v6_again(retry, port, spoken);
    spdlog::info("now listening on IPv6 address={}", to_string(v6));
  });
}

error_code Listener::bind(const tcp::endpoint& at, Spoken spoken) {
  Socket& socket = sockets_.emplace_back(io_, spoken);
  error_code error = open_and_bind(socket.acceptor, at);
  if (!error) socket.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) socket.acceptor.non_blocking(true, error);
  if (error) {
    sockets_.pop_back();
  } else {
    wait(socket);
  }
  return error;
}

voice::expected<void, ListenError> Listener::adopt(int descriptor, [[maybe_unused]] Spoken spoken) {
#ifdef _WIN32
  const std::string reason = "cannot be taken over on this system";
#else
  std::string reason = "is not a listening TCP socket";
  if (const auto protocol = protocol_of_listener(descriptor)) {
    Socket& socket = sockets_.emplace_back(io_, spoken);
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
  async_accept_ready(socket.acceptor, accept_by_,
                     [this, &socket](const error_code& error, tcp::socket first) {
                       if (error == asio::error::operation_aborted) return;
                       accept_all(socket, error, std::move(first));
                     });
}

// In a loop: with one accept per wake-up, peers could hardly join under load.
void Listener::accept_all(Socket& socket, error_code error, tcp::socket accepted) {
  for (int i = 0; i < accepts_in_a_row_max; ++i) {
    if (!error && !accepted.is_open()) socket.acceptor.accept(accepted, error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    // connection_aborted: the peer gave up while it waited, and the next one may not have.
    if (error && error != asio::error::connection_aborted) {
      on_exhausted_(error);
      socket.pause.expires_after(pause_without_descriptors);
      socket.pause.async_wait([this, &socket](const error_code& aborted) {
        if (!aborted) wait(socket);
      });
      return;
    }
    if (!error) on_accept_(std::move(accepted), socket.spoken);
    if (!socket.acceptor.is_open()) return;
    accepted = tcp::socket(io_);
    error.clear();
  }
  wait(socket);
}

std::vector<std::string> Listener::endpoints() const {
  std::vector<std::string> out;
  for (const Socket& socket : sockets_) {
    error_code error;
    const auto endpoint = socket.acceptor.local_endpoint(error);
    if (error) continue;
    out.push_back(to_string(endpoint) + (is_by_proxy(socket.spoken) ? " proxy" : "") +
                  (is_encrypted(socket.spoken) ? " tls" : ""));
  }
  return out;
}

void Listener::close() {
  is_closed_ = true;
  for (auto& retry : v6_retries_) retry.cancel();
  for (Socket& socket : sockets_) {
    error_code ignored;
    socket.acceptor.close(ignored);
    socket.pause.cancel();
  }
}

}  // namespace voiced
