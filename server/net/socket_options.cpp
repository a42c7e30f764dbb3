#include "server/net/socket_options.hpp"

#include <algorithm>

namespace voiced {
namespace {

namespace asio = boost::asio;

// After 15 s of silence, a probe every 5 s: a machine that lost power is found after 30 s. With a
// longer stall limit there are more probes.
constexpr voice::KeepAlive keep_alive_for(std::chrono::seconds stall_limit) noexcept {
  constexpr int idle_s = 15;
  constexpr int interval_s = 5;
  constexpr int probes_min = 3;
  constexpr int probes_max = 100;  // 127 at most
  const auto rest_s = static_cast<int>(stall_limit.count()) - idle_s;
  const int probes = std::clamp(rest_s / interval_s + 1, probes_min, probes_max);
  return {idle_s, std::max(interval_s, rest_s / probes + 1), probes};
}

// Linux gives up after some 15 minutes (net.ipv4.tcp_retries2).
constexpr std::chrono::minutes retransmission_surely{10};

}  // namespace

void prepare_socket(asio::ip::tcp::socket& socket, const VoiceSocket& use) noexcept {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  // The kernel counts its own bookkeeping too, about 1 KiB a message: room for the 15 messages that
  // are in flight at a round trip of 300 ms.
  voice::prepare_for_voice(socket,
                           std::max<std::size_t>(std::size_t{32} * 1024, 32 * use.message_bytes));
  limit_unsent(socket.native_handle(), use.message_bytes);
  set_patience(socket.native_handle(), use.stall_limit);
}

// Unsent bytes beyond four messages stay in the outbox, which can drop them by age.
void limit_unsent(voice::NativeSocket socket, std::size_t message_bytes) noexcept {
  voice::limit_unsent_bytes(socket, 4 * message_bytes);
}

void set_patience(voice::NativeSocket socket, std::chrono::seconds stall_limit) noexcept {
  voice::set_keep_alive(socket, keep_alive_for(stall_limit));
  // No limit unless the system itself would give up too soon: the time counts from the first loss
  // that has not been fully recovered, so many short outages would end a call that works between
  // them. A peer that takes nothing is found by the stall limit.
  std::chrono::milliseconds limit{0};
  if (stall_limit > retransmission_surely) limit = stall_limit + retransmission_surely;
  voice::set_user_timeout(socket, limit);
}

}  // namespace voiced
