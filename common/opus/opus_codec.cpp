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
    const opus_int32 bytes =
        opus_encode(encoder_.get(), pcm.data(), static_cast<int>(pcm.size()), payload.data(),
                    static_cast<opus_int32>(opus_payload_bytes_max));
    return static_cast<std::size_t>(std::max<opus_int32>(bytes, 0));
  }

  void set_kbits(int kbits) noexcept override {
    VOICE_ASSERT(kbits >= opus_kbits_min && kbits <= opus_kbits_max);
    const int error = opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(kbits * 1000));
    VOICE_ASSERT(error == OPUS_OK);
  }

 private:
  AudioFormat format_;
  std::unique_ptr<OpusEncoder, EncoderEnd> encoder_;
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
