#include "common/opus/opus_codec.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/segmental_snr.hpp"

#include <algorithm>
#include <random>
#include <vector>

using voice::AudioFormat;
using voice::CodecId;

namespace {

using Samples = std::vector<std::int16_t>;
using Payload = std::vector<std::uint8_t>;

AudioFormat format_of(int rate_hz) {
  return AudioFormat::from_rate(rate_hz).value();
}

Payload encoded(voice::Encoder& encoder, std::span<const std::int16_t> frame) {
  Payload payload(voice::opus_payload_bytes_max);
  payload.resize(encoder.encode(frame, payload));
  return payload;
}

// Takes sound through both, frame by frame.
struct Trip {
  Trip(int rate_hz, int kbits) : format(format_of(rate_hz)), kbits_set(kbits) {}

  Samples run(const Samples& said) {
    const auto encoder = voice::make_encoder(CodecId::opus, format, kbits_set);
    const auto decoder = voice::make_decoder(CodecId::opus, format);
    const std::size_t frame = format.samples_per_frame();
    Samples heard(said.size() / frame * frame);
    for (std::size_t at = 0; at < heard.size(); at += frame) {
      const Payload payload = encoded(*encoder, std::span{said}.subspan(at, frame));
      bytes += payload.size();
      longest = std::max(longest, payload.size());
      REQUIRE(decoder->decode(payload, std::span{heard}.subspan(at, frame)) == frame);
    }
    return heard;
  }

  AudioFormat format;
  int kbits_set;
  std::size_t bytes = 0;
  std::size_t longest = 0;
};

}  // namespace

TEST_CASE("speech survives Opus at every rate and bit rate, and in the bytes that were allowed",
          "[opus]") {
  struct Row {
    int rate_hz, kbits;
    double snr_db_min;
  };
  const auto row = GENERATE(values<Row>({{8000, 16, 5},
                                         {8000, 64, 10},
                                         {12000, 20, 5},
                                         {16000, 24, 5},
                                         {16000, 128, 10},
                                         {24000, 28, 5},
                                         {48000, 32, 5},
                                         {48000, 128, 10}}));
  INFO(row.rate_hz << " Hz, " << row.kbits << " kbit/s");
  Trip trip(row.rate_hz, row.kbits);
  constexpr std::size_t seconds = 8;
  const Samples said = bench::speech(row.rate_hz, seconds);

  const Samples heard = trip.run(said);

  const double snr = voice::test::best_snr_db(said, heard, row.rate_hz);
  INFO("segmental SNR " << snr << " dB, " << trip.bytes << " bytes");
  CHECK(snr >= row.snr_db_min);
  CHECK(8 * trip.bytes / seconds <= static_cast<std::size_t>(row.kbits) * 1000 * 5 / 4);
  CHECK(trip.longest <= voice::opus_payload_bytes_max);
}

TEST_CASE("Opus works at the five rates of RFC 6716 §2, G.711 and L16 at every rate", "[opus]") {
  for (const int rate_hz :
       {5000, 7999, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000}) {
    const bool is_one = rate_hz == 8000 || rate_hz == 12000 || rate_hz == 16000 ||
                        rate_hz == 24000 || rate_hz == 48000;
    INFO(rate_hz);
    CHECK(voice::has_codec(CodecId::opus, format_of(rate_hz)) == is_one);
    CHECK(voice::has_codec(CodecId::pcmu, format_of(rate_hz)));
    CHECK(voice::has_codec(CodecId::l16, format_of(rate_hz)));
  }
}

