// What we ask of the kernel for a voice connection. Options a system does not have are left out.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>

namespace voicecli {

/// No Nagle, a small send buffer, keepalive that finds a dead server within 30 s.
void prepare_for_voice(boost::asio::ip::tcp::socket& socket);

/// See Connection::limit_unsent.
void limit_unsent_bytes(boost::asio::ip::tcp::socket& socket, std::size_t bytes);

}  // namespace voicecli
