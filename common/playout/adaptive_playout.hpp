// Plays a PacketQueue with as little delay as the network allows, and drops nothing that arrived
// (mode `adaptive`; docs/adr/0022-adaptive-playout.md). DelayControl says how much delay is wanted.
// Surplus delay is removed: silence first, then pitch periods. A stream that is about to run dry is
// stretched by playing pitch periods twice. Missing sound is concealed, and sound that resumes is
// faded in. Frames that need none of this pass untouched. Only what exceeds `catch_up_max` is cut.
#pragma once

#include "common/audio/concealment.hpp"
#include "common/audio/pitch.hpp"
#include "common/playout/delay_control.hpp"
#include "common/playout/noise_floor.hpp"
#include "common/playout/packet_queue.hpp"
#include "common/playout/playout_commons.hpp"
#include "common/playout/playout_options.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace voice {

/// See PlayoutOptions.
struct AdaptiveLimits {
  Duration standing_max;
  Duration catch_up_max;  // catch_up_min…catch_up_most; asserted
  friend bool operator==(const AdaptiveLimits&, const AdaptiveLimits&) = default;
};

/// What every tick reads. Separate, so that the owner can keep it with its other hot data.
struct AdaptiveHot {
  bool is_calm = false;  // playing with nothing to correct: frames go out as they came
  std::int16_t beat_left = DelayControl::beat_ticks;  // ticks
  std::size_t low = SIZE_MAX;  // bytes: the least that was left after a tick of this beat
  std::size_t room = 0;        // bytes: so many are stored as they come; 0: the talker pauses
  Duration wait_max{0};        // nothing older is played

  /// A frame has been taken, `left` bytes are still held. Returns true when a beat has ended.
  [[nodiscard]] bool taken(std::size_t left) noexcept {
    low = left < low ? left : low;
    return --beat_left == 0;
  }
};

class AdaptivePlayout {
 public:
  /// `queue` and `hot` must outlive this object. Reserves the queue's memory.
  /// @param commons outlives this object; null: it is alone.
  AdaptivePlayout(PacketQueue& queue, AdaptiveHot& hot, AdaptiveLimits limits,
                  PlayoutCommons* commons = nullptr);

  /// Changes the limits while running; keeps what fits, however long it has waited. Allocates.
  void set_limits(AdaptiveLimits limits);

  /// Stores a packet. If that would exceed `catch_up_max`, the oldest samples are dropped.
  /// @param missing bytes before it, as in PacketQueue::Verdict.
  Insert insert(Bytes payload, std::size_t missing, TimePoint now) noexcept;

  /// The talker pauses: when what is held has been played, comfort noise follows instead of
  /// concealment, until the next packet. What is held then sinks, and that says nothing about the
  /// network. If much is held, because something has stalled, it is sped up.
  void pause() noexcept;

  /// The next packet is the first after a pause, whether or not it was announced.
  void end_pause() noexcept;

  /// Decodes one frame into `out`. Returns false when there is nothing to play; `out` is then
  /// undefined. While hot.is_calm, the caller may take an encoded frame from the queue instead.
  bool take(std::span<std::int16_t> out, TimePoint now) noexcept;

  /// A beat has ended (AdaptiveHot::taken).
  void beat() noexcept;

  [[nodiscard]] bool playing() const noexcept { return state_ != State::waiting || is_noisy_; }
  /// Its talker has paused: no packet is on its way.
  [[nodiscard]] bool pauses() const noexcept { return hot_.room == 0; }
  [[nodiscard]] const DelayControl& control() const noexcept { return control_; }
  /// See DelayControl.
  void set_slack(std::size_t samples) noexcept {
    control_.set_slack(static_cast<std::ptrdiff_t>(samples));
  }
  /// From now on, frames that are played unchanged are whole packets of a frame each, if that is
  /// possible with about the same delay.
  void hold_whole_packets() noexcept { control_.set_step(format_.samples_per_frame()); }

 private:
  enum class State : std::uint8_t { waiting, playing, concealing };
  // Samples that the sequence numbers say were lost: silence in the queue.
  struct Hole {
    std::uint32_t begin;  // as the queue numbers its bytes, modulo 2^32
    std::uint32_t end;
  };
  static constexpr std::size_t holes_max = 8;
  using Sound = std::span<std::int16_t>;

