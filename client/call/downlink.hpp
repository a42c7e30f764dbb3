// The loudspeaker's half of a call: RTP packets in, one frame of samples out whenever the
// loudspeaker asks. Owned by a Call once the rate is known.
#pragma once

#include "common/audio/level.hpp"
#include "common/playout/arrival_phase.hpp"
#include "common/playout/playout.hpp"
#include "common/wire/rtp_packet.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace voicecli {

/// How loudly the sound is played.
struct Loudness {
  bool muted = false;
  double gain_db = 0.0;
};

class Downlink {
 public:
  /// @param sequencing  ignored for a classic server, which draws all its streams from one counter
  Downlink(voice::AudioFormat format, const voice::PlayoutOptions& options,
           voice::Sequencing sequencing);

  void receive(const voice::rtp::PacketView& packet, voice::TimePoint now) noexcept;

  /// The server has held packets back on purpose, and their numbers have advanced: none of them is
  /// lost.
  void forget_sequence() noexcept { playout_.forget_sequence(); }
  /// What was heard has ended, and the next packet begins something new.
  void pause() noexcept { playout_.pause(); }

  /// The rate of what comes from now on. Forgets what is held. Allocates.
  void set_format(voice::AudioFormat format);

  /// What comes from now on; PCMU until then. Forgets what is held in another codec. Allocates.
  void set_codec(voice::CodecId codec) { playout_.set_codec(codec); }

  /// The next 20 ms (11025 Hz: 220 and 221 samples in turn), silence when the buffer has no frame
  /// or `loudness` is muted; the jitter buffer moves on all the same. Valid until the next call.
  [[nodiscard]] std::span<const std::int16_t> play(Loudness loudness,
                                                   voice::TimePoint now) noexcept;

  [[nodiscard]] double level_dbfs() const noexcept { return meter_.dbfs(); }
  [[nodiscard]] const voice::Playout& playout() const noexcept { return playout_; }
  /// True once a sample that is not silence has been handed to the loudspeaker.
  [[nodiscard]] bool audio_heard() const noexcept { return audio_heard_; }

 private:
  void set_loudness(Loudness loudness, std::span<std::int16_t> pcm) noexcept;

  voice::Playout playout_;
  voice::ArrivalPhase phase_;
  voice::TimePoint received_at_;  // the newest packet
  voice::FrameClock clock_;
  voice::LevelMeter meter_;
  std::vector<std::int16_t> pcm_;
  std::optional<Loudness> loudness_;  // of the last frame
  bool audio_heard_ = false;
};

}  // namespace voicecli
