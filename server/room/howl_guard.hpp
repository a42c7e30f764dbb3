// Keeps a room from howling when open loudspeakers are heard by microphones beside them, and
// clients do not cancel the echo. It watches what talkers say and hear; while nothing howls, it
// changes no sample. When a loop is found, it shares one gain among all talkers: each has the share
// of it that it has of the power, so that all echoes together are no louder than one, and whoever
// speaks is hardly turned down. Pure; owned by a Room (docs/adr/0033-howl-guard.md).
#pragma once

#include "common/audio/frame.hpp"
#include "server/room/loop_track.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace voiced {

/// What the guard does with one talker. A Participant has one.
struct GuardedTalker {
  float gain = 1;          // at the end of its last frame; 1 while the guard does not act
  float power = 0;         // mean square, as a meter holds it, before the gain
  std::uint32_t turn = 0;  // the turn of the guard that both belong to
  bool echoes = false;     // was found in a loop, once or more
};

class HowlGuard {
 public:
  static constexpr std::size_t tracks_max = 6;
  using Tracks = std::array<LoopTrack, tracks_max>;

  /// Whether frames must pass through apply().
  [[nodiscard]] bool is_acting() const noexcept { return ticks_left_ != 0; }
  /// How often it has begun to act.
  [[nodiscard]] std::uint32_t turns() const noexcept { return turn_; }

  /// Applies the talker's share of the gain. Call it for every frame of a tick while the guard
  /// acts.
  /// @param spare is as long as the frame (asserted), and may be where the frame lies. The result
  ///        is in it.
  [[nodiscard]] voice::Frame apply(GuardedTalker& talker, const voice::Frame& frame,
                                   std::span<std::int16_t> spare) noexcept;

  /// Another tick with two or more contributors, after all were added.
  /// @param bus what they said, together
  void begin(std::span<const std::int32_t> bus) noexcept;
  /// What a talker that is followed said in it; an empty frame: nothing.
  void add(LoopTrack& track, const voice::Frame& frame) noexcept;
  /// All that are followed have been added. Returns whether a howl was found in this tick: then
  /// the guard acts from the next tick on, and the tracks with LoopTrack::hits are of those that
  /// are in the loop, until the next begin().
  /// @param may_compare whether there is time for a comparison, should one be due
  bool finish(std::size_t contributors, bool may_compare = true) noexcept;
  /// Whether finish() has made a comparison in this tick.
  [[nodiscard]] bool has_compared() const noexcept { return has_compared_; }
  /// A tick with one contributor, or none: nothing can howl.
  void rest() noexcept;

  [[nodiscard]] Tracks& tracks() noexcept { return tracks_; }
  /// A track for a talker that is not followed yet; null: there is none now.
  [[nodiscard]] LoopTrack* free_track(std::size_t contributors) noexcept;
  [[nodiscard]] bool follows(std::uint32_t slot) const noexcept;
  void forget(std::uint32_t slot) noexcept;

 private:
  void act() noexcept;
  void count_down() noexcept;
  [[nodiscard]] bool is_suspicious() const noexcept;
  void judge(LoopTrack& track) noexcept;
  [[nodiscard]] bool is_loop(std::size_t contributors) const noexcept;
  void forget_all() noexcept;

  Tracks tracks_;
  LoopPoints bus_{};
  std::uint64_t ticks_ = 0;
  std::uint32_t loud_ = 0;  // a bit for each of the last ticks: the room was loud
  double power_ = 0;        // of the bus, a mean over some ticks
  std::size_t next_ = 0;    // track to be compared
  std::uint64_t compared_tick_ = 0;
  bool has_compared_ = false;               // in this tick
  std::array<double, tracks_max> gains_{};  // of the last comparisons
  // While it acts.
  std::uint32_t turn_ = 0;
  std::uint32_t ticks_left_ = 0;
  std::uint32_t ticks_held_ = 0;  // for how long it acts this time
  std::uint64_t ended_tick_ = 0;
  std::uint64_t trimmed_tick_ = 0;
  float trim_ = 1;        // of the gain that is shared
  float largest_ = 0;     // share of a talker in this tick
  float sum_ = 0;         // powers of the talkers in this tick
  float sum_before_ = 0;  // … and in the last one
};

}  // namespace voiced