TEST_CASE("a packet of anything but one frame is not decoded, and leaves no trace", "[opus]") {
  const AudioFormat format = format_of(16000);
  const auto encoder = voice::make_encoder(CodecId::opus, format);
  const auto a = voice::make_decoder(CodecId::opus, format);
  const auto b = voice::make_decoder(CodecId::opus, format);
  const Samples said = bench::speech(16000, 1);
  Samples room(1920, 77), same(320);

  // RFC 6716 §3.1: the first byte tells the number of frames and their length. In order: one of 10
  // ms; one of 60 ms; two of 20 ms; no number of frames; nothing at all; a number of 0; a length
  // beyond the end; too many bytes.
  for (const Payload& bad :
       {Payload{0x00, 1, 2}, Payload{0x18, 1, 2}, Payload{0x09, 1, 2}, Payload{0x0B}, Payload{},
        Payload{0x0B, 0x00}, Payload{0x0A, 0xFF, 0xFF}, Payload(1276, 0x08)}) {
    INFO("first byte " << (bad.empty() ? -1 : bad[0]) << " of " << bad.size());
    CHECK(a->decode(bad, room) == 0);
    CHECK(room == Samples(1920, 77));
  }
  for (std::size_t at = 0; at < 3200; at += 320) {
    const Payload good = encoded(*encoder, std::span{said}.subspan(at, 320));
    REQUIRE(a->decode(good, std::span{room}.first(320)) == 320);
    REQUIRE(b->decode(good, same) == 320);
    CHECK(std::equal(same.begin(), same.end(), room.begin()));
  }
}

TEST_CASE("a frame that would not fit is not decoded", "[opus]") {
  const AudioFormat format = format_of(48000);
  const auto encoder = voice::make_encoder(CodecId::opus, format);
  const Payload payload = encoded(*encoder, Samples(960, 100));
  Samples room(960, 77);

  CHECK(voice::make_decoder(CodecId::opus, format)->decode(payload, std::span{room}.first(959)) ==
        0);
  CHECK(room == Samples(960, 77));
}

TEST_CASE("whatever bytes come, a decoder makes one frame or nothing", "[opus]") {
  std::mt19937 random(7);
  for (const int rate_hz : {8000, 48000}) {
    const AudioFormat format = format_of(rate_hz);
    const std::size_t frame = format.samples_per_frame();
    const auto decoder = voice::make_decoder(CodecId::opus, format);
    Samples room(frame + 1, 77);
    int frames = 0;
    for (int i = 0; i < 3000; ++i) {
      Payload bytes(random() % 200);
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
      const std::size_t made = decoder->decode(bytes, room);
      REQUIRE((made == 0 || made == frame));
      REQUIRE(room.back() == 77);
      frames += made == frame;
    }
    CHECK(frames > 100);
  }
}

TEST_CASE("a peer that goes on after a pause or a loss is heard again at once", "[opus]") {
  const AudioFormat format = format_of(16000);
  const auto encoder = voice::make_encoder(CodecId::opus, format);
  const auto decoder = voice::make_decoder(CodecId::opus, format);
  const Samples said = bench::speech(16000, 4);
  Samples heard(said.size());
  for (std::size_t at = 0; at < said.size(); at += 320) {
    const Payload payload = encoded(*encoder, std::span{said}.subspan(at, 320));
    const auto to = std::span{heard}.subspan(at, 320);
    if (at / 320 % 50 < 5) {
      CHECK(decoder->conceal(to) == 320);
    } else {
      REQUIRE(decoder->decode(payload, to) == 320);
    }
  }

  CHECK(voice::test::best_snr_db(said, heard, 16000) > 3);
}

TEST_CASE("a bit rate that is changed applies from the next frame on", "[opus]") {
  const AudioFormat format = format_of(48000);
  const auto encoder = voice::make_encoder(CodecId::opus, format, 24);
  const Samples said = bench::speech(48000, 4);
  std::size_t before = 0, after = 0;
  for (std::size_t at = 0; at < said.size() / 2; at += 960) {
    before += encoded(*encoder, std::span{said}.subspan(at, 960)).size();
  }
  encoder->set_kbits(96);
  for (std::size_t at = said.size() / 2; at < said.size(); at += 960) {
    after += encoded(*encoder, std::span{said}.subspan(at, 960)).size();
  }

  CHECK(after > 2 * before);
}

TEST_CASE("without a setting the bit rate follows the sample rate", "[opus]") {
  CHECK(voice::opus_kbits_of(format_of(8000), 0) == 16);
  CHECK(voice::opus_kbits_of(format_of(16000), 0) == 24);
  CHECK(voice::opus_kbits_of(format_of(48000), 0) == 32);
  CHECK(voice::opus_kbits_of(format_of(48000), 100) == 100);
}

