#include "tests/sim/world/world.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <cstdio>

namespace sim {
namespace {

// Any moment except the clock's zero, which some code takes for "never".
constexpr TimePoint beginning{std::chrono::hours{1000}};

}  // namespace

World::World(std::uint64_t seed, bool talkative)
    : talkative_(talkative), random_(scramble(seed)), start_(beginning), now_(beginning) {}

bool World::later(const Event& left, const Event& right) noexcept {
  return left.when != right.when ? left.when > right.when : left.order > right.order;
}

void World::at(TimePoint when, Action action) {
  VOICE_ASSERT(when >= now_);
  events_.push_back({when, ++last_order_, std::move(action)});
  std::push_heap(events_.begin(), events_.end(), later);
}

void World::run(Duration duration) {
  const TimePoint end = now_ + duration;
  while (!events_.empty() && events_.front().when <= end) {
    std::pop_heap(events_.begin(), events_.end(), later);
    const Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.when;
    event.action();
  }
  now_ = end;
}

void World::tell(const std::string& line) const {
  if (!talkative_) return;
  const std::chrono::duration<double> seconds = elapsed();
  std::printf("%12.6f  %s\n", seconds.count(), line.c_str());
}

}  // namespace sim
