#include "client/net/socket_options.hpp"

#include "common/net/socket_options.hpp"

namespace voicecli {
namespace {

// After 15 s of silence, three probes, every 5 s: a dead classic server is noticed after 30 s.
// There is no user timeout: it counts from the first loss that has not been fully recovered, so
// many short outages would end a call that works between them. Instead, Connection checks whether
// the system still takes bytes.
constexpr voice::KeepAlive keep_alive{.idle_s = 15, .interval_s = 5, .probes = 3};

// Two seconds at 8 kHz are 18 KB with headers; the kernel's default would hold 16 s and more.
constexpr std::size_t send_buffer_bytes = std::size_t{16} * 1024;

}  // namespace

void prepare_for_voice(boost::asio::ip::tcp::socket& socket) {
  voice::prepare_for_voice(socket, send_buffer_bytes);
  voice::set_keep_alive(socket.native_handle(), keep_alive);
}

void limit_unsent_bytes(boost::asio::ip::tcp::socket& socket, std::size_t bytes) {
  voice::limit_unsent_bytes(socket.native_handle(), bytes);
}

}  // namespace voicecli
