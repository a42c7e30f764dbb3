#include "client/call/speech_gate.hpp"

#include "common/audio/level.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <numeric>

namespace voicecli {
namespace {

constexpr int frames_per_block = 25;
constexpr std::size_t quarters = 4;

// Of mean squares: 6 dB above the noise for a frame, 9 dB for a quarter of one, which fluctuates
// more. A word that begins in the last 5 ms of a frame is noticed by its quarter.
constexpr double frame_above_floor = 4;
constexpr double quarter_above_floor = 8;
// Below -66 dBFS nothing is speech. No noise counts as louder than -45 dBFS, so that a long tone or
// music is not taken for noise: what is louder than -39 dBFS is always sent.
constexpr double speech_min = 270;
constexpr double floor_max = 34'000;

double mean_of(std::span<const std::int16_t> pcm) noexcept {
  if (pcm.empty()) return 0;
  return std::accumulate(pcm.begin(), pcm.end(), 0.0) / static_cast<double>(pcm.size());
}

// About `offset`: a constant one, which many microphones have, is no sound.
double mean_square(std::span<const std::int16_t> pcm, double offset) noexcept {
  if (pcm.empty()) return 0;
  const double square =
      static_cast<double>(voice::square_sum(pcm)) / static_cast<double>(pcm.size());
  return std::max(0.0, square - 2 * offset * mean_of(pcm) + offset * offset);
}

}  // namespace

std::optional<Dtx> dtx_named(std::string_view name) noexcept {
  if (name == "off") return Dtx::off;
  if (name == "on") return Dtx::on;
  if (name == "auto") return Dtx::automatic;
  return std::nullopt;
}

bool SpeechGate::passes(std::span<const std::int16_t> frame,
                        std::optional<bool> detected) noexcept {
  // Follows the noise floor in any case, because the detector may come and go.
  const bool by_level = is_speech(frame);
  if (detected.value_or(by_level)) {
    frames_left_ = hangover_frames;
    return true;
  }
  if (frames_left_ == 0) return false;
  --frames_left_;
  VOICE_ASSERT(frames_left_ >= 0);
  return true;
}

// Compares with the noise floor before this frame. For the very first frame there is none.
bool SpeechGate::is_speech(std::span<const std::int16_t> frame) noexcept {
  const double floor = std::min(*std::min_element(floors_.begin(), floors_.end()), floor_max);
  const double offset = mean_of(frame);
  const double power = mean_square(frame, offset);
  double loudest = 0;
  for (std::size_t i = 0; i < quarters; ++i) {
    const std::size_t begin = frame.size() * i / quarters;
    const std::size_t end = frame.size() * (i + 1) / quarters;
    loudest = std::max(loudest, mean_square(frame.subspan(begin, end - begin), offset));
  }
  follow_floor(power);
  return loudest > speech_min &&
         (power > frame_above_floor * floor || loudest > quarter_above_floor * floor);
}

void SpeechGate::follow_floor(double power) noexcept {
  VOICE_ASSERT(block_ < floor_blocks);
  double& floor = floors_[block_];
  floor = block_frames_ == 0 ? power : std::min(floor, power);
  if (++block_frames_ < frames_per_block) return;
  block_frames_ = 0;
  block_ = (block_ + 1) % floor_blocks;
}

}  // namespace voicecli
