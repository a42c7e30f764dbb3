// Listening sockets: binds the configured addresses, or takes over sockets that a service manager
// has bound, and hands out accepted sockets.
#pragma once

#include "common/core/result.hpp"
#include "server/net/accept_ready.hpp"
#include "server/net/listen_error.hpp"
#include "server/net/options.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace voiced {

/// What would keep this machine from listening at `at` until a person changes something: a port
/// that needs a privilege, a kind of addresses it does not have. Nothing is listened on for it, and
/// temporary failures (a port in use, an address that does not exist yet) do not count.
[[nodiscard]] std::optional<ListenError> lasting_fault(const boost::asio::ip::tcp::endpoint& at);

/// What is spoken at an address: there may be a PROXY header in front of either.
enum class Spoken : std::uint8_t { plain, tls, proxy, proxy_tls };

[[nodiscard]] constexpr bool is_encrypted(Spoken spoken) noexcept {
  return spoken == Spoken::tls || spoken == Spoken::proxy_tls;
}
[[nodiscard]] constexpr bool is_by_proxy(Spoken spoken) noexcept {
  return spoken == Spoken::proxy || spoken == Spoken::proxy_tls;
}

class Listener {
 public:
  using OnAccept = std::function<void(boost::asio::ip::tcp::socket, Spoken)>;
  using OnExhausted = std::function<void(const boost::system::error_code&)>;

  /// @param on_accept    called for every new connection, many times in a row when many wait.
  /// @param on_exhausted called when accepting failed (no descriptors left); accepting pauses for
  /// 100 ms then.
  /// @param accept_by    how to learn that a peer is waiting; default: what is usual on this
  /// system.
  Listener(boost::asio::io_context& io, OnAccept on_accept, OnExhausted on_exhausted,
           AcceptBy accept_by = accept_by_default);

  /// Binds and listens. No addresses: all of them, IPv4 and IPv6. When IPv6 alone fails although
  /// the machine has it, that is logged, and tried again every two seconds.
  [[nodiscard]] voice::expected<void, ListenError> listen(const std::vector<std::string>& addresses,
                                                          std::uint16_t port, Spoken spoken);

  /// Listens wherever the options say that this is spoken.
  [[nodiscard]] voice::expected<void, ListenError> listen(const ServerOptions& options,
                                                          Spoken spoken);

  /// Takes over a socket that listens already, and owns it from then on. Fails, and leaves it open,
  /// when the descriptor is anything but a listening TCP socket.
  [[nodiscard]] voice::expected<void, ListenError> adopt(int descriptor, Spoken spoken);

  /// "0.0.0.0:7000", "0.0.0.0:7443 tls", "127.0.0.1:7001 proxy", one for each socket; the port is
  /// the real one when 0 was asked for.
  [[nodiscard]] std::vector<std::string> endpoints() const;

  void close();

 private:
  struct Socket {
    Socket(boost::asio::io_context& io, Spoken what) : acceptor(io), pause(io), spoken(what) {}
    boost::asio::ip::tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
    Spoken spoken;
  };
  using Retry = std::list<boost::asio::steady_timer>::iterator;

  [[nodiscard]] voice::expected<void, ListenError> listen_everywhere(std::uint16_t port,
                                                                     Spoken spoken);
  [[nodiscard]] boost::system::error_code bind(const boost::asio::ip::tcp::endpoint& at,
                                               Spoken spoken);
  void try_v6_again(Retry retry, std::uint16_t port, Spoken spoken);
  void wait(Socket& socket);
  void accept_all(Socket& socket, boost::system::error_code error,
                  boost::asio::ip::tcp::socket accepted);

  boost::asio::io_context& io_;
  AcceptBy accept_by_;
  OnAccept on_accept_;
  OnExhausted on_exhausted_;
  std::list<Socket> sockets_;  // stable addresses: handlers hold references
  std::list<boost::asio::steady_timer> v6_retries_;
  bool is_closed_ = false;
};

}  // namespace voiced
