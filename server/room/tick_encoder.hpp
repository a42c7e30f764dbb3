// An encoder of a room, which is used in some ticks only: while its listener, or anybody who shares
// it, has something to hear that is not forwarded.
#pragma once

#include "common/audio/codec.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace voiced {

class TickEncoder {
 public:
  explicit TickEncoder(std::unique_ptr<voice::Encoder> encoder) noexcept
      : encoder_(std::move(encoder)) {}

  /// Encodes the frame of a tick (Encoder::encode). After ticks without a frame it starts anew, so
  /// that nothing of what it encoded before them is heard again.
  /// @param tick from 1, and each later than the one before
  std::size_t encode(std::span<const std::int16_t> pcm, std::span<std::uint8_t> payload,
                     std::uint64_t tick) noexcept {
    if (tick != last_tick_ + 1) encoder_->reset();
    last_tick_ = tick;
    return encoder_->encode(pcm, payload);
  }
  /// Starts anew with the next frame, whenever that comes.
  void forget() noexcept { last_tick_ = 0; }
  void set_kbits(int kbits) noexcept { encoder_->set_kbits(kbits); }

 private:
  std::unique_ptr<voice::Encoder> encoder_;
  std::uint64_t last_tick_ = 0;  // in which it was used
};

}  // namespace voiced
