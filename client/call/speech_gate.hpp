// Decides which frames from the microphone are sent: those with speech, and some around it
// (discontinuous transmission, RFC 3551 §4.1). Frames in, a verdict for each. Pure; owned by an
// Uplink (docs/adr/0031-discontinuous-transmission.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace voicecli {

enum class Dtx : std::uint8_t {
  off,        // every frame is sent
  on,         // only speech is, whoever detects it
  automatic,  // as `on` while the voice processor's detector runs, otherwise `off`
};

/// None for an unknown name: off, on or auto.
[[nodiscard]] std::optional<Dtx> dtx_named(std::string_view name) noexcept;

class SpeechGate {
 public:
  /// Whether a frame of 20 ms is to be sent: it is speech, or speech has ended less than
  /// hangover_frames before.
  /// @param detected the detector's verdict on it; none: the gate decides by its level
  [[nodiscard]] bool passes(std::span<const std::int16_t> frame,
                            std::optional<bool> detected) noexcept;

  /// 300 ms: longer than the pauses within a word, and enough for the other end to know the noise.
  static constexpr int hangover_frames = 15;

 private:
  [[nodiscard]] bool is_speech(std::span<const std::int16_t> frame) noexcept;
  void follow_floor(double power) noexcept;

  // Power of the quietest frame in each half second of the last two seconds.
  static constexpr std::size_t floor_blocks = 4;
  std::array<double, floor_blocks> floors_{};
  std::size_t block_ = 0;
  int block_frames_ = 0;
  int frames_left_ = 0;  // of the hangover
};

}  // namespace voicecli
