// The frames of a playout compared with those of the jitter buffer in it, for both codecs.
#include "common/playout/playout.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <random>
#include <vector>

using voice::AudioFormat;
using voice::CodecId;
using voice::Insert;
using voice::Playout;

namespace {

using Samples = std::vector<std::int16_t>;
using Payload = std::vector<std::uint8_t>;

AudioFormat format_of(int rate_hz = 8000) {
  return AudioFormat::from_rate(rate_hz).value();
}

constexpr voice::TimePoint start{std::chrono::hours{1}};

Samples random_samples(std::mt19937& random, std::size_t count = 160) {
  Samples samples(count);
  for (auto& sample : samples) sample = static_cast<std::int16_t>(random());
  return samples;
}

Payload l16_of(const Samples& pcm) {
  Payload payload(2 * pcm.size());
  voice::l16::encode(pcm, payload);
  return payload;
}

Samples samples_of(const voice::Frame& frame) {
  return {frame.pcm.begin(), frame.pcm.end()};
}

}  // namespace

TEST_CASE("a PCMU frame is passed on as the codes that arrived", "[playout]") {
  Playout playout(format_of(), voice::fixed_playout(2));
  const Payload codes(160, 0x12);
  Samples scratch(160);

  playout.insert({{}, codes}, start);
  const voice::Frame frame = playout.take(160, scratch, start);

  CHECK(frame.pcm.empty());
  CHECK(Payload(frame.ulaw.begin(), frame.ulaw.end()) == codes);
  CHECK(playout.take(160, scratch, start).empty());
}

TEST_CASE("an L16 frame comes out sample for sample as it went in", "[playout]") {
  const int rate_hz = GENERATE(8000, 48000);
  Playout playout(format_of(rate_hz), voice::fixed_playout(2), CodecId::l16);
  const auto frame_samples = static_cast<std::size_t>(rate_hz / 50);
  std::mt19937 random(3);
  Samples scratch(frame_samples);

  // Long enough for the ring to wrap.
  for (int tick = 0; tick < 40; ++tick) {
    const Samples said = random_samples(random, frame_samples);
    CHECK(playout.insert({{}, l16_of(said)}, start) == Insert::accepted);
    CHECK(samples_of(playout.take(frame_samples, scratch, start)) == said);
  }
  CHECK(playout.take(frame_samples, scratch, start).empty());
  CHECK(playout.buffer().counters().underflows == 1);
}

TEST_CASE("samples from within the program are treated like packets", "[playout]") {
  const auto codec = GENERATE(CodecId::pcmu, CodecId::l16);
  std::mt19937 random(5);
  const Samples said = random_samples(random);
  Playout packets(format_of(), voice::fixed_playout(2), codec),
      samples(format_of(), voice::fixed_playout(2), codec);
  Payload payload(320);
  payload.resize(voice::make_encoder(codec)->encode(said, payload));

  packets.insert({{}, payload}, start);
  samples.insert(said, start);

  Samples a(160), b(160);
  packets.take(a, start);
  samples.take(b, start);
  CHECK(a == b);
  if (codec == CodecId::l16) CHECK(a == said);
}

TEST_CASE("decoded frames are silence when there is nothing to play", "[playout]") {
  const auto codec = GENERATE(CodecId::pcmu, CodecId::l16);
  Playout playout(format_of(), voice::fixed_playout(2), codec);
  Samples out(160, 77);

  playout.take(out, start);

  CHECK(out == Samples(160, 0));
}

TEST_CASE("an L16 frame that is too short is padded with silence", "[playout]") {
  Playout playout(format_of(), voice::fixed_playout(2), CodecId::l16);
  std::mt19937 random(7);
  Samples said = random_samples(random, 200), scratch(160, 77);
  playout.insert({{}, l16_of(said)}, start);
  (void)playout.take(160, scratch, start);

  Samples rest(said.begin() + 160, said.end());
  rest.resize(160, 0);
  CHECK(samples_of(playout.take(160, scratch, start)) == rest);
}

