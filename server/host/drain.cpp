#include "server/host/drain.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {
namespace {

constexpr std::chrono::minutes tell_every{1};

}  // namespace

void Drain::begin(voice::TimePoint now) noexcept {
  VOICE_ASSERT(limit_ >= voice::Duration{0});
  active_ = true;
  began_ = now;
  next_tell_ = now;
}

DrainStep Drain::step(const DrainCrowd& crowd, voice::TimePoint now) noexcept {
  if (!active_) return DrainStep::wait;
  if (drain_holders(crowd) == 0) return DrainStep::empty;
  if (left(now) == voice::Duration{0}) return DrainStep::deadline;
  if (now < next_tell_) return DrainStep::wait;
  next_tell_ = now + tell_every;
  return DrainStep::tell;
}

voice::Duration Drain::left(voice::TimePoint now) const noexcept {
  return std::max(voice::Duration{0}, began_ + limit_ - now);
}

std::size_t drain_holders(const DrainCrowd& crowd) noexcept {
  VOICE_ASSERT(crowd.strangers <= crowd.participants);
  const bool somebody_speaks = crowd.server_speaks || crowd.strangers < crowd.participants;
  return somebody_speaks ? crowd.participants : 0;
}

}  // namespace voiced
