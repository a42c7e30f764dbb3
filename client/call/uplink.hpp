// The microphone's half of a call: captured samples in, whole RTP messages into the outbox, one per
// tick. Owned by a Call once the rate is known.
//
// A sample is written three times on its way from the card's ring to the socket: into the smoother
// (capture_space), encoded into the message, and with the message into the outbox.
#pragma once

#include "common/audio/codec.hpp"
#include "common/audio/level.hpp"
#include "common/playout/capture_smoother.hpp"
#include "common/wire/outbox.hpp"
#include "common/wire/packetizer.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace voicecli {

/// What the RTP timestamp does while no sound is sent.
enum class Silence : std::uint8_t {
  advances_timestamp,  // RFC 3550 §5.1; voice/1
  stops_timestamp,     // as the original: samples sent so far
};

class Uplink {
 public:
  Uplink(voice::AudioFormat format, Silence silence, voice::Packetizer packetizer);

  /// The codec of what is sent from now on; PCMU until then. voice::has_codec() must be true for it
  /// (asserted). Allocates.
  /// @param opus_kbits as a setting (voice::opus_kbits_of()).
  void set_codec(voice::CodecId codec, int opus_kbits = 0);

  /// Room for captured samples, at least a frame; valid until the next call of any member. Fill the
  /// front of it, then tell how many with captured().
  [[nodiscard]] std::span<std::int16_t> capture_space() noexcept { return smoother_.space(); }
  void captured(std::size_t count) noexcept { smoother_.commit(count); }
  /// The same for samples that lie elsewhere, any count: they are copied.
  void capture(std::span<const std::int16_t> pcm) noexcept { smoother_.push(pcm); }

  /// The source has ended: an incomplete frame is filled up with silence.
  void capture_ended() noexcept;

  /// Once per 20 ms: moves the frames that are due into the outbox, or discards them when the
  /// microphone is closed: what was said to a closed microphone is never sent later.
  void tick(bool microphone_open, voice::TimePoint now, voice::Outbox& outbox);

  /// The level at the microphone, closed or not.
  [[nodiscard]] double level_dbfs() const noexcept { return meter_.dbfs(); }
  [[nodiscard]] std::size_t held_samples() const noexcept { return smoother_.size_samples(); }
  /// True once a frame that is not silence has gone into the outbox.
  [[nodiscard]] bool audio_sent() const noexcept { return audio_sent_; }

 private:
  void send(std::span<const std::int16_t> frame, voice::TimePoint now, voice::Outbox& outbox);
  void let_pass(std::size_t samples) noexcept;

  voice::AudioFormat format_;
  Silence silence_;
  voice::Packetizer packetizer_;
  voice::CodecId codec_ = voice::CodecId::pcmu;
  std::unique_ptr<voice::Encoder> encoder_;
  voice::CaptureSmoother smoother_;
  voice::LevelMeter meter_;
  std::vector<std::uint8_t>
      message_;  // the message being built; its capacity is the longest frame's
  bool audio_sent_ = false;
};

}  // namespace voicecli
