// Decides how much sound the reader of a pipe gets, and when. A reader that plays what it reads
// leaves the rest unread: it is fed like a sound card, at the pace of its own clock. One that takes
// everything at once (it writes a file) has no pace of its own, and is fed by our clock. In
// between, the two need not be told apart: our clock bounds what is written, and that bound rises
// while sound stays unread. Sizes and times in, a size out; has no pipe.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/device/pacer.hpp"
#include "common/device/playback_target.hpp"

#include <cstdint>
#include <optional>

namespace voice {

class ReaderPace {
 public:
  explicit ReaderPace(AudioFormat format) noexcept;

  /// Samples to be written now. Call it at least 50 times a second, and report what was written.
  /// @param held_samples written, and not read yet.
  [[nodiscard]] std::size_t wanted(std::size_t held_samples, TimePoint now) noexcept;

  /// More than was wanted is allowed, and is made up for later.
  void written(std::size_t samples) noexcept;

  /// The reader takes nothing, or much less than is played: it is fed by our clock, and the caller
  /// has to drop what does not fit.
  [[nodiscard]] bool is_slow() const noexcept { return is_slow_; }

  /// How much is normally held. A reader that takes large lumps needs more.
  [[nodiscard]] std::size_t target_samples() const noexcept { return target_.samples(); }

 private:
  void look(std::size_t held_samples, TimePoint now) noexcept;
  void allow_burst(Duration since_last_look) noexcept;
  void allow_faster(Duration since_last_look, TimePoint now) noexcept;
  void find_slow(std::size_t held_samples, Duration since_last_look) noexcept;
  [[nodiscard]] std::size_t samples(Duration duration) const noexcept;

  AudioFormat format_;
  Pacer pacer_;
  PlaybackTarget target_;
  std::ptrdiff_t burst_samples_;   // that may be written at once
  std::uint64_t times_empty_ = 0;  // found empty, although it had been full
  std::size_t owed_samples_ = 0;   // of what was wanted, not written yet
  std::size_t left_samples_ = 0;   // held after the last write
  bool was_full_ = false;          // what was wanted last fills the pipe to its target
  bool is_slow_ = false;
  std::size_t behind_samples_ = 0;  // by which the reader has taken too little
  std::optional<TimePoint> looked_at_;
  TimePoint empty_at_;  // there was nothing unread
};

}  // namespace voice
