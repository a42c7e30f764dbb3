// Why voiced cannot listen at an address: a mistake that somebody must correct, or something
// temporary.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>

namespace voiced {

struct ListenError {
  enum class About : std::uint8_t { address, port, inherited };
  enum class Mends : std::uint8_t {
    by_a_person,  // trying again would only repeat the message
    with_time,    // a port in use, an address that is not there yet
  };

  About about;       // which setting must change
  std::string text;  // which address and port, why, and what to do
  Mends mends = Mends::by_a_person;
};

/// What the system's `error` means for listening at `at`.
[[nodiscard]] ListenError listen_error(const boost::asio::ip::tcp::endpoint& at,
                                       const boost::system::error_code& error);

}  // namespace voiced
