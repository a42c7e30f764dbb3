// What is to be sent at a tick, and to which peer: first what has waited since before, then the
// mixes, then signs of life. A piece is named, offered, and answered with how much of it was taken;
// what was not waits. A mix is made when it is asked for, so that it is still in the processor's
// first cache when it is sent. Pure.
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

  /// A tick begins: what has waited since before goes first, then what the rooms have mixed.
  void begin_tick() noexcept;
  /// A room has mixed. @param listeners are to be sent its mix, without guests; valid until the
  /// room ticks again. Only when next() has nothing left of the room before (asserted).
  void begin_room(RoomId room, std::span<const ParticipantId> listeners) noexcept;

  /// The next peer to send to; none: the round is over, for as many rooms as have mixed.
  [[nodiscard]] std::optional<PeerId> next(voice::TimePoint now);

  /// The bytes to be sent to a peer now, if any: to the one that next() has named all that is due,
  /// to any other only answers. Valid until the next call of any member. After bytes that are not
  /// empty taken() follows, or the peer's end.
  [[nodiscard]] voice::Bytes offer(Peer& peer, voice::TimePoint now);

  /// So much of the bytes offered last has left. True: offer() may have more. False: there is no
  /// more, or the rest waits.
  bool taken(std::size_t bytes, voice::TimePoint now);

  [[nodiscard]] std::span<const ParticipantId> listeners() const noexcept { return listeners_; }

  /// The peer has ended: what was offered to it, or is due, is off.
  void forget(const Peer& peer) noexcept;

  /// The peer to which something was offered last, until taken(); null: none.
  [[nodiscard]] const Peer* offered_to() const noexcept { return to_; }
  /// That was something that had waited since before.
  [[nodiscard]] bool offers_what_waited() const noexcept {
    return offered_ == Piece::waiting || offered_ == Piece::sealed;
  }

 private:
  enum class Phase : std::uint8_t { waiting, mixes, signs, over };
  enum class Piece : std::uint8_t { none, waiting, control, mix, sign, sealed };

  [[nodiscard]] Peer* next_waiting() noexcept;
  [[nodiscard]] Peer* next_listener(voice::TimePoint now);
  [[nodiscard]] Peer* next_quiet() noexcept;
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
  std::vector<std::uint8_t> control_;  // what is offered, if it is that
};

}  // namespace voiced
