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

/// What keeps this machine from listening at `at` until somebody changes something: a port that
/// needs a privilege, a kind of addresses that it does not support. Checked without listening.
/// Temporary failures (a port in use, an address that does not exist yet) do not count.
[[nodiscard]] std::optional<ListenError> lasting_fault(const boost::asio::ip::tcp::endpoint& at);

/// What peers send to an address: plain or TLS, either one after a PROXY header or without.
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

  /// @param on_accept    called for every new connection, several times in a row if several wait.
  /// @param on_exhausted called when accepting failed (no descriptors left); accepting then pauses
  /// for 100 ms.
  /// @param accept_by    how to learn that a peer is waiting; default: as suits this system.
  Listener(boost::asio::io_context& io, OnAccept on_accept, OnExhausted on_exhausted,
           AcceptBy accept_by = accept_by_default);

  /// Binds and listens. No addresses: all of them, IPv4 and IPv6. If only IPv6 fails although the
  /// machine has it, a warning is logged, and IPv6 is tried again every two seconds.
  [[nodiscard]] voice::expected<void, ListenError> listen(const std::vector<std::string>& addresses,
                                                          std::uint16_t port, Spoken spoken);

  /// Listens at all addresses that the options have for `spoken`.
  [[nodiscard]] voice::expected<void, ListenError> listen(const ServerOptions& options,
                                                          Spoken spoken);

  /// Takes over a socket that is already listening, and owns it from then on. Fails, and leaves it
  /// open, if the descriptor is not a listening TCP socket.
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