TEST_CASE("half a sample at the end of an L16 packet does not shift the next", "[playout]") {
  Playout playout(format_of(), voice::fixed_playout(2), CodecId::l16);
  std::mt19937 random(9);
  const Samples said = random_samples(random);
  Payload payload = l16_of(said);
  payload.push_back(0x55);
  Samples scratch(160);

  for (int tick = 0; tick < 3; ++tick) {
    playout.insert({{}, payload}, start);
    CHECK(samples_of(playout.take(160, scratch, start)) == said);
  }
  CHECK(playout.insert({{}, Payload{0x55}}, start) == Insert::accepted);
  CHECK(playout.empty());
}

TEST_CASE("a gap between L16 packets is filled with as many samples as the timestamps say",
          "[playout]") {
  Playout playout(format_of(), voice::fixed_playout(8), CodecId::l16);
  playout.set_sequencing(voice::Sequencing::trusted);
  std::mt19937 random(11);
  Samples scratch(160);
  const auto say = [&](std::uint16_t sequence, std::uint32_t timestamp) {
    Samples said = random_samples(random);
    playout.insert(
        {{.sequence = sequence, .timestamp = voice::rtp::Timestamp{timestamp}}, l16_of(said)},
        start);
    return said;
  };
  for (std::uint16_t i = 0; i < 4; ++i) say(i, 160U * i);
  (void)playout.take(160, scratch, start);
  // The missing packet was 60 ms long.
  say(5, 7 * 160);

  CHECK(playout.buffer().counters().lost == 1);
  CHECK(playout.buffer().fill_samples() == 7 * 160);
}

TEST_CASE("more L16 than the depth holds drops the oldest, counted in samples", "[playout]") {
  Playout playout(format_of(), voice::fixed_playout(4), CodecId::l16);
  for (int i = 0; i < 4; ++i) playout.insert({{}, Payload(320, 1)}, start);
  playout.insert({{}, Payload(2 * 160 * 5, 1)}, start);

  CHECK(playout.buffer().counters().cut_samples == 160);
  CHECK(playout.buffer().fill_packets() <= playout.buffer().depth_packets());
}

TEST_CASE("a change of codec starts with an empty buffer of the same depth", "[playout]") {
  Playout playout(format_of(), voice::fixed_playout(6));
  playout.set_sequencing(voice::Sequencing::trusted);
  for (int i = 0; i < 3; ++i) playout.insert({{}, Payload(160, 1)}, start);

  playout.set_codec(CodecId::pcmu);
  CHECK_FALSE(playout.empty());
  playout.set_codec(CodecId::l16);

  CHECK(playout.codec() == CodecId::l16);
  CHECK(playout.empty());
  CHECK_FALSE(playout.playing());
  CHECK(playout.buffer().depth_packets() == 6);
  CHECK(playout.sequencing() == voice::Sequencing::trusted);
}

TEST_CASE("what is counted stays when the codec or the rate changes", "[playout]") {
  Playout playout(format_of(), voice::fixed_playout(6));
  playout.insert({{}, Payload(801, 1)}, start);
  REQUIRE(playout.counters().cut_samples == 161);
  playout.set_codec(CodecId::l16);
  CHECK(playout.counters().packets == 1);
  CHECK(playout.counters().cut_samples == 161);
  playout.set_format(*voice::AudioFormat::from_rate(44100));
  CHECK(playout.counters().packets == 1);
  CHECK(playout.counters().cut_samples == 888);  // 887.5, rounded up
  // 161 samples at 8000 Hz last 20.125 ms.
  const auto cut = times_of(playout.counters(), playout.buffer().format()).cut;
  CHECK(cut >= std::chrono::microseconds{20125});
  playout.set_format(format_of());
  CHECK(times_of(playout.counters(), format_of()).cut >= cut);
}

TEST_CASE("surplus delay is removed at a quiet place in L16, too", "[playout]") {
  const bool quiet = GENERATE(false, true);
  Playout playout(format_of(), voice::fixed_playout(4), CodecId::l16);
  const Payload packet = l16_of(Samples(160, quiet ? std::int16_t{-300} : std::int16_t{5000}));
  Samples scratch(160);
  voice::TimePoint now = start;
  for (int i = 0; i < 4; ++i) playout.insert({{}, packet}, now);

  const auto play = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      now += voice::frame_duration;
      (void)playout.take(160, scratch, now);
      playout.insert({{}, packet}, now);
    }
  };
  play(160);
  CHECK((playout.buffer().counters().excess_samples != 0) == quiet);
  play(60);
  CHECK(playout.buffer().counters().excess_samples != 0);
}
