// Tells a live source on a pipe (a microphone's program) from one that holds its sound ready (a
// file, a speech synthesizer) by the pace at which samples arrive: live speech arrives no faster
// than it is spoken. Arrivals and times in, a verdict out.
#pragma once

#include "common/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace voice {

class SourcePace {
 public:
  enum class Kind : std::uint8_t {
    unknown,  // too little has come
    live,     // for half a second, came at the pace of speech, never half a second ahead; or for
              // seconds at exactly that pace, in larger lumps
    stored,   // more came ahead of time than a live source can have held back
  };

  /// `samples` have been read at `now`.
  void arrived(TimePoint now, std::size_t samples);
  /// Nobody has read for a while (the program starts, or was stopped): `waiting_samples` are
  /// waiting, and their time of arrival means nothing.
  void interrupted(std::size_t waiting_samples);

  /// The verdict from the arrivals of the last seconds, if they are at `rate_hz`.
  [[nodiscard]] Kind kind(int rate_hz) const;
  /// How far ahead of its time the source has been within the last seconds, at most.
  [[nodiscard]] Duration lead_max(int rate_hz) const;
  /// How long a lump of the source lasts: the sound that a live source passes on at once (a
  /// recorder with large buffers, a slow link). Ignores one or two pauses within the last seconds.
  [[nodiscard]] Duration lump() const;

 private:
  static constexpr std::size_t pauses_kept = 3;
  using Pauses = std::array<Duration, pauses_kept>;
  [[nodiscard]] Pauses longest_pauses() const;

  struct Arrival {
    TimePoint at;
    std::size_t samples;
  };
  std::deque<Arrival> arrivals_;  // the last seconds, one entry for a few milliseconds
  std::size_t waiting_samples_ = 0;
};

}  // namespace voice
