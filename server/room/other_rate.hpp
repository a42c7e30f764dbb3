// The side of a room on which participants have another sample rate than the room: classic ones, as
// a rule. What they say is converted as it is taken out of their playout; what they hear is
// converted once for all of them, and for one that speaks, its own sound, converted the same way,
// is subtracted from that. Owned by a Room; participants own their OtherRateLine
// (docs/adr/0030-rooms-at-another-rate.md).
#pragma once

#include "common/audio/rate_converter.hpp"
#include "common/playout/playout.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace voiced {

/// What one participant has said lately, on both sides of the conversion.
struct OtherRateLine {
  voice::SampleLine<std::int16_t> said;    // at its own rate
  voice::SampleLine<std::int16_t> on_bus;  // at the room's, as it was mixed
  bool has_rest = false;                   // the filter holds the end of what it said
  std::uint64_t heard_tick = 0;            // in the mix of which tick it can still be heard

  /// What it has said is not to be heard any more.
  void forget() noexcept {
    has_rest = false;
    said.clear();
  }
};

class OtherRate {
 public:
  /// @param room, own two different rates (asserted). Allocates.
  OtherRate(voice::AudioFormat room, voice::AudioFormat own);

  [[nodiscard]] voice::AudioFormat format() const noexcept { return own_; }
  /// Of a participant that has this rate. Allocates.
  [[nodiscard]] OtherRateLine make_line() const;

  /// Another 20 ms. Call it at every tick of the room.
  void begin_tick() noexcept;
  /// The length of this tick's frame at the other rate.
  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }

  /// Takes a frame and converts it to the room's rate, into `out`, which is as long as the room's
  /// frame (asserted). After the last frame of a talk spurt comes one more, with what the filter
  /// has held back. Empty: there is nothing to play.
  [[nodiscard]] voice::Frame play(OtherRateLine& line, voice::Playout& playout,
                                  std::span<std::int16_t> out, voice::TimePoint now) noexcept;

  /// The whole bus of this tick. @param gains of the limiter; empty: none
  void add_bus(std::span<const std::int32_t> bus, std::span<const std::int32_t> gains) noexcept;
  /// What one participant has added to it, 16 bits; empty: nothing in this tick, but its sound of
  /// the tick before is still in the filter.
  void add_own(OtherRateLine& line, std::span<const std::int16_t> pcm,
               std::span<const std::int32_t> gains) noexcept;
  /// Nothing is converted in this tick: forgets the bus of earlier ones.
  void rest() noexcept;
  /// The same for what one participant had on the bus.
  static void forget_bus(OtherRateLine& line) noexcept { line.on_bus.clear(); }

  /// The participant is in the mix of this tick: it needs mix_minus().
  [[nodiscard]] bool is_heard(const OtherRateLine& line) const noexcept {
    return line.heard_tick == ticks_;
  }
  /// The whole bus, converted and clipped to 16 bits; `out` has samples() samples (asserted).
  void mix(std::span<std::int16_t> out) const noexcept;
  /// The same without what this participant, which is_heard() (asserted), has added.
  void mix_minus(const OtherRateLine& line, std::span<std::int16_t> out) noexcept;

 private:
  voice::AudioFormat room_;
  voice::AudioFormat own_;
  voice::RateConverter into_room_;
  voice::RateConverter from_room_;
  voice::FrameClock clock_;
  std::uint64_t ticks_ = 0;
  std::size_t samples_ = 0;
  bool is_resting_ = true;
  voice::SampleLine<std::int32_t> bus_;
  // Results of a conversion, before they are rounded.
  std::vector<std::int64_t> mixed_;
  std::vector<std::int32_t> one_;
};

}  // namespace voiced
