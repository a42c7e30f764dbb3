// Changes the sample rate (speexdsp): samples at one rate go in, samples at another come out. The
// ratio is an exact fraction, so nothing drifts however long it runs. Not for the sound card's
// callback.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace voice {

class Resampler {
 public:
  enum class Filter : std::uint8_t {
    steep,  // keeps 89 dB
    gentle  // a quarter as long: it loses more of the highest frequencies
  };
  /// @param from_hz, to_hz any positive rates. Equal rates pass samples through untouched.
  Resampler(int from_hz, int to_hz, Filter filter = Filter::steep);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  struct Step {
    std::size_t consumed =
        0;  // samples of `in` that were used up; the rest is to be handed in again
    std::size_t produced = 0;  // samples of `out` that were filled
  };
  /// Goes on until `in` is used up or `out` is full. Works in place of no memory but its own: no
  /// allocation.
  Step process(std::span<const std::int16_t> in, std::span<std::int16_t> out);

  /// Samples at `from_hz` that are still inside the filter: feed this many zeros to hear the end of
  /// a sound. (The silence a filter would start with is left out, so sound begins at once.)
  [[nodiscard]] std::size_t delay_samples() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace voice
