// The packets of a codec that packs frames, for as long as their sound is on its way through a
// playout: if it comes out as it went in, the packet can be passed on instead of being encoded
// again. They are found by their sound, so nothing on the way has to know about packets.
#pragma once

#include "common/audio/codec.hpp"
#include "common/core/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace voice {

class KeptPackets {
 public:
  /// More than this is held only while a stream catches up, and then its sound is changed anyway.
  static constexpr std::size_t packets_max = 16;
  /// Twice what a frame takes at the highest bit rate that can be set. Longer ones are not kept.
  static constexpr std::size_t packet_bytes_max =
      2 * static_cast<std::size_t>(opus_kbits_max) * 1000 / 8 / frames_per_second;

  static constexpr std::uint8_t spurt_packets_max = 255;

  struct Found {
    Bytes packet;                // empty: there is none
    std::uint8_t spurt_packets;  // that came before it in its talk spurt, up to spurt_packets_max
  };

  /// @param sound what the packet decodes to. @param begins_spurt the first after a pause.
  /// The oldest packet gives way if there are too many.
  void keep(Bytes packet, std::span<const std::int16_t> sound, bool begins_spurt) noexcept;

  /// The oldest packet that decodes to exactly this sound. It is forgotten, and so are those before
  /// it. Valid until the next call of keep().
  [[nodiscard]] Found find(std::span<const std::int16_t> sound) noexcept;

 private:
  struct Kept {
    std::uint64_t hash;  // of the sound
    std::uint16_t bytes;
    std::uint8_t spurt_packets;
    std::array<std::uint8_t, packet_bytes_max> packet;
  };
  [[nodiscard]] Kept& at(std::size_t index) noexcept {
    return ring_[(first_ + index) % packets_max];
  }

  std::array<Kept, packets_max> ring_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::uint8_t spurt_packets_ = spurt_packets_max;  // of the next packet
};

}  // namespace voice
