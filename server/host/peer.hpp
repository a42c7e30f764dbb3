// One peer, as the host knows it: where it stands in its life, its session, what leaves for it, and
// how it ends. Plain state; Host is its owner and decides.
#pragma once

#include "common/wire/proxy_header.hpp"
#include "server/host/doorman.hpp"
#include "server/host/farewell.hpp"
#include "server/host/peer_notes.hpp"
#include "server/host/sender.hpp"
#include "server/host/session.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace voiced {

enum class Life : std::uint8_t {
  handshake,  // its proxy has not said yet for whom it speaks, or it is let in, but its transport
              // shakes hands still: it has no seat
  arriving,   // let in, and has not shown itself yet: no packet, no Hello
  present,    // has shown itself
  farewell,   // is being told that it ends, and why; what it sends counts no more
  done,       // its socket can be closed
};

/// Where a peer comes from: for people, and for the door.
struct PeerAddress {
  std::string text;  // "192.0.2.1:50000"
  WholeAddress whole{};
};

struct alignas(64) Peer {
  /// What every tick touches lies together, in front: a thousand peers do not fit into a cache.
  struct Hot {
    Life life = Life::arriving;
    bool is_refused = false;           // has one of the refused peers' places
    bool is_admitted = false;          // the doorman counts it
    std::uint8_t reads_this_tick = 0;  // of the tick read_tick, by events
    std::uint64_t read_tick = 0;
    voice::TimePoint last_heard{};
    Sender sender;
  };
  /// What is looked at when it comes, when it goes, and once a second.
  struct Cold {
    AddressKey address{};
    WholeAddress whole_address{};
    voice::TimePoint joined_at{};
    voice::TimePoint seated_at{};                           // since then it can say Hello
    std::unique_ptr<voice::ProxyHeaderReader> header = {};  // null: its address is its own
    Farewell farewell{{}, {}};
    bool shakes_hands = false;  // is one of the Handshakes
    bool is_unnamed = false;    // the doorman counts it without knowing its address
    PeerNotes notes;
  };

  Peer(PeerId its_id, const PeerAddress& address, Lobby& lobby, voice::OutboxLimits limits,
       WaitingList& waiting, bool require_hello, std::unique_ptr<voice::Transport> transport,
       voice::TimePoint now)
      : hot{.last_heard = {}, .sender = Sender(limits, its_id, waiting)},
        id(its_id),
        session(lobby, its_id.number, address.text, require_hello, std::move(transport)),
        cold{.address = address_key(address.whole),
             .whole_address = address.whole,
             .joined_at = now,
             .header = {},
             .notes = {}} {}

  [[nodiscard]] bool is_leaving() const noexcept { return hot.life >= Life::farewell; }
  [[nodiscard]] bool has_seat() const noexcept {
    return hot.life == Life::arriving || hot.life == Life::present;
  }
  /// Nothing waits for the system to take it; what has left may still be under way.
  [[nodiscard]] bool all_sent() const noexcept {
    return hot.sender.empty() && session.channel().all_left();
  }

  Hot hot;
  PeerId id;
  Session session;
  Cold cold;
};

/// Sending looks at this much of a peer, and reading at all of the front of the session.
inline constexpr std::size_t peer_sending_bytes = 256;
inline constexpr std::size_t peer_reading_bytes = 448;
static_assert(sizeof(Peer::Hot) <= 192);

}  // namespace voiced
