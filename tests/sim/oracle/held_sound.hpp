// How old the sound is that an adaptive playout holds (common/playout/adaptive_playout.hpp), packet
// by packet: what arrived first leaves first, played or not. It knows what came and how much is
// left, and does not foretell what is played. Where it cannot know, it takes sound for newer than
// it is.
#pragma once

#include "tests/sim/world/random.hpp"

#include <cstddef>
#include <deque>

namespace sim {

class HeldSound {
 public:
  /// No limit yet: call set_limit() first.
  HeldSound() = default;

  /// As the setting catch-up-max-ms: what comes from now on, and what is held already if that
  /// allows it more, may wait for so long.
  void set_limit(Duration catch_up_max);
  void came(std::size_t samples, TimePoint now);
  /// All of it is gone, because it is of no use any more.
  void clear() noexcept;

  /// A tick has left `left` samples. `lost` of those that are gone were dropped. Throws a Violation
  /// if others had waited for longer than they may.
  void ticked(std::size_t left, std::size_t lost, TimePoint now);

  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }
  /// What is held has waited for so long that it may be dropped for its age.
  [[nodiscard]] bool may_expire(TimePoint now) const noexcept;
  /// How long the oldest sample has waited; 0: there is none.
  [[nodiscard]] Duration age(TimePoint now) const noexcept {
    return pieces_.empty() ? Duration{0} : now - pieces_.front().came;
  }

 private:
  struct Piece {
    TimePoint came;
    std::size_t samples;
    Duration catch_up_max;  // the most that was allowed since it came
  };
  std::size_t take(std::size_t samples_max) noexcept;

  Duration catch_up_max_{0};
  std::deque<Piece> pieces_;
  std::size_t samples_ = 0;
};

}  // namespace sim
