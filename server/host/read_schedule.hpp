// Decides which peer to read, and when. A peer that sends is read at the ticks, without waiting: a
// frame that arrives between two ticks could not be played sooner, and an event for each would cost
// more than the frame. In a crowd, a talker whose jitter buffer covers the ticks until its next
// turn is read at every third tick. A peer that has fallen silent is read on events again, and
// costs nothing. Pure.
#pragma once

#include "server/host/pace.hpp"
#include "server/host/peers.hpp"

#include <optional>
#include <span>
#include <vector>

namespace voiced {

class ReadSchedule {
 public:
  /// @param peers, lobby outlive it.
  ReadSchedule(const Peers& peers, const Lobby& lobby);

  /// The peer to read next; none: the round is over, and the next call begins another. Between two
  /// calls, the peer returned last is read once, and Host is given what has arrived.
  [[nodiscard]] std::optional<PeerId> next(Pace pace, voice::TimePoint now);

  /// A peer was read because of an event. True: it is read at the ticks from now on. False: the
  /// next event is waited for.
  [[nodiscard]] bool takes(Peer& peer, Pace pace);

  /// Peers that have left the schedule because they are silent: their next event is waited for.
  [[nodiscard]] std::span<const PeerId> silent() const noexcept { return silent_; }
  void clear_silent() noexcept { silent_.clear(); }

  /// Everybody is read at the next tick: buffers may hold less than was thought.
  void hurry() noexcept;

 private:
  struct Talker {
    PeerId peer;
    Seat seat;
    std::uint64_t due = 0;  // the tick before which it is to be read again
  };

  [[nodiscard]] std::uint64_t tick() const noexcept { return lobby_.ticks(); }
  [[nodiscard]] std::size_t next_due(std::size_t place) const noexcept;
  [[nodiscard]] std::uint64_t due_again(const Talker& talker, Pace pace) const noexcept;
  void settle(Pace pace, voice::TimePoint now);
  void fetch_state(std::size_t place) const noexcept;
  void fetch_place(std::size_t place) const noexcept;

  const Peers& peers_;
  const Lobby& lobby_;
  std::vector<Talker> talkers_;
  std::size_t place_ = 0;      // of the talker named last, while is_reading_
  std::size_t following_ = 0;  // the next one that is due
  bool is_reading_ = false;
  std::vector<PeerId> silent_;
};

}  // namespace voiced
