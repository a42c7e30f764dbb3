// The end of a connection: the last message leaves, our side is closed on a message boundary, and
// the peer has a moment to close too, so that what it was told last is not lost to a reset. And how
// many refused peers are kept for that. Pure.
#pragma once

#include "common/core/time.hpp"
#include "server/host/close_reason.hpp"
#include "server/host/sender.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace voiced {

/// How far a peer that is told goodbye has come.
struct FarewellState {
  bool all_left = false;  // the outbox is empty
  bool all_arrived =
      false;  // the peer's system has confirmed all of it; true where nobody can tell
  bool peer_closed = false;
};

enum class FarewellStep : std::uint8_t {
  wait,
  shut_down,  // close our side; and wait
  end,
};

class Farewell {
 public:
  /// @param limit how long a peer that has not taken its last message yet is waited for.
  Farewell(voice::TimePoint began, voice::Duration limit) noexcept : began_(began), limit_(limit) {}

  [[nodiscard]] FarewellStep next(const FarewellState& state, voice::TimePoint now) noexcept;

  [[nodiscard]] voice::TimePoint began() const noexcept { return began_; }
  /// Our side is closed: nothing more can be sent.
  [[nodiscard]] bool is_shut_down() const noexcept { return shut_down_; }

 private:
  voice::TimePoint began_;
  voice::Duration limit_;
  voice::TimePoint arrived_{};  // since when the peer has all; unknown: the epoch
  bool shut_down_ = false;
};

/// How long the farewell of a connection that ends like this may take at most, when a peer takes
/// nothing. A peer whose machine sleeps for a moment must not miss that it was removed; a
/// peer that has taken nothing for the stall limit has been waited for already.
[[nodiscard]] voice::Duration farewell_limit(CloseReason reason) noexcept;

/// The peers that were refused last, and are being told. They have places of their own: when there
/// are too many, the one refused first goes, and nobody's place in the room is taken.
class RefusedPeers {
 public:
  explicit RefusedPeers(std::size_t places) : places_(places) {}

  /// Returns the peer that has to go for it, which may have gone already; number 0: none has to.
  [[nodiscard]] PeerId add(PeerId newest) noexcept;

 private:
  std::vector<PeerId> places_;
  std::size_t oldest_ = 0;
};

}  // namespace voiced
