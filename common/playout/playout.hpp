// One stream on its way from packets to the frames of ticks: packets of one codec in at any moment,
// a Frame out per tick. The server has one for each participant, the client one for the mix. The
// policy is AdaptivePlayout, or JitterBuffer in mode `fixed`.
#pragma once

#include "common/audio/codec.hpp"
#include "common/audio/frame.hpp"
#include "common/core/assert.hpp"
#include "common/playout/adaptive_playout.hpp"
#include "common/playout/jitter_buffer.hpp"
#include "common/playout/kept_packets.hpp"
#include "common/playout/playout_options.hpp"

#include <memory>
#include <optional>

namespace voice {

/// Whether a peer's sequence numbers mean anything: those of classic peers do not (docs/protocol.md
/// §2).
enum class Sequencing : std::uint8_t { ignored, trusted };

/// How much a stream holds.
struct PlayoutStatus {
  int fill_packets = 0;            // held, rounded up
  int depth_packets = 0;           // the most that is held (fixed) or kept in reserve (adaptive)
  std::size_t delay_samples = 0;   // held now
  std::size_t target_samples = 0;  // to be held before each tick while nothing is late
};

class Playout {
 public:
  /// @param options within their limits; asserted. Allocates.
  /// @param commons outlives this object; null: it is alone.
  Playout(AudioFormat format, const PlayoutOptions& options, CodecId codec = CodecId::pcmu,
          PlayoutCommons* commons = nullptr);
  Playout(const Playout&) = delete;
  Playout& operator=(const Playout&) = delete;

  /// Changes the codec. Forgets what is held, unless the codec is the same. Allocates.
  void set_codec(CodecId codec);
  [[nodiscard]] CodecId codec() const noexcept { return cold_.codec; }

  /// Keeps packets for packet_of(), from the next change of codec on, where the codec packs frames.
  void keep_packets() noexcept { cold_.keeps_packets = true; }
  /// The packet that holds the frame that take() has returned last, if the frame is unchanged;
  /// otherwise none. Valid until the next call of insert(), set_codec() or set_format().
  [[nodiscard]] KeptPackets::Found packet_of(std::span<const std::int16_t> frame) noexcept {
    const bool keeps = cold_.unpacker && cold_.unpacker->kept;
    return keeps ? cold_.unpacker->kept->find(frame) : KeptPackets::Found{};
  }

  [[nodiscard]] AudioFormat format() const noexcept { return buffer_.format(); }
  /// Changes the sample rate. Forgets what is held, unless the rate is the same. Allocates.
  void set_format(AudioFormat format);

  /// Changes the policy while running; keeps what fits. Allocates.
  void set_options(const PlayoutOptions& options);
  [[nodiscard]] const PlayoutOptions& options() const noexcept { return cold_.options; }

  void set_sequencing(Sequencing sequencing) noexcept {
    cold_.sequencing = sequencing;
    choose_way();
  }
  [[nodiscard]] Sequencing sequencing() const noexcept { return cold_.sequencing; }
  /// How much later than usual a packet may come and still be there for its tick (ArrivalPhase).
  /// Mode `fixed` does not care.
  void set_slack(Duration slack) noexcept;
  /// Accepts whatever number comes next, because packets were held back on purpose (a mute).
  void forget_sequence() noexcept { buffer_.forget_sequence(); }

  /// Stores a packet, whose payload is in codec(). An empty payload changes nothing. Opus is
  /// decoded at once, and kept as samples.
  Insert insert(const rtp::PacketView& packet, TimePoint now) noexcept {
    if (way_ == Way::in_order) return store(packet.payload, now);
    if (way_ == Way::packed) return unpack(packet, now);
    return insert_judged(packet, now);
  }
  /// The talker says that it pauses after what has been inserted: its end is no loss (mode
  /// `adaptive`).
  void pause() noexcept {
    // What it has said is decoded already.
    if (cold_.unpacker) cold_.unpacker->decoder->reset();
    if (adaptive_) adaptive_->pause();
  }
  /// Stores samples of a source in this program, in order of arrival. What exceeds
  /// packet_frames_max frames is cut off.
  Insert insert(std::span<const std::int16_t> pcm, TimePoint now) noexcept;

  /// Takes one frame of `samples` samples; empty when not playing. In PCMU, these are the
  /// codes themselves, in the buffer if they lie there in one piece and need no change. Otherwise
  /// they are in `scratch`, which is as long as the frame or longer (asserted when it is needed).
  /// Valid until the next call of insert(), set_codec() or set_options(), or the end of `scratch`.
  [[nodiscard]] Frame take(std::size_t samples, std::span<std::int16_t> scratch,
                           TimePoint now) noexcept {
    if (decoder_ || (adaptive_ && !can_hand_on(samples, now))) {
      VOICE_ASSERT(samples <= scratch.size());
      return take_decoded(scratch.first(samples), now);
    }
    const std::span spare{reinterpret_cast<std::uint8_t*>(scratch.data()), scratch.size()};
    if (adaptive_) return {.ulaw = hand_on(samples, spare)};
    VOICE_ASSERT(samples <= spare.size());
    return {.ulaw = buffer_.take_in_place(spare.first(samples), now)};
  }

