#include "common/device/file/reader_pace.hpp"

#include <algorithm>

namespace voice {
namespace {

using std::chrono::milliseconds;

// Most readers take no more at once; for others, the target is raised.
constexpr milliseconds lump{40};
constexpr PlaybackTarget::Writer writer{milliseconds{5}, milliseconds{10}};
constexpr milliseconds lead = lump + writer.interval + writer.lateness;
// A reader that takes everything at once may be held up by a busy machine for less than this.
constexpr milliseconds unread_min{30};
// While some sound is unread, the reader may be faster than our clock by a twentieth, or for a
// moment by ahead_max. It may be slower by the same share.
constexpr int share_of_clock = 20;
constexpr milliseconds ahead_max{200};
// What is taken in a burst is replaced at a tenth more than our clock's pace.
constexpr std::ptrdiff_t burst_share = 10;
constexpr int steps_when_empty = 4;
// A reader that has fallen further behind is slow.
constexpr milliseconds behind_max{1000};
// If the last check was longer ago, it says nothing about the reader.
constexpr milliseconds look_max{100};

}  // namespace

ReaderPace::ReaderPace(AudioFormat format) noexcept
    : format_(format),
      pacer_(format, lead, playback_backlog_max),
      target_(format.rate_hz(), samples(lump), writer),
      burst_samples_(static_cast<std::ptrdiff_t>(samples(lead))) {}

std::size_t ReaderPace::samples(Duration duration) const noexcept {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  return static_cast<std::size_t>(us * format_.rate_hz() / 1'000'000);
}

std::size_t ReaderPace::wanted(std::size_t held_samples, TimePoint now) noexcept {
  look(held_samples, now);
  const std::size_t due = pacer_.due(now);
  const std::size_t target = target_.samples();
  const std::size_t missing = target - std::min(target, held_samples);
  owed_samples_ = is_slow_ ? due : std::min(due, missing);
  was_full_ = !is_slow_ && owed_samples_ == missing;
  if (!is_slow_ && burst_samples_ <= 0) return owed_samples_ = 0;
  left_samples_ = held_samples;
  return owed_samples_;
}

void ReaderPace::written(std::size_t samples) noexcept {
  pacer_.take(samples);
  owed_samples_ -= std::min(owed_samples_, samples);
  behind_samples_ -= std::min(behind_samples_, samples);
  burst_samples_ -= static_cast<std::ptrdiff_t>(samples);
  left_samples_ += samples;
}

void ReaderPace::look(std::size_t held_samples, TimePoint now) noexcept {
  if (!looked_at_) empty_at_ = now;
  const Duration since = looked_at_ ? now - *looked_at_ : Duration::zero();
  looked_at_ = now;
  const bool was_full = was_full_ && owed_samples_ == 0 && since <= look_max;
  if (held_samples == 0) {
    empty_at_ = now;
    // How much more it wanted is not known: a few bursts should be enough to find out.
    const int steps = left_samples_ != 0 ? steps_when_empty : 0;
    for (int i = 0; i < steps; ++i) target_.observe({++times_empty_, held_samples, was_full}, now);
  }
  target_.observe({times_empty_, held_samples, was_full}, now);
  allow_burst(since);
  allow_faster(since, now);
  find_slow(held_samples, since);
}

// Not at once, because the call has no more than it receives.
void ReaderPace::allow_burst(Duration since_last_look) noexcept {
  const auto most = static_cast<std::ptrdiff_t>(format_.samples_per_frame_max());
  const auto passed = static_cast<std::ptrdiff_t>(samples(since_last_look));
  if (since_last_look > look_max) {
    burst_samples_ += passed;
  } else if (burst_samples_ < most) {
    burst_samples_ = std::min(burst_samples_ + passed + passed / burst_share, most);
  }
}

void ReaderPace::allow_faster(Duration since_last_look, TimePoint now) noexcept {
  if (is_slow_ || now - empty_at_ <= unread_min || since_last_look > look_max) return;
  if (pacer_.due(now) < samples(ahead_max)) pacer_.give(samples(since_last_look / share_of_clock));
}

void ReaderPace::find_slow(std::size_t held_samples, Duration since_last_look) noexcept {
  if (is_slow_) {
    // It has caught up: we have not been waiting for it.
    if (held_samples >= target_.samples()) return;
    is_slow_ = false;
    behind_samples_ = 0;
    return;
  }
  if (since_last_look > look_max) return;
  // With nothing unread, it is not the reader that is late.
  if (held_samples == 0) behind_samples_ = 0;
  behind_samples_ += samples(since_last_look - since_last_look / share_of_clock);
  if (behind_samples_ <= samples(behind_max)) return;
  is_slow_ = true;
  pacer_.restart();
}

}  // namespace voice
