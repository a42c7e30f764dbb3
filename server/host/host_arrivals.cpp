// How peers arrive: directly, or through a proxy, whose header says where they come from.
#include "common/core/assert.hpp"
#include "server/host/host.hpp"

namespace voiced {

using voice::TimePoint;

PeerId Host::arrived(const PeerAddress& address, TimePoint now,
                     std::unique_ptr<voice::Transport> transport) {
  Peer& peer = add(address, now, std::move(transport));
  peer.session.set_is_local(is_loopback(peer.cold.address));
  admit(peer, now);
  return peer.id;
}

Peer& Host::add(const PeerAddress& address, TimePoint now,
                std::unique_ptr<voice::Transport> transport) {
  ++counters_.connections;
  return peers_.add(address, lobby_, {.audio_age_max = options_.outbox_age_max},
                    options_.require_hello, std::move(transport), now);
}

// Its address is known.
void Host::admit(Peer& peer, TimePoint now) {
  VOICE_ASSERT(!peer.is_leaving() && !peer.hot.is_admitted && peer.cold.header == nullptr);
  if (const auto refusal = door_.ask(peer, load_, today_, now)) {
    refuse(peer, *refusal, now);
  } else if (peer.session.channel().is_ready()) {
    // If the room is full, the session itself says so.
    if (const auto reason = peer.session.open()) {
      refuse(peer, {*reason, {}, {}}, now);
    } else {
      seated(peer, now);
    }
  } else if (!peer.cold.shakes_hands) {
    begin_handshake(peer, now);
  }
  VOICE_ASSERT(peer.is_leaving() || peer.session.seat().has_value() == peer.has_seat());
}

void Host::begin_handshake(Peer& peer, TimePoint now) {
  if (handshakes_.is_full()) {
    // The proxy's address does not say how many this one has.
    const std::size_t ours = peer.cold.is_unnamed ? 0 : handshakes_.from(peer.cold.address);
    const auto other = handshakes_.gives_way(ours, now);
    if (!other) return refuse(peer, {CloseReason::refused_busy, {}, {}}, now);
    end_for_another(*peers_.find(*other), now);
  }
  handshakes_.begin(peer.id, peer.cold.address, now);
  peer.cold.shakes_hands = true;
  peer.hot.life = Life::handshake;
}

void Host::end_for_another(Peer& peer, TimePoint now) {
  VOICE_ASSERT(handshakes_.is_full() && peer.hot.life == Life::handshake);
  if (handshakes_.from(peer.cold.address) > 1) {
    return close(peer, CloseReason::refused_limit, now, "too many handshakes from this address");
  }
  close(peer, CloseReason::refused_busy, now, "took too long while others were waiting");
}

// Until its header has arrived, it takes a place of a handshake. The proxy's address is checked
// only against the trusted proxies: all peers that come through the proxy share it.
PeerId Host::arrived_by_proxy(const PeerAddress& proxy, TimePoint now,
                              std::unique_ptr<voice::Transport> transport) {
  Peer& peer = add(proxy, now, std::move(transport));
  if (const auto refusal = door_.ask_proxy(peer)) {
    refuse(peer, *refusal, now);
  } else {
    begin_handshake(peer, now);
  }
  if (!peer.is_leaving()) peer.cold.header = std::make_unique<voice::ProxyHeaderReader>();
  VOICE_ASSERT(peer.is_leaving() || peer.cold.is_unnamed);
  return peer.id;
}

// Returns whether the rest of `bytes` is the peer's own and is to be read.
bool Host::read_proxy_header(Peer& peer, voice::Bytes& bytes, TimePoint now) {
  VOICE_ASSERT(peer.hot.life == Life::handshake && peer.cold.is_unnamed);
  const auto header = peer.cold.header->next(bytes);
  if (!header) {
    close(peer, CloseReason::proxy_malformed, now, to_string(header.error()));
    return false;
  }
  if (!*header) return false;
  const bool is_proxy_local = is_loopback(peer.cold.address);
  bool is_local = is_proxy_local && (*header)->is_own;
  if (const auto& source = (*header)->source) {
    peer.cold.address = address_key(source->address);
    peer.cold.whole_address = source->address;
    handshakes_.is_from(peer.id, peer.cold.address);
    peer.session.set_address(voice::to_string(source->address, source->port));
    // The bytes cross two connections: neither may leave this machine.
    is_local = is_proxy_local && is_loopback(peer.cold.address);
  }
  peer.session.set_is_local(is_local);
  peer.cold.header.reset();
  door_.named(peer);
  admit(peer, now);
  return !peer.is_leaving();
}

}  // namespace voiced
