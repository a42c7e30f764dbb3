// The end of a connection: the last message is sent, our side is closed on a message boundary, and
// the peer has a moment to close its side, so that a reset does not destroy the last message. Also
// limits how many refused peers are kept for that. Pure.
#pragma once

#include "common/core/time.hpp"
#include "server/host/close_reason.hpp"
#include "server/host/sender.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace voiced {

/// The state of a peer in its farewell.
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
  /// @param limit how long to wait for a peer that has not accepted its last message yet.
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

/// The longest that the farewell of a connection that ends for this reason may take if the peer
/// accepts no data. A peer whose machine sleeps for a moment must still learn that it was removed;
/// a peer that has stalled has already been waited for.
[[nodiscard]] voice::Duration farewell_limit(CloseReason reason) noexcept;

/// The peers that were refused last, and are being told so. They have places of their own: when
/// there are too many, the one that was refused first has to go, and no participant's place is
/// taken.
class RefusedPeers {
 public:
  explicit RefusedPeers(std::size_t places) : places_(places) {}

  /// Returns the peer that has to make room for it, which may have gone already; number 0: none has
  /// to.
  [[nodiscard]] PeerId add(PeerId newest) noexcept;

 private:
  std::vector<PeerId> places_;
  std::size_t oldest_ = 0;
};

}  // namespace voiced