  // adaptive_playout.cpp: when samples are played
  void skip_quiet(std::size_t frame) noexcept;
  void begin() noexcept;
  void expire(TimePoint now) noexcept {
    if (!queue_.empty() && now - queue_.oldest_arrival() > hot_.wait_max) drop_old(now);
  }
  void drop_old(TimePoint now) noexcept;
  /// Bytes: the most that is held.
  [[nodiscard]] std::size_t most() const noexcept {
    const auto frames = static_cast<std::size_t>((wait_max_ - late_tick_max) / frame_duration);
    return (frames + packet_frames_max) * queue_.frame_bytes();
  }
  void drop(std::size_t bytes) noexcept;
  [[nodiscard]] std::size_t quietest(std::size_t from) const noexcept;
  void insert_hole(std::size_t missing, TimePoint now) noexcept;
  [[nodiscard]] bool is_due(std::size_t frame, TimePoint now) const noexcept;
  void end_kept() noexcept;
  void listen() noexcept;
  [[nodiscard]] double power_played() const noexcept;
  void advance(std::size_t samples) noexcept;
  /// How many bytes after the oldest that place is.
  [[nodiscard]] std::int32_t ahead(std::uint32_t place) const noexcept {
    return static_cast<std::int32_t>(place - static_cast<std::uint32_t>(queue_.position()));
  }
  [[nodiscard]] bool is_in_hole() const noexcept {
    return hole_count_ != 0 && ahead(holes_.front().begin) <= 0;
  }
  /// Samples held before the next hole.
  [[nodiscard]] std::size_t before_hole() const noexcept {
    if (hole_count_ == 0) return queue_.fill_samples();
    if (is_in_hole()) return 0;
    return queue_.samples(static_cast<std::size_t>(ahead(holes_.front().begin)));
  }
  void corrected(std::ptrdiff_t samples) noexcept;
  void play_out() noexcept;
  void set_speed() noexcept;
  void settle() noexcept;
  [[nodiscard]] std::size_t milliseconds(std::size_t count) const noexcept;
  // adaptive_sound.cpp: what is heard. Functions that return a number have written that many
  // samples to the front of `out`.
  void play(Sound out) noexcept;
  void run_dry(Sound out) noexcept;
  void conceal(Sound out) noexcept;
  void play_rest(Sound out) noexcept;
  void end_spurt(Sound out) noexcept;
  bool comfort(Sound out) noexcept;
  void begin_concealment() noexcept;
  std::size_t put_in(Sound out) noexcept;
  std::size_t take_out(Sound out) noexcept;
  std::size_t take_out_silence(Sound out) noexcept;
  void splice(Sound out, std::size_t cut) noexcept;
  std::size_t align(Sound out) noexcept;
  std::size_t take_out_period(Sound out) noexcept;
  [[nodiscard]] float alike_enough() const noexcept;
  [[nodiscard]] std::size_t quiet_run(std::size_t most) const noexcept;
  std::size_t copy(Sound out) noexcept;
  std::size_t fill_hole(Sound out) noexcept;
  void lead_in(Sound out) noexcept;

  [[nodiscard]] const PitchRange& range() const noexcept { return concealment_.range(); }
  [[nodiscard]] std::size_t seam_samples() const noexcept;  // of a cross-fade
  // How the sound ended before it was cut.
  [[nodiscard]] Sound seam_from() noexcept {
    return {past_.data() + concealment_.history_samples(), seam_samples()};
  }
  [[nodiscard]] bool needs_past() const noexcept {
    return state_ == State::concealing || is_noisy_ || seam_ || hole_begun_ || hole_over_;
  }
  [[nodiscard]] bool may_search() noexcept { return commons_ == nullptr || commons_->may_search(); }
  void take_past() noexcept { concealment_.use({past_.take(), concealment_.history_samples()}); }

  PacketQueue& queue_;
  AdaptiveHot& hot_;
  PlayoutCommons* commons_;
  Duration wait_max_{0};  // as the limits allow
  AudioFormat format_;
  DelayControl control_;
  NoiseFloor noise_;
  State state_ = State::waiting;
  bool begins_ = false;           // the next frame is the first
  bool is_noisy_ = false;         // waiting, and comfort noise is heard meanwhile
  bool seam_ = false;             // sound was cut before the oldest sample; it ended as seam_from()
  bool hole_begun_ = false;       // the first hole is being concealed
  bool hole_over_ = false;        // a hole has ended: cross-fade from its concealment
  bool has_wide_groups_ = false;  // arrived when older sound was allowed
  std::uint8_t hole_count_ = 0;
  std::uint8_t rest_ticks_ = 0;  // until a pitch period is looked for again
  std::uint8_t failures_ = 0;    // searches in a row that found none to take out
  std::int32_t speed_ = 0;       // per mille by which speech is sped up while delay is too much
  std::int32_t credit_ = 0;      // samples that may be left out now
  Concealment concealment_;
  std::size_t concealed_ = 0;  // samples, since the stream ran dry
  // What was played since then was heard as it came, but for pitch periods.
  std::uint64_t whole_since_ = 0;
  std::uint64_t kept_until_ = 0;  // what is held before it waits as long as earlier limits allowed
  RareMemory::Promise past_;      // what concealment_ goes on from, and seam_from()
  std::array<Hole, holes_max> holes_{};  // hole_count_ of them, the next one first
};

}  // namespace voice
