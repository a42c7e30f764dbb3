#include "client/voice/echo_meter.hpp"

#include <algorithm>
#include <cmath>

namespace voicecli {
namespace {

constexpr int blocks_enough = 50;
constexpr double newest_share = 0.01;          // of a mean over about 100 blocks
constexpr double quiet_power = 100.0 * 100.0;  // -50 dBFS: hardly an echo
constexpr double power_min = 1.0;  // one step of 16 bits (-90 dBFS): no level is infinite

}  // namespace

double mean_power(std::span<const std::int16_t> pcm) noexcept {
  double sum = 0;
  for (const std::int16_t sample : pcm) sum += static_cast<double>(sample) * sample;
  return pcm.empty() ? 0.0 : sum / static_cast<double>(pcm.size());
}

void EchoMeter::add(std::span<const std::int16_t> loudspeaker, double power_before,
                    std::span<const std::int16_t> after) noexcept {
  if (mean_power(loudspeaker) < quiet_power) return;
  blocks_ = std::min(blocks_ + 1, blocks_enough);
  before_ += newest_share * (power_before - before_);
  after_ += newest_share * (mean_power(after) - after_);
}

std::optional<double> EchoMeter::reduction_db() const noexcept {
  if (blocks_ < blocks_enough) return std::nullopt;
  return 10.0 * std::log10(std::max(before_, power_min) / std::max(after_, power_min));
}

}  // namespace voicecli
