// Waits until a peer wants to connect. By readiness where the system offers it: the caller then
// accepts all that wait in one go. On Windows a listening socket is never reported as readable
// (I/O completion ports know operations, not states), so there the first connection itself is what
// is waited for.
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

/// Calls `ready(error, first)` once: by completion `first` is the connection that came, by
/// readiness it is not open, and waiting connections are still to be accepted.
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
