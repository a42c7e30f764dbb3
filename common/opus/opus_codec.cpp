#include "common/opus/opus_codec.hpp"

#include "common/core/assert.hpp"

#include <opus.h>

#include <algorithm>
#include <array>

namespace voice::opus {
namespace {

constexpr int channels = 1;
// 0…10. Above 5, one seldom hears a difference, and 10 takes twice the time (docs/adr/0025).
constexpr int complexity = 5;
// Up to this rate the speech coder (SILK), above it the transform coder alone (CELT): a third of
// the time, and 4 ms less delay.
constexpr int speech_rate_hz_max = 16000;
// After so many frames of digital silence in a row, the last packet is repeated: every talker that
// nobody else interrupts is sent silence, and to encode that takes almost as long as to encode
// speech. By then, the coder has nothing left to fade out.
constexpr std::uint8_t silent_frames_encoded = 25;

struct DecoderEnd {
  void operator()(OpusDecoder* decoder) const noexcept { opus_decoder_destroy(decoder); }
};
struct EncoderEnd {
  void operator()(OpusEncoder* encoder) const noexcept { opus_encoder_destroy(encoder); }
};

class PacketDecoder final : public Decoder {
 public:
  explicit PacketDecoder(AudioFormat format) : format_(format) {
    int error = OPUS_OK;
    decoder_.reset(opus_decoder_create(format.rate_hz(), channels, &error));
    VOICE_ASSERT(error == OPUS_OK && decoder_ != nullptr);
  }

  std::size_t decode(Bytes payload, std::span<std::int16_t> pcm) noexcept override {
    const std::size_t frame = format_.samples_per_frame();
    if (payload.empty() || payload.size() > opus_payload_bytes_max || pcm.size() < frame) return 0;
    const auto size = static_cast<opus_int32>(payload.size());
    const int samples = opus_packet_get_nb_samples(payload.data(), size, format_.rate_hz());
    if (samples != static_cast<int>(frame)) return 0;
    const int decoded =
        opus_decode(decoder_.get(), payload.data(), size, pcm.data(), static_cast<int>(frame), 0);
    return decoded == static_cast<int>(frame) ? frame : 0;
  }

  std::size_t conceal(std::span<std::int16_t> pcm) noexcept override {
    const std::size_t frame = format_.samples_per_frame();
    std::size_t at = 0;
    for (; at + frame <= pcm.size(); at += frame) {
      const int made =
          opus_decode(decoder_.get(), nullptr, 0, &pcm[at], static_cast<int>(frame), 0);
      if (made != static_cast<int>(frame)) break;
    }
    std::fill(pcm.begin() + static_cast<std::ptrdiff_t>(at), pcm.end(), std::int16_t{0});
    return pcm.size();
  }

  void reset() noexcept override {
    const int error = opus_decoder_ctl(decoder_.get(), OPUS_RESET_STATE);
    VOICE_ASSERT(error == OPUS_OK);
  }

 private:
  AudioFormat format_;
  std::unique_ptr<OpusDecoder, DecoderEnd> decoder_;
};

class PacketEncoder final : public Encoder {
 public:
  PacketEncoder(AudioFormat format, int kbits) : format_(format) {
    const bool is_speech = format.rate_hz() <= speech_rate_hz_max;
    int error = OPUS_OK;
    encoder_.reset(opus_encoder_create(
        format.rate_hz(), channels,
        is_speech ? OPUS_APPLICATION_VOIP : OPUS_APPLICATION_RESTRICTED_LOWDELAY, &error));
    VOICE_ASSERT(error == OPUS_OK && encoder_ != nullptr);
    error = opus_encoder_ctl(encoder_.get(), OPUS_SET_COMPLEXITY(complexity));
    VOICE_ASSERT(error == OPUS_OK);
    set_kbits(kbits);
  }

  std::size_t encode(std::span<const std::int16_t> pcm,
                     std::span<std::uint8_t> payload) noexcept override {
    VOICE_ASSERT(pcm.size() == format_.samples_per_frame());
    VOICE_ASSERT(payload.size() >= opus_payload_bytes_max);
    const bool is_silent = std::ranges::all_of(pcm, [](std::int16_t each) { return each == 0; });
    if (!is_silent) {
      silent_frames_ = 0;
      return encode_frame(pcm, payload);
    }
    if (silent_frames_ == silent_frames_encoded) return repeat_silence(payload);
    const std::size_t bytes = encode_frame(pcm, payload);
    if (++silent_frames_ == silent_frames_encoded) keep_silence(payload.first(bytes));
    return bytes;
  }

  void reset() noexcept override {
    const int error = opus_encoder_ctl(encoder_.get(), OPUS_RESET_STATE);
    VOICE_ASSERT(error == OPUS_OK);
    silent_frames_ = 0;
  }

  void set_kbits(int kbits) noexcept override {
    VOICE_ASSERT(kbits >= opus_kbits_min && kbits <= opus_kbits_max);
    const int error = opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(kbits * 1000));
    VOICE_ASSERT(error == OPUS_OK);
  }

 private:
  std::size_t encode_frame(std::span<const std::int16_t> pcm,
                           std::span<std::uint8_t> payload) noexcept {
    const opus_int32 bytes =
        opus_encode(encoder_.get(), pcm.data(), static_cast<int>(pcm.size()), payload.data(),
                    static_cast<opus_int32>(opus_payload_bytes_max));
    return static_cast<std::size_t>(std::max<opus_int32>(bytes, 0));
  }

  // A packet that is longer than any packet of silence is not kept: silence is encoded on.
  void keep_silence(Bytes packet) noexcept {
    if (packet.size() > silence_.size()) {
      silent_frames_ = 0;
      return;
    }
    std::ranges::copy(packet, silence_.begin());
    silence_bytes_ = static_cast<std::uint8_t>(packet.size());
  }

  std::size_t repeat_silence(std::span<std::uint8_t> payload) const noexcept {
    std::copy_n(silence_.begin(), silence_bytes_, payload.begin());
    return silence_bytes_;
  }

  AudioFormat format_;
  std::unique_ptr<OpusEncoder, EncoderEnd> encoder_;
  std::uint8_t silent_frames_ = 0;  // in a row, up to silent_frames_encoded
  std::uint8_t silence_bytes_ = 0;
  std::array<std::uint8_t, 32> silence_{};
};

}  // namespace

bool works_at(AudioFormat format) noexcept {
  constexpr std::array rates{8000, 12000, 16000, 24000, 48000};
  return std::find(rates.begin(), rates.end(), format.rate_hz()) != rates.end();
}

std::unique_ptr<Decoder> make_decoder(AudioFormat format) {
  VOICE_ASSERT(works_at(format));
  return std::make_unique<PacketDecoder>(format);
}

std::unique_ptr<Encoder> make_encoder(AudioFormat format, int kbits) {
  VOICE_ASSERT(works_at(format));
  return std::make_unique<PacketEncoder>(format, kbits);
}

}  // namespace voice::opus
