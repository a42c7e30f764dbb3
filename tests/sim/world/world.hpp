// The virtual world: a clock that jumps from event to event, a heap of future events, one seed, and
// one hash of everything that was sent. Owns no actors; they ask it for the time, and schedule
// actions with it.
#pragma once

#include "tests/sim/world/byte_hash.hpp"
#include "tests/sim/world/random.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace sim {

/// A promise of the core was broken. Ends the run; main prints it with the command that replays it.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws a Violation with this promise if it does not hold.
inline void promise(bool holds, const char* what) {
  if (!holds) throw Violation(what);
}

class World {
 public:
  using Action = std::function<void()>;

  /// @param talkative tell() prints, for a person who replays a seed
  World(std::uint64_t seed, bool talkative);

  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  [[nodiscard]] Duration elapsed() const noexcept { return now_ - start_; }
  [[nodiscard]] Random& random() noexcept { return random_; }

  /// Everything that a link carried or a loudspeaker played is hashed here.
  [[nodiscard]] ByteHash& trail() noexcept { return trail_; }

  /// Calls `action` at `when` (never in the past; asserted). Actions due at the same moment are
  /// called in the order in which they were scheduled. Everything that `action` refers to must
  /// outlive the world's last run.
  void at(TimePoint when, Action action);
  void after(Duration delay, Action action) { at(now_ + delay, std::move(action)); }

  /// Lets `duration` pass.
  void run(Duration duration);

  /// Adds a line to the story, with the time in front.
  void tell(const std::string& line) const;
  [[nodiscard]] bool talkative() const noexcept { return talkative_; }

 private:
  struct Event {
    TimePoint when;
    std::uint64_t order;
    Action action;
  };
  static bool later(const Event& left, const Event& right) noexcept;

  bool talkative_;
  Random random_;
  ByteHash trail_;
  TimePoint start_;
  TimePoint now_;
  std::vector<Event> events_;  // a heap, soonest first
  std::uint64_t last_order_ = 0;
};

}  // namespace sim
