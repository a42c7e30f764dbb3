// The age of the sound that an adaptive playout holds (common/playout/adaptive_playout.hpp), packet
// by packet: what arrived first leaves first, played or not. It is told what came and how much is
// left, and does not predict what is played. Where it cannot know an age, it assumes a lower one.
#pragma once

#include "tests/sim/world/random.hpp"

#include <cstddef>
#include <deque>

namespace sim {

class HeldSound {
 public:
  /// There is no limit yet: call set_limit() first.
  HeldSound() = default;

  /// The setting catch-up-max-ms: sound that comes from now on may wait this long, and so may sound
  /// that is already held, if that is longer than before.
  void set_limit(Duration catch_up_max);
  void came(std::size_t samples, TimePoint now);
  /// All sound has been discarded, because it is no longer of use.
  void clear() noexcept;

  /// A tick has left `left` samples. Of those that are gone, `lost` were dropped. Throws a
  /// Violation if the others had waited longer than they may.
  void ticked(std::size_t left, std::size_t lost, TimePoint now);

  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }
  /// Some sound has waited so long that it may be dropped for its age.
  [[nodiscard]] bool may_expire(TimePoint now) const noexcept;
  /// How long the oldest sample has waited; 0 if there is none.
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