  /// The same, decoded, with silence where there is nothing to play. `out` is at most one frame at
  /// the highest rate; asserted.
  void take(std::span<std::int16_t> out, TimePoint now) noexcept;

  [[nodiscard]] bool playing() const noexcept {
    if (!adaptive_) return buffer_.playing();
    return hot_.is_calm || adaptive_->playing();
  }
  [[nodiscard]] bool empty() const noexcept { return buffer_.empty(); }
  /// Where the next frame begins; nullptr when empty.
  [[nodiscard]] const std::uint8_t* front() const noexcept { return buffer_.front(); }
  /// Mode `fixed`: whether it holds more than it should keep in reserve.
  [[nodiscard]] bool above_target() const noexcept { return !adaptive_ && buffer_.above_target(); }
  [[nodiscard]] PlayoutStatus status() const noexcept;
  [[nodiscard]] const PlayoutCounters& counters() const noexcept { return buffer_.counters(); }
  /// For its depth, in mode `fixed`.
  [[nodiscard]] const JitterBuffer& buffer() const noexcept { return buffer_; }

 private:
  // How packets are stored: one question per packet, because there are many of them.
  enum class Way : std::uint8_t {
    in_order,  // Sequencing::ignored
    judged,    // Sequencing::trusted
    packed,    // to be decoded first
  };
  // Of a codec that packs frames.
  struct Unpacker {
    std::unique_ptr<Decoder> decoder;
    std::unique_ptr<KeptPackets> kept;  // null: nobody asks for packets
  };
  // Members that a tick does not look at.
  struct Cold {
    PlayoutOptions options;
    Sequencing sequencing = Sequencing::ignored;
    CodecId codec = CodecId::pcmu;
    bool keeps_packets = false;
    PlayoutCommons* commons = nullptr;
    std::unique_ptr<Unpacker> unpacker;  // null: the codec's samples are kept as they come
  };

 public:
  /// How many bytes at the front of a Playout a calm stream needs, for each packet and each tick.
  static constexpr std::size_t hot_bytes = 64 + 3 * 64;

 private:
  // An ordinary packet: it is stored whole, and nothing is dropped for it.
  [[nodiscard]] bool can_append(Bytes payload, TimePoint now) const noexcept {
    return payload.size() <= buffer_.frame_bytes() &&
           payload.size() % 2 <= 2 - buffer_.sample_bytes() &&
           buffer_.size() + payload.size() <= hot_.room && !is_old(now);
  }
  [[nodiscard]] bool is_old(TimePoint now) const noexcept {
    return !buffer_.empty() && now - buffer_.oldest_arrival() > hot_.wait_max;
  }
  // The next frame can be played as it is.
  [[nodiscard]] bool can_hand_on(std::size_t samples, TimePoint now) const noexcept {
    return hot_.is_calm && buffer_.size() >= samples && !is_old(now);
  }
  [[nodiscard]] Bytes hand_on(std::size_t samples, std::span<std::uint8_t> spare) noexcept {
    Bytes codes;
    if (buffer_.has_in_one_piece(samples)) {
      codes = buffer_.in_one_piece(samples);
    } else {
      VOICE_ASSERT(samples <= spare.size());
      buffer_.copy(spare.first(samples));
      codes = spare.first(samples);
    }
    buffer_.advance(samples);
    if (hot_.taken(buffer_.size())) adaptive_->beat();
    return codes;
  }
  Insert insert_judged(const rtp::PacketView& packet, TimePoint now) noexcept;
  Insert unpack(const rtp::PacketView& packet, TimePoint now) noexcept;
  void choose_way() noexcept;
  void choose_unpacker();
  Insert store(Bytes payload, TimePoint now) noexcept {
    if (!adaptive_) return buffer_.insert(payload, now);
    if (!can_append(payload, now)) return adaptive_->insert(payload, 0, now);
    ++buffer_.counters().packets;
    buffer_.append(payload, now);
    return Insert::accepted;
  }
  [[nodiscard]] Frame take_decoded(std::span<std::int16_t> pcm, TimePoint now) noexcept;
  void adapt();
  void start_anew(AudioFormat format, CodecId codec);

  // What every packet and every tick needs comes first: this line, and two of buffer_.
  Way way_ = Way::in_order;
  AdaptiveHot hot_;
  std::unique_ptr<Decoder> decoder_;     // of what is kept; null: PCMU, whose codes are handed on
  AdaptivePlayout* adaptive_ = nullptr;  // null: fixed
  alignas(64) JitterBuffer buffer_;      // a packed codec's samples are kept as L16
  Cold cold_;
  std::optional<AdaptivePlayout> its_adaptive_;  // *adaptive_; works on buffer_ as a mere queue
};

}  // namespace voice
