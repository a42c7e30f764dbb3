// The frames that talkers send: one message per 20 ms, the same for all that talk in that round.
#pragma once

#include "common/audio/g711.hpp"
#include "common/audio/tone.hpp"
#include "common/wire/packetizer.hpp"

#include <vector>

namespace voicebench {

enum class Sound : std::uint8_t { tone, silence, loud };

class Speech {
 public:
  explicit Speech(voice::AudioFormat format)
      : clock_(format),
        packetizer_(0, voice::rtp::Ssrc{0}),  // as the original's client sends it
        tone_(format, 440.0, 2000.0),
        pcm_(format.samples_per_frame_max()),
        message_(voice::packet_overhead_bytes + pcm_.size()) {}

  /// The next frame as a whole wire message, valid until the next call.
  std::span<const std::uint8_t> next(Sound sound) {
    const std::size_t samples = clock_.next();
    const auto message = std::span(message_).first(voice::packet_overhead_bytes + samples);
    const auto payload = message.subspan(voice::packet_overhead_bytes);
    // 0x80 is the largest positive value; a frame of it survives any mix with silence.
    std::fill(payload.begin(), payload.end(),
              sound == Sound::loud ? loudest : voice::g711::silence);
    if (sound == Sound::tone) {
      const auto pcm = std::span(pcm_).first(samples);
      tone_.generate(pcm);
      voice::g711::encode(pcm, payload);
    }
    packetizer_.packetize(message, samples);
    return message;
  }

  /// Lets one frame's time pass without a packet.
  void skip() { packetizer_.skip(clock_.next()); }

 private:
  static constexpr std::uint8_t loudest = 0x80;

  voice::FrameClock clock_;
  voice::Packetizer packetizer_;
  voice::Tone tone_;
  std::vector<std::int16_t> pcm_;
  std::vector<std::uint8_t> message_;
};

}  // namespace voicebench
