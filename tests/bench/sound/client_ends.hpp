// The two ends of a voicecli whose devices have their own clocks: when the sound of its microphone
// is sent, and when its loudspeaker, or the pipe at its stdout, takes a frame. In simulated time,
// with the parts that decide this: CaptureSmoother, SendPhase, TickSchedule, ReaderPace.
#pragma once

#include "client/call/send_phase.hpp"
#include "common/device/file/reader_pace.hpp"
#include "common/playout/capture_smoother.hpp"
#include "common/playout/tick_schedule.hpp"

#include "tests/bench/sound/arrivals.hpp"

#include <cstdint>
#include <optional>

namespace bench {

/// How often a client checks its devices.
inline constexpr std::chrono::milliseconds pump_period{5};

/// How much a source delivers at a time: a sound card's block, or what a program writes into a
/// pipe.
inline constexpr std::chrono::milliseconds card_block{10};
inline constexpr std::chrono::milliseconds pipe_lump{40};

class MicrophoneEnd {
 public:
  /// @param ppm by how much the source's clock is too fast
  MicrophoneEnd(double ppm, voice::Duration lump);

  /// Call it once per pump_period. Returns how many frames of 20 ms are sent now.
  std::size_t pump(voice::Duration now);

 private:
  double ppm_;
  voice::Duration lump_;
  voice::AudioFormat format_ = *voice::AudioFormat::from_rate(8000);
  voice::CaptureSmoother smoother_{format_};
  voicecli::SendPhase phase_{pump_period};
  voice::TickSchedule schedule_{voice::TimePoint{}};
  std::size_t captured_ = 0;
};

class LoudspeakerEnd {
 public:
  /// @param ppm by how much the card's clock is too fast
  explicit LoudspeakerEnd(double ppm) : ppm_(ppm) {}

  /// Call it once per pump_period, until it returns false. True: a frame is taken now, and heard
  /// after held().
  bool takes(voice::Duration now);
  /// How much was in the ring before the last frame was taken.
  [[nodiscard]] voice::Duration held() const { return held_; }

 private:
  double ppm_;
  std::int64_t frames_ = 0;
  voice::Duration held_{0};
};

/// A program that reads stdout, and plays it by its own clock.
struct Reader {
  double ppm = 0;        // by how much its clock is too fast
  voice::Duration lump;  // how much it reads at a time
  // It reads this much ahead before it begins to play; 0: it plays at once.
  voice::Duration reserve{0};
};

class ReaderEnd {
 public:
  explicit ReaderEnd(const Reader& reader) : reader_(reader) {}

  /// Call it once per pump_period, until it returns false. True: a frame is taken now.
  bool takes(voice::Duration now);
  /// Sound that was missing when it should have been played.
  [[nodiscard]] voice::Duration missed() const { return missed_; }

 private:
  void read(voice::Duration now);

  Reader reader_;
  voice::AudioFormat format_ = *voice::AudioFormat::from_rate(8000);
  voice::ReaderPace pace_{format_};
  std::optional<voice::Duration> began_;
  voice::Duration given_{0};
  voice::Duration read_{0};
  voice::Duration missed_{0};
};

/// For a microphone or a pipe with such a clock; a packet takes 3 ms.
[[nodiscard]] Arrivals arrivals_from_source(std::size_t packets, double ppm, voice::Duration lump);
/// For a card with such a clock.
[[nodiscard]] Takes takes_of_card(voice::Duration length, double ppm);
/// For a program that reads stdout.
struct Reading {
  Takes takes;
  voice::Duration missed{0};  // ReaderEnd, after the first ten seconds
};
[[nodiscard]] Reading takes_of_reader(voice::Duration length, const Reader& reader);

}  // namespace bench
