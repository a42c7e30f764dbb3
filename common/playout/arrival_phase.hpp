// At which moment between two ticks packets arrive. One that comes just after a tick may be almost
// 20 ms late without missing the next one; one that comes just before it may not. Knows no clock.
#pragma once

#include "common/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace voice {

class ArrivalPhase {
 public:
  /// @param observations of one window; 1…255, asserted.
  /// @param ignored so many of a window's shortest waits are taken for accidents; fewer than
  ///        observations, at most 2 (both asserted).
  ArrivalPhase(int observations, int ignored) noexcept;

  /// The newest packet has waited, or will wait, for its tick for that long. More than a frame:
  /// a packet is late, or none is expected; that says nothing.
  void observe(Duration waited) noexcept;

  /// How much later than usual a packet may come and still be there for its tick: what all packets
  /// of the last windows but accidents had left, less a margin. Zero until that is known.
  [[nodiscard]] Duration slack() const noexcept { return slack_; }

 private:
  static constexpr std::size_t windows_kept = 4;
  static constexpr std::size_t windows_first = 2;  // enough to begin with
  static constexpr std::size_t ignored_max = 2;

  void end_window() noexcept;

  // There is one for each peer: up to a frame needs no more.
  using Microseconds = std::chrono::duration<std::int32_t, std::micro>;

  std::uint8_t observations_;
  std::uint8_t left_;  // of this window
  std::uint8_t ignored_;
  std::uint8_t windows_ended_ = 0;  // goes on from windows_kept, so that it is never 0 again
  std::array<Microseconds, ignored_max + 1> shortest_{};  // of this window, in order
  std::array<Microseconds, windows_kept> windows_{};
  Microseconds slack_{0};
};

}  // namespace voice
