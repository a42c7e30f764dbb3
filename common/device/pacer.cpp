#include "common/device/pacer.hpp"

namespace voice {

Pacer::Pacer(AudioFormat format, Duration lead, Duration backlog_max) noexcept
    : rate_hz_(format.rate_hz()), lead_(lead), backlog_samples_max_(samples(lead + backlog_max)) {}

std::int64_t Pacer::samples(Duration duration) const noexcept {
  // Whole seconds apart: nanoseconds times rate would overflow 64 bits after two days.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  const std::int64_t rest_ns = std::chrono::nanoseconds{duration - seconds}.count();
  return seconds.count() * rate_hz_ + rest_ns * rate_hz_ / 1'000'000'000;
}

std::size_t Pacer::due(TimePoint now) noexcept {
  if (!start_) {
    start_ = now;
    taken_ = 0;
  }
  const std::int64_t due = samples(now - *start_ + lead_) - taken_;
  if (due <= 0) return 0;
  if (due <= backlog_samples_max_) return static_cast<std::size_t>(due);
  taken_ += due - backlog_samples_max_;
  return static_cast<std::size_t>(backlog_samples_max_);
}

}  // namespace voice
