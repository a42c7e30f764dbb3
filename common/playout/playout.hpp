// One stream on its way from packets to the frames of ticks: packets of one codec in at any moment,
// a Frame out per tick. Used by whoever plays a peer: the server's participants and its own
// loudspeaker, the client's. The policy is `fixed`: the jitter buffer's.
#pragma once

#include "common/audio/codec.hpp"
#include "common/audio/frame.hpp"
#include "common/core/assert.hpp"
#include "common/playout/jitter_buffer.hpp"

#include <memory>

namespace voice {

/// Whether a peer's sequence numbers say anything: those of classic peers do not (docs/protocol.md
/// §2).
enum class Sequencing : std::uint8_t { ignored, trusted };

class Playout {
 public:
  /// @param depth_packets as JitterBuffer takes it; asserted.
  Playout(AudioFormat format, int depth_packets, CodecId codec = CodecId::pcmu);

  /// Another codec from now on. Forgets what is held, unless it is the same one. Allocates.
  void set_codec(CodecId codec);
  [[nodiscard]] CodecId codec() const noexcept { return buffer_.codec(); }

  void set_sequencing(Sequencing sequencing) noexcept { sequencing_ = sequencing; }
  [[nodiscard]] Sequencing sequencing() const noexcept { return sequencing_; }
  /// Whatever number comes next is right: packets were held back on purpose (a mute).
  void forget_sequence() noexcept { buffer_.forget_sequence(); }

  /// Stores a packet, whose payload is of codec(). An empty payload changes nothing.
  Insert insert(const rtp::PacketView& packet, TimePoint now) noexcept {
    if (sequencing_ == Sequencing::ignored) return buffer_.insert(packet.payload, now);
    return buffer_.insert(packet.header, packet.payload, now);
  }
  /// Stores samples of a source in this program, in order of arrival; up to packet_frames_max
  /// frames, what exceeds them is cut off.
  Insert insert(std::span<const std::int16_t> pcm, TimePoint now) noexcept;

  /// Takes one frame of `samples` samples; empty when not playing. Of PCMU they are the codes
  /// themselves, in the jitter buffer where they lie in one piece there; else they are in
  /// `scratch`, which is as long as the frame or longer (asserted). Valid until the next call of
  /// insert(), set_codec() or set_depth(), or the end of `scratch`.
  [[nodiscard]] Frame take(std::size_t samples, std::span<std::int16_t> scratch,
                           TimePoint now) noexcept {
    VOICE_ASSERT(samples <= scratch.size());
    if (decoder_) return take_decoded(scratch.first(samples), now);
    const std::span codes{reinterpret_cast<std::uint8_t*>(scratch.data()), samples};
    return {.ulaw = buffer_.take_in_place(codes, now)};
  }

  /// The same, decoded, with silence where there is nothing to play. `out` is at most one frame at
  /// the highest rate; asserted.
  void take(std::span<std::int16_t> out, TimePoint now) noexcept;

  /// Changes the jitter buffer's depth while running; keeps what fits.
  void set_depth(int depth_packets) { buffer_.set_depth(depth_packets); }

  [[nodiscard]] bool playing() const noexcept { return buffer_.playing(); }
  [[nodiscard]] bool empty() const noexcept { return buffer_.empty(); }
  /// Where the next frame begins, for fetching it into a cache; nullptr when empty.
  [[nodiscard]] const std::uint8_t* front() const noexcept { return buffer_.front(); }
  /// For its fill, its depth and its counters.
  [[nodiscard]] const JitterBuffer& buffer() const noexcept { return buffer_; }

 private:
  [[nodiscard]] Frame take_decoded(std::span<std::int16_t> pcm, TimePoint now) noexcept;

  Sequencing sequencing_ = Sequencing::ignored;
  std::unique_ptr<Decoder> decoder_;  // none: PCMU, whose codes are handed on as they are
  JitterBuffer buffer_;
};

}  // namespace voice
