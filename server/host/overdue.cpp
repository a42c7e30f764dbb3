#include "server/host/overdue.hpp"

#include <algorithm>

namespace voiced {
namespace {

constexpr std::chrono::seconds hello_max{5};
constexpr std::chrono::seconds handshake_max{5};
// As long as keepalive takes to find a dead machine.
constexpr std::chrono::seconds silence_max{30};

}  // namespace

std::optional<CloseReason> overdue(const Peer& peer, const OverdueLimits& limits,
                                   voice::TimePoint now) {
  const Session& session = peer.session;
  if (session.message_overdue(now)) return CloseReason::framing_timeout;
  if (peer.hot.life == Life::handshake) {
    if (now - peer.cold.joined_at <= handshake_max) return std::nullopt;
    const bool is_unnamed = peer.cold.header != nullptr;
    return is_unnamed ? CloseReason::proxy_timeout : CloseReason::handshake_timeout;
  }
  if (session.requires_hello() && session.dialect() != Dialect::voice1 &&
      now - peer.cold.seated_at > hello_max) {
    return CloseReason::hello_timeout;
  }
  if (session.login_overdue(now)) return CloseReason::login_timeout;
  const auto silence = now - std::max(peer.hot.last_heard, limits.awake_since);
  if (session.keeps_pinging() && silence > std::max(silence_max, limits.stall_limit)) {
    return CloseReason::not_heard;
  }
  return std::nullopt;
}

}  // namespace voiced
