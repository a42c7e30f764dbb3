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
                   "the server is about to stop and takes no more participants"};
  }
  const Admission admission = doorman_.arrived(peer.cold.address, now);
  if (admission == Admission::too_many_strangers && displace_for(peer)) {
    doorman_.arrived_instead(peer.cold.address);
  } else if (admission != Admission::welcome) {
    return Refusal{CloseReason::refused_limit, RefusalCode::limit, to_string(admission)};
  }
  peer.hot.is_admitted = true;
  strangers_.take(peer.id, peer.cold.address);
  if (load > load_max_) {
    return Refusal{CloseReason::refused_busy, RefusalCode::busy,
                   "the server is too busy for one more participant"};
  }
  return std::nullopt;
}

// A peer that is not a proxy is told nothing, because its protocol is not known.
std::optional<Refusal> Door::ask_proxy(Peer& peer) {
  VOICE_ASSERT(!peer.cold.is_unnamed && !peer.hot.is_admitted);
  if (!proxies_.contains(peer.cold.whole_address))
    return Refusal{CloseReason::proxy_untrusted, {}, {}};
  if (!doorman_.arrived_unnamed()) {
    if (!displace_for(peer)) return Refusal{CloseReason::refused_limit, {}, {}};
    doorman_.arrived_unnamed_instead();
  }
  peer.cold.is_unnamed = true;
  strangers_.take(peer.id, peer.cold.address);
  return std::nullopt;
}

// One more than an address holds would be no fairer the other way round.
bool Door::displace_for(const Peer& peer) {
  constexpr std::size_t lead = 2;
  displaced_ = strangers_.gives_way(peer.cold.address, lead);
  return displaced_.has_value();
}

void Door::named(Peer& peer) {
  if (!std::exchange(peer.cold.is_unnamed, false)) return;
  doorman_.named();
  strangers_.give_back(peer.id);
}

void Door::shown(const Peer& peer) {
  doorman_.shown(peer.cold.address);
  strangers_.give_back(peer.id);
}

void Door::left(Peer& peer) {
  named(peer);
  strangers_.give_back(peer.id);
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
