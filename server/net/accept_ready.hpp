// Waits until a peer wants to connect. Waits for readiness where the system offers it: the caller
// then accepts all waiting connections at once. On Windows a listening socket is never reported as
// readable (I/O completion ports report finished operations, not states), so there it waits for the
// first connection itself.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <utility>

namespace voiced {

enum class AcceptBy : std::uint8_t { readiness, completion };

#ifdef _WIN32
inline constexpr AcceptBy accept_by_default = AcceptBy::completion;
#else
inline constexpr AcceptBy accept_by_default = AcceptBy::readiness;
#endif

/// Calls `ready(error, first)` once. By completion, `first` is the new connection; by readiness, it
/// is not open, and the caller must accept the waiting connections.
template <class Ready>
void async_accept_ready(boost::asio::ip::tcp::acceptor& acceptor, AcceptBy by, Ready ready) {
  using boost::asio::ip::tcp;
  using boost::system::error_code;
  if (by == AcceptBy::completion) {
    acceptor.async_accept([ready = std::move(ready)](const error_code& error, tcp::socket first) {
      ready(error, std::move(first));
    });
    return;
  }
  acceptor.async_wait(tcp::acceptor::wait_read,
                      [&acceptor, ready = std::move(ready)](const error_code& error) {
                        ready(error, tcp::socket(acceptor.get_executor()));
                      });
}

}  // namespace voiced
