// The ticks of a simulated server: every 20 ms, late at random, caught up like the real one's, and
// suspended while its process is stopped. Calls `tick` for as long as it lives.
#pragma once

#include "common/playout/tick_schedule.hpp"

#include "tests/sim/world/world.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace sim {

class Ticker {
 public:
  /// @param world must outlive it @param lateness_max how late it wakes at most
  Ticker(World& world, Duration lateness_max, std::function<void()> tick)
      : world_(world), lateness_max_(lateness_max), tick_(std::move(tick)), schedule_(world.now()) {
    world_.at(schedule_.next(), [this] { wake(); });
  }

  /// The process is stopped for a while (SIGSTOP, a suspended machine).
  void pause(Duration duration) { paused_until_ = world_.now() + duration; }
  [[nodiscard]] std::uint64_t skipped() const noexcept { return schedule_.skipped(); }

 private:
  void wake() {
    if (paused_until_ > world_.now()) return world_.at(paused_until_, [this] { wake(); });
    while (schedule_.take(world_.now())) tick_();
    Duration late{0};
    if (lateness_max_ > Duration{0}) {
      late = world_.random().between(Duration{0}, lateness_max_);
    }
    world_.at(std::max(world_.now(), schedule_.next() + late), [this] { wake(); });
  }

  World& world_;
  Duration lateness_max_;
  std::function<void()> tick_;
  voice::TickSchedule schedule_;
  TimePoint paused_until_{};
};

}  // namespace sim
