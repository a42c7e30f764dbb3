// Decides when the packets of a talker who speaks alone are passed on as they are, instead of an
// encoding of the mix. The listeners' decoder then hears another encoder, which takes it some 40 ms
// to follow: so this does not change back and forth.
#pragma once

#include "common/playout/kept_packets.hpp"

#include <cstddef>
#include <cstdint>

namespace voiced {

class Forwarding {
 public:
  /// In the middle of a talk spurt, forwarding begins after this many ticks in which it was
  /// possible. At the beginning of a spurt, there is nothing to hear of a change.
  static constexpr std::uint8_t ticks_before = 25;
  static constexpr std::uint8_t spurt_packets_max = 2;

  /// Once per tick. Whether to pass on what was found, which may be nothing.
  /// @param kbits the bit rate that the mix would have. Packets may be longer than usual (twice as
  /// long, and by a quarter on average): the listeners' bit rate is not for the talker to choose.
  [[nodiscard]] bool allows(const voice::KeptPackets::Found& found, int kbits) noexcept;

 private:
  bool is_on_ = false;
  std::uint8_t possible_ticks_ = 0;  // in a row, while it is off
  std::size_t excess_bytes_ = 0;     // of what was sent lately
};

}  // namespace voiced
