// How much delay one stream needs, from the low-water mark of what is held: samples that no tick
// has reached for a while are useless delay. Arrival times are not used: a crowd's talkers are read
// every third tick, and TCP delivers in bursts.
//
// A level is what a tick leaves in the queue, in samples. The *calm level* is the highest low-water
// mark of the last seconds: what is left while no packet is late. The goal for it is one packet,
// plus the lateness that 97 % of recent windows keep: how far the stream falls below its calm
// level.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace voice {

class DelayControl {
 public:
  /// beat() is called once per this many ticks.
  static constexpr int beat_ticks = 5;

  /// @param standing_max the goal is never higher.
  DelayControl(AudioFormat format, Duration standing_max) noexcept;

  void set_standing_max(Duration standing_max) noexcept;

  /// Packets are known to arrive so many samples before their tick, or earlier (ArrivalPhase): so
  /// much less is kept in reserve.
  void set_slack(std::ptrdiff_t samples) noexcept;

  /// From now on the goal is a multiple of this, the nearest one but 0: what is held then consists
  /// of whole packets, unless some of them were changed. Not 0, below 2^15
  /// (asserted).
  void set_step(std::size_t samples) noexcept;
  /// 1, unless it was set.
  [[nodiscard]] std::int32_t step() const noexcept { return step_; }

  /// A talk spurt begins: earlier levels no longer count, but the lateness learned so far does.
  void begin() noexcept;

  /// The talker pauses: nothing more comes that would show how late it is. Until begin(), surplus()
  /// is what is held now beyond the goal, if that is much.
  /// @param held samples.
  void pause(std::size_t held) noexcept;

  /// @param low the least that was left after any of these ticks; 0 for a tick that ran dry
  ///            (corrected() reports the samples that were concealed).
  /// @param is_dry nothing can be played right now.
  /// Returns true when a window of beats has ended.
  bool beat(std::ptrdiff_t low, bool is_dry) noexcept;

  /// The samples still held will be played `samples` later (positive) or earlier, because some were
  /// inserted, concealed, removed or dropped.
  void corrected(std::ptrdiff_t samples) noexcept;

  /// How much should be left after a calm tick, in samples.
  [[nodiscard]] std::ptrdiff_t goal() const noexcept { return goal_; }
  /// Samples held beyond the goal (positive) or missing (negative); 0 while that is not worth a
  /// correction.
  [[nodiscard]] std::ptrdiff_t surplus() const noexcept { return surplus_; }
  /// How far the stream has recently fallen below its calm level, in samples.
  [[nodiscard]] std::ptrdiff_t lateness() const noexcept { return lateness_; }

 private:
  static constexpr std::size_t bins = 64;            // of 10 ms
  static constexpr std::size_t windows_recent = 32;  // 16 s
  static constexpr std::size_t windows_of_calm = 4;  // 2 s

  /// What the ticks of a beat with this mark left beyond the reserve.
  [[nodiscard]] std::ptrdiff_t spare(std::ptrdiff_t mark) const noexcept;
  void end_window() noexcept;
  void learn(std::size_t bin) noexcept;
  void set_goal() noexcept;
  [[nodiscard]] std::size_t seen_twice() const noexcept;
  [[nodiscard]] std::size_t seen_now() const noexcept;

  // There is one of these for each participant: small numbers keep it small.
  using Samples = std::int32_t;

  [[nodiscard]] std::ptrdiff_t calm_level() const noexcept {
    return std::max(window_high_, high_before_) + corrected_;
  }
  [[nodiscard]] Samples samples_of(std::ptrdiff_t ms) const noexcept {
    return static_cast<Samples>(rate_hz_ * ms / 1000);
  }
  static constexpr std::ptrdiff_t lowest = PTRDIFF_MIN / 4;

  // Marks are levels without what was corrected since begin(): so they can be compared. They grow
  // without end where two clocks differ.
  std::ptrdiff_t corrected_ = 0;
  std::ptrdiff_t mark_before_ = 0;  // of the beat before
  std::ptrdiff_t window_low_ = 0;
  std::ptrdiff_t window_high_ = 0;
  std::ptrdiff_t high_before_ = lowest;  // of the windows before: the most of highs_
  std::array<std::ptrdiff_t, windows_of_calm> highs_{};
  Samples rate_hz_;
  Samples reserve_;
  Samples surplus_min_;
  Samples shortage_min_;
  Samples goal_ = 0;
  Samples surplus_ = 0;
  Samples lateness_ = 0;
  Samples standing_max_ = 0;
  std::int16_t step_ = 1;   // samples
  std::int16_t beats_ = 0;  // in this window
  std::uint32_t windows_ = 0;
  std::uint32_t highs_used_ = 0;
  std::uint32_t late_recently_ = 0;                    // of recent_, those that are not 0
  std::array<std::uint8_t, windows_recent> recent_{};  // bins
  std::array<float, bins> shares_{};  // of windows with that lateness, the newest counting most
  float weight_ = 1.0F;               // of all shares
  std::uint32_t learned_ = 0;         // windows
};

}  // namespace voice
