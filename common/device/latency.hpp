// How much delay a sound device may add to avoid gaps: the user's choice, and what it means for
// buffers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace voice {

enum class Latency : std::uint8_t {
  low,     // as little as the device promises to manage with; a busy machine is heard as gaps
  normal,  // as little as an ordinary machine manages with
  safe,    // for machines that are often busy and for devices that stutter
};

/// "low", "normal" or "safe"; none for another word.
[[nodiscard]] constexpr std::optional<Latency> latency_named(std::string_view word) noexcept {
  if (word == "low") return Latency::low;
  if (word == "normal") return Latency::normal;
  if (word == "safe") return Latency::safe;
  return std::nullopt;
}

/// How often a card asks for samples, or brings some. A block adds its length to the delay.
[[nodiscard]] constexpr int blocks_per_second(Latency latency) noexcept {
  return latency == Latency::low ? 200 : latency == Latency::normal ? 100 : 50;
}

/// How late a writer may come now and then without a gap.
[[nodiscard]] constexpr std::chrono::milliseconds writer_lateness(Latency latency) noexcept {
  using std::chrono::milliseconds;
  return latency == Latency::low      ? milliseconds{5}
         : latency == Latency::normal ? milliseconds{10}
                                      : milliseconds{40};
}

/// What a device needs to know of its user and of the loop that moves its samples.
struct SoundTiming {
  Latency latency = Latency::normal;
  /// How often PlaybackDevice::wanted() is asked.
  std::chrono::milliseconds writer_interval{20};
};

}  // namespace voice
