// All peers: their places, how they are found, and which are leaving. Places are bounded:
// participants, refused peers and peers that say goodbye each have places of their own, so that
// neither takes another's. Owns the peers. Pure.
#pragma once

#include "common/core/slab.hpp"
#include "server/host/handshakes.hpp"
#include "server/host/peer.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace voiced {

/// Connections beyond the participants.
inline constexpr std::size_t refused_max = 256;
inline constexpr std::size_t farewells_max = 256;

class Peers {
 public:
  explicit Peers(std::size_t participants_max);

  /// A newcomer. When all places are taken, the peer whose farewell began first is done. After
  /// this the peers that are done must be released before the next newcomer (asserted).
  [[nodiscard]] Peer& add(const PeerAddress& address, Lobby& lobby, voice::OutboxLimits limits,
                          bool require_hello, std::unique_ptr<voice::Transport> transport,
                          voice::TimePoint now);
  /// It has taken a seat, which leads to it from now on.
  void seat(const Peer& peer);
  /// It has been refused. When too many have been, the one that was refused first is done.
  void refuse(Peer& peer);

  /// It says goodbye from now on. @param limit how long at most.
  void begin_farewell(Peer& peer, voice::Duration limit, voice::TimePoint now);
  /// Nothing more reaches it. Its number stands among done() until release_done().
  void finish(Peer& peer);

  /// Null: has gone.
  [[nodiscard]] Peer* find(PeerId id) const noexcept;
  /// Null: nobody here has this number, or it has no seat yet, or none any more.
  [[nodiscard]] Peer* find(std::uint64_t number) const noexcept;
  /// Of a participant that is here and is no guest.
  [[nodiscard]] Peer& at(RoomId room, ParticipantId id) const noexcept {
    return *peers_[index_of_[room.index][id.slot]];
  }
  /// For fetching its memory early: the peer in that place, or null.
  [[nodiscard]] const Peer* peek(std::uint32_t index) const noexcept { return peers_[index].get(); }
  [[nodiscard]] const Peer* peek(RoomId room, ParticipantId id) const noexcept {
    return peek(index_of_[room.index][id.slot]);
  }

  /// The peers that say goodbye, in no order.
  [[nodiscard]] const std::vector<PeerId>& leaving() const noexcept { return leaving_; }
  /// Their sockets can be closed.
  [[nodiscard]] std::span<const PeerId> done() const noexcept { return done_; }
  /// Forgets those, and gives their memory back.
  void release_done();

  /// Calls `each(Peer&)` for every peer that is not leaving, whether it has a seat or not. Peers
  /// may leave meanwhile, none come.
  template <class Each>
  void for_each(Each&& each) const {
    for (const auto& peer : peers_) {
      if (peer && !peer->is_leaving()) each(*peer);
    }
  }
  /// The same for those that have a seat.
  template <class Each>
  void for_each_seated(Each&& each) const {
    for (const auto& peer : peers_) {
      if (peer && peer->has_seat()) each(*peer);
    }
  }
  /// The same for all peers, including those that are leaving.
  template <class Each>
  void for_all(Each&& each) const {
    for (const auto& peer : peers_) {
      if (peer) each(*peer);
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return peers_.size() - free_.size(); }
  [[nodiscard]] std::size_t places() const noexcept { return peers_.size(); }
  [[nodiscard]] WaitingList& waiting() noexcept { return waiting_; }
  [[nodiscard]] const WaitingList& waiting() const noexcept { return waiting_; }

 private:
  void end_oldest_farewell();
  void check() const noexcept;

  voice::Slab<Peer> memory_;
  std::vector<voice::Slab<Peer>::Pointer> peers_;  // by PeerId::index
  std::vector<std::uint32_t> free_;
  // RoomId::index and ParticipantId::slot → PeerId::index
  std::vector<std::vector<std::uint32_t>> index_of_;
  std::uint64_t last_number_ = 0;
  WaitingList waiting_;
  std::vector<PeerId> leaving_;
  std::vector<PeerId> done_;
  RefusedPeers refused_;
};

}  // namespace voiced
