#include "server/metrics/health.hpp"

#include <cmath>

namespace voiced {
namespace {

constexpr std::chrono::seconds sample_interval{1};
// A tenth of the ticks of ten seconds: listeners' jitter buffers still cover that.
constexpr std::uint64_t late_max = 50;
constexpr std::chrono::milliseconds tick_age_max{200};

Verdict bad(std::string reason) {
  return {false, std::move(reason)};
}

std::string percent(double share) {
  return std::to_string(std::lround(100 * share)) + " %";
}

}  // namespace

void HealthWatch::note(const ServerStatus& status, voice::TimePoint now) noexcept {
  samples_[count_ % samples_.size()] = {status.late_ticks, status.skipped_ticks};
  ++count_;
  next_ = now + sample_interval;
}

const HealthWatch::Sample& HealthWatch::oldest() const noexcept {
  return count_ < samples_.size() ? samples_.front() : samples_[count_ % samples_.size()];
}

Verdict HealthWatch::health(const ServerStatus& status) const {
  if (status.since_tick > tick_age_max) {
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(status.since_tick);
    return bad("the last tick began " + std::to_string(age.count()) + " ms ago");
  }
  const std::uint64_t skipped = status.skipped_ticks - oldest().skipped;
  if (skipped > 0) {
    return bad(std::to_string(skipped) + " ticks were skipped in the last 10 s");
  }
  const std::uint64_t late = status.late_ticks - oldest().late;
  if (late > late_max) {
    return bad(std::to_string(late) + " ticks were late in the last 10 s");
  }
  return {};
}

Verdict readiness(const ServerStatus& status) {
  if (status.stopping) return bad("stopping");
  if (status.draining) return bad("draining");
  if (status.participants >= status.participants_max) {
    return bad("full: participants-max is " + std::to_string(status.participants_max));
  }
  if (status.load > status.load_max) {
    return bad("busy: load " + percent(status.load) + ", limit " + percent(status.load_max));
  }
  return {};
}

}  // namespace voiced
