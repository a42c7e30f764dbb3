// Decides what is sent at a tick, and in which order: first everything that has waited since
// earlier ticks, then each room's mixes and signs of life. The shell asks for a peer, writes the
// bytes that are offered, and reports how many the system has taken; the rest waits. A mix is made
// only when its turn has come, so that it is still in the processor's first cache when it is sent.
// Pure.
#pragma once

#include "server/host/peers.hpp"

#include <optional>
#include <span>
#include <vector>

namespace voiced {

class SendRound {
 public:
  /// @param peers, lobby outlive it.
  SendRound(Peers& peers, Lobby& lobby) : peers_(peers), lobby_(lobby) {}

  /// Begins a tick. The round before must be over (asserted).
  void begin_tick() noexcept;
  /// A room has mixed. For the first room call it right after begin_tick(), for every other when
  /// next() has returned none (asserted).
  /// @param listeners that get its mix, without guests; valid until the room ticks again.
  void begin_room(RoomId room, std::span<const ParticipantId> listeners) noexcept;

  /// The next peer to send to; none: nothing is left for the rooms that have mixed so far.
  [[nodiscard]] std::optional<PeerId> next(voice::TimePoint now);

  /// The bytes to send to a peer now, if any: everything that is due if next() has named it, else
  /// only answers. Valid until the next call of any member. If they are not empty, taken() must
  /// follow, or the end of the peer.
  [[nodiscard]] voice::Bytes offer(Peer& peer, voice::TimePoint now);

  /// The system has taken this many of the bytes offered last. True: offer() may have more. False:
  /// there is no more, or the rest waits.
  bool taken(std::size_t bytes, voice::TimePoint now);

  [[nodiscard]] std::span<const ParticipantId> listeners() const noexcept { return listeners_; }

  /// The peer has ended: drops what was offered to it or was due.
  void forget(const Peer& peer) noexcept;

  /// The peer to which something was offered last, until taken(); null: none.
  [[nodiscard]] const Peer* offered_to() const noexcept { return to_; }
  /// Whether that was something that had waited since an earlier tick, or is sealed.
  [[nodiscard]] bool offers_what_waited() const noexcept {
    return offered_ == Piece::waiting || offered_ == Piece::sealed;
  }

 private:
  enum class Phase : std::uint8_t { waiting, mixes, signs, over };
  enum class Piece : std::uint8_t { none, waiting, control, mix, sign, sealed };

  [[nodiscard]] Peer* next_waiting() noexcept;
  [[nodiscard]] Peer* next_listener(voice::TimePoint now);
  [[nodiscard]] Peer* next_quiet(voice::TimePoint now);
  [[nodiscard]] voice::Bytes due_message() noexcept;
  [[nodiscard]] voice::Bytes offer_sealed(Peer& peer, voice::TimePoint now);
  void queue_answers(Peer& peer, voice::TimePoint now);
  void queue_due(Peer& peer, voice::TimePoint now);
  void fetch_early(std::size_t place) const noexcept;

  Peers& peers_;
  Lobby& lobby_;
  RoomId room_;
  Phase phase_ = Phase::over;
  std::size_t place_ = 0;  // in the list of the phase
  std::span<const ParticipantId> listeners_;
  Peer* current_ = nullptr;  // the peer that next() has named
  Piece due_ = Piece::none;  // what it is to be sent besides answers
  ParticipantId due_to_{};

  Peer* to_ = nullptr;
  Piece offered_ = Piece::none;
  voice::Bytes bytes_;
  std::vector<std::uint8_t> control_;  // the bytes offered, if they are control messages
};

}  // namespace voiced