TEST_CASE("silence that goes on is the same packet again, and is heard as silence", "[opus]") {
  const int rate_hz = GENERATE(8000, 12000, 16000, 24000, 48000);
  const int kbits = GENERATE(16, 128);
  CAPTURE(rate_hz, kbits);
  const AudioFormat format = format_of(rate_hz);
  const std::size_t frame = format.samples_per_frame();
  const Samples said = bench::speech(rate_hz, 8);
  const Samples silence(frame);
  Samples heard(frame);
  const auto encoder = voice::make_encoder(CodecId::opus, format, kbits);
  const auto decoder = voice::make_decoder(CodecId::opus, format);
  const auto pass = [&](std::span<const std::int16_t> pcm) {
    const Payload payload = encoded(*encoder, pcm);
    REQUIRE(decoder->decode(payload, heard) == frame);
    return payload;
  };

  for (std::size_t begin = 40; begin < 400; begin += 120) {
    for (std::size_t i = begin; i < begin + 40; ++i)
      pass(std::span{said}.subspan(i * frame, frame));
    for (int i = 0; i < 40; ++i) pass(silence);
    const Payload first = pass(silence);
    CHECK(first.size() <= 32);
    for (int i = 0; i < 100; ++i) {
      CHECK(pass(silence) == first);
      CHECK(std::all_of(heard.begin(), heard.end(), [](int each) { return std::abs(each) <= 1; }));
    }
  }
}

TEST_CASE("speech after a long silence sounds as it would without the silence", "[opus]") {
  const int rate_hz = GENERATE(8000, 16000, 48000);
  CAPTURE(rate_hz);
  const AudioFormat format = format_of(rate_hz);
  const std::size_t second = static_cast<std::size_t>(rate_hz);
  const Samples speech = bench::speech(rate_hz, 8);
  Samples said(16 * second);
  for (std::size_t at = 0; at < speech.size(); at += 2 * second) {
    std::copy_n(speech.begin() + static_cast<std::ptrdiff_t>(at), 2 * second,
                said.begin() + static_cast<std::ptrdiff_t>(2 * at));
  }

  const Samples with = Trip(rate_hz, voice::opus_kbits_preset(format)).run(said);
  const Samples without = Trip(rate_hz, voice::opus_kbits_preset(format)).run(speech);

  CHECK(voice::test::best_snr_db(said, with, rate_hz) >
        voice::test::best_snr_db(speech, without, rate_hz) - 1.5);
}

TEST_CASE("a single sample ends the silence", "[opus]") {
  const AudioFormat format = format_of(48000);
  const std::size_t frame = format.samples_per_frame();
  const auto encoder = voice::make_encoder(CodecId::opus, format);
  Payload silent;
  for (int i = 0; i < 50; ++i) silent = encoded(*encoder, Samples(frame));
  Samples click(frame);
  const auto at = GENERATE(std::size_t{0}, std::size_t{500}, std::size_t{959});
  click[at] = 8000;

  CHECK(encoded(*encoder, click) != silent);
  // What follows is encoded anew: the click is still in the coder.
  CHECK(encoded(*encoder, Samples(frame)) != silent);
}

TEST_CASE("after a reset, nothing of what came before is heard", "[opus]") {
  const int rate_hz = GENERATE(8000, 12000, 16000, 24000, 48000);
  INFO(rate_hz);
  const AudioFormat format = format_of(rate_hz);
  const auto encoder = voice::make_encoder(CodecId::opus, format);
  const auto decoder = voice::make_decoder(CodecId::opus, format);
  const Samples said = bench::speech(rate_hz, 2);
  const std::size_t frame = format.samples_per_frame();
  Samples pcm(frame);
  for (std::size_t at = 0; at + frame <= said.size(); at += frame) {
    const Payload payload = encoded(*encoder, std::span{said}.subspan(at, frame));
    REQUIRE(decoder->decode(payload, pcm) == frame);
  }

  encoder->reset();
  decoder->reset();

  const auto fresh_encoder = voice::make_encoder(CodecId::opus, format);
  const auto fresh_decoder = voice::make_decoder(CodecId::opus, format);
  Samples same(frame);
  for (std::size_t at = 0; at + frame <= said.size() / 4; at += frame) {
    const auto each = std::span{said}.subspan(at, frame);
    const Payload payload = encoded(*encoder, each);
    CHECK(payload == encoded(*fresh_encoder, each));
    REQUIRE(decoder->decode(payload, pcm) == frame);
    REQUIRE(fresh_decoder->decode(payload, same) == frame);
    CHECK(pcm == same);
  }
}
