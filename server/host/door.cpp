#include "server/host/door.hpp"

#include "common/core/assert.hpp"

#include <utility>

namespace voiced {

using voice::voice1::RefusalCode;

std::optional<Refusal> Door::ask(Peer& peer, double load, std::chrono::sys_seconds today,
                                 voice::TimePoint now) {
  if (const Ban* const ban = bans_.find(peer.cold.address, today)) {
    return Refusal{CloseReason::refused_banned, RefusalCode::banned,
                   ban->reason.empty() ? "you are banned here" : ban->reason};
  }
  if (!addresses_.admits(peer.cold.whole_address)) {
    return Refusal{CloseReason::refused_address, RefusalCode::banned,
                   "this server accepts no connections from your address"};
  }
  if (drain_.is_active()) {
    return Refusal{CloseReason::refused_draining, RefusalCode::draining,
                   "the server is shutting down and accepts no new participants"};
  }
  const Admission admission = doorman_.arrived(peer.cold.address, now);
  if (admission != Admission::welcome) {
    return Refusal{CloseReason::refused_limit, RefusalCode::limit, to_string(admission)};
  }
  peer.hot.is_admitted = true;
  if (load > load_max_) {
    return Refusal{CloseReason::refused_busy, RefusalCode::busy,
                   "the server is too busy to accept another participant"};
  }
  return std::nullopt;
}

// A peer that is not a proxy is told nothing, because its protocol is not known.
std::optional<Refusal> Door::ask_proxy(Peer& peer) {
  VOICE_ASSERT(!peer.cold.is_unnamed && !peer.hot.is_admitted);
  if (!proxies_.contains(peer.cold.whole_address))
    return Refusal{CloseReason::proxy_untrusted, {}, {}};
  if (!doorman_.arrived_unnamed()) return Refusal{CloseReason::refused_limit, {}, {}};
  peer.cold.is_unnamed = true;
  return std::nullopt;
}

void Door::named(Peer& peer) noexcept {
  if (std::exchange(peer.cold.is_unnamed, false)) doorman_.named();
}

void Door::left(Peer& peer) noexcept {
  named(peer);
  if (!peer.hot.is_admitted) return;
  doorman_.left(peer.cold.address, peer.hot.life <= Life::arriving);
  peer.hot.is_admitted = false;
}

void Door::tidy(std::chrono::sys_seconds today, voice::TimePoint now) {
  doorman_.tidy(now);
  bans_.expire(today);
}

void Door::reconfigure(const HostOptions& options) {
  doorman_.set_limits(options.door);
  addresses_ = options.addresses;
  if (!options.proxies.empty()) proxies_ = options.proxies;
  load_max_ = options.load_max;
  drain_.set_limit(options.drain_limit);
}

}  // namespace voiced
