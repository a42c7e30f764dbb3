// The microphone's half of a call: captured samples in, whole RTP messages into the outbox, one per
// tick. Owned by a Call once the rate is known.
//
// A sample is written three times on its way from the card's ring to the socket: into the smoother
// (capture_space), encoded into the message, and with the message into the outbox.
#pragma once

#include "client/call/speech_gate.hpp"
#include "common/audio/codec.hpp"
#include "common/audio/level.hpp"
#include "common/playout/capture_smoother.hpp"
#include "common/wire/outbox.hpp"
#include "common/wire/packetizer.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
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
  /// @param dtx anything but `off` only where timestamps advance (asserted).
  Uplink(voice::AudioFormat format, Silence silence, voice::Packetizer packetizer,
         Dtx dtx = Dtx::off);

  /// The rate of what is captured from now on. Forgets what is held. Allocates.
  void set_format(voice::AudioFormat format);

  /// The codec of what is sent from now on; PCMU until then. voice::has_codec() must be true for it
  /// (asserted). Allocates.
  /// @param opus_kbits as a setting (voice::opus_kbits_of()).
  void set_codec(voice::CodecId codec, int opus_kbits = 0);

  /// Room for captured samples, at least a frame; valid until the next call of any member. Fill the
  /// front of it, then tell how many with captured().
  [[nodiscard]] std::span<std::int16_t> capture_space() noexcept { return smoother_.space(); }
  void captured(std::size_t count) noexcept {
    smoother_.commit(count);
    captured_ += count;
  }
  /// The same for samples that lie elsewhere, any count: they are copied.
  /// @param is_speech what a detector says of them; none: there is no detector
  void capture(std::span<const std::int16_t> pcm, std::optional<bool> is_speech = {}) noexcept;

  /// The source has ended: an incomplete frame is padded with silence.
  void capture_ended() noexcept;

  /// Once per 20 ms: moves the frames that are due into the outbox, or discards them when the
  /// microphone is closed: what was said to a closed microphone is never sent later.
  void tick(bool microphone_open, voice::TimePoint now, voice::Outbox& outbox);

  /// The level at the microphone, closed or not.
  [[nodiscard]] double level_dbfs() const noexcept { return meter_.dbfs(); }
  [[nodiscard]] std::size_t held_samples() const noexcept { return smoother_.size_samples(); }
  /// True once a frame that is not silence has gone into the outbox.
  [[nodiscard]] bool audio_sent() const noexcept { return audio_sent_; }
  /// Frames that were not sent because nobody spoke.
  [[nodiscard]] std::uint64_t frames_spared() const noexcept { return frames_spared_; }

 private:
  // A frame that waits: it is sent if speech begins in one of the next two.
  struct Waiting {
    std::vector<std::int16_t> pcm;
    std::size_t samples = 0;
  };

  [[nodiscard]] bool is_discontinuous() const noexcept {
    return dtx_ == Dtx::on || (dtx_ == Dtx::automatic && has_detector_);
  }
  // To a voice/1 server, also where they only come from a microphone that is muted.
  [[nodiscard]] bool announces_pauses() const noexcept {
    return silence_ == Silence::advances_timestamp;
  }
  void offer(std::span<const std::int16_t> frame, std::optional<bool> is_speech,
             voice::TimePoint now, voice::Outbox& outbox);
  void begin_spurt(voice::TimePoint now, voice::Outbox& outbox);
  void end_spurt(voice::TimePoint now, voice::Outbox& outbox);
  void wait(std::span<const std::int16_t> frame) noexcept;
  void forget_waiting() noexcept;
  void send(std::span<const std::int16_t> frame, voice::TimePoint now, voice::Outbox& outbox);
  void leave_out(std::size_t samples) noexcept;
  void let_pass(std::size_t samples) noexcept;

  voice::AudioFormat format_;
  Silence silence_;
  voice::Packetizer packetizer_;
  voice::CodecId codec_ = voice::CodecId::pcmu;
  std::unique_ptr<voice::Encoder> encoder_;
  voice::CaptureSmoother smoother_;
  Dtx dtx_;
  SpeechGate gate_;
  bool has_detector_ = false;
  std::uint64_t captured_ = 0;      // samples
  std::uint64_t speech_until_ = 0;  // of these, where the detector heard speech last
  bool is_in_spurt_ = false;
  bool has_left_out_ = false;  // frames, since the last spurt
  // The beginning of a word is soft, and a detector notices it late: 40 ms.
  std::array<Waiting, 2> waiting_;
  std::size_t waiting_count_ = 0;
  std::uint64_t frames_spared_ = 0;
  voice::LevelMeter meter_;
  std::vector<std::uint8_t>
      message_;  // the message being built; its capacity is the longest frame's
  bool audio_sent_ = false;
};

}  // namespace voicecli
