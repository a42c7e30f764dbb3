// A playout whose packets are Opus: decoded as they come, and played as samples.
#include "common/playout/playout.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/opus_format.hpp"
#include "tests/support/segmental_snr.hpp"

#include <vector>

using voice::CodecId;
using voice::Insert;
using voice::Playout;
using namespace voice::test::opus;

namespace {

using Payload = std::vector<std::uint8_t>;

// One end that speaks and one that plays, tick by tick.
struct Line {
  explicit Line(const voice::PlayoutOptions& options)
      : encoder(voice::make_encoder(CodecId::opus, format())),
        playout(format(), options, CodecId::opus) {
    playout.set_sequencing(voice::Sequencing::trusted);
  }

  Payload packed(std::span<const std::int16_t> pcm) {
    Payload payload(voice::opus_payload_bytes_max);
    payload.resize(encoder->encode(pcm, payload));
    return payload;
  }
  Insert insert(const Payload& payload) {
    const voice::rtp::Header header{.sequence = sequence, .timestamp = time()};
    return playout.insert({header, payload}, now);
  }
  Insert say(std::span<const std::int16_t> pcm) {
    const Insert result = insert(packed(pcm));
    ++sequence;
    return result;
  }
  void lose(std::span<const std::int16_t> pcm) {
    (void)packed(pcm);
    ++sequence;
  }
  void take(Samples& heard) {
    Samples out(frame);
    playout.take(out, now);
    heard.insert(heard.end(), out.begin(), out.end());
    now += voice::frame_duration;
  }
  [[nodiscard]] voice::rtp::Timestamp time() const {
    return voice::rtp::Timestamp{static_cast<std::uint32_t>(sequence * frame)};
  }

  voice::TimePoint now{std::chrono::hours{1}};
  std::uint16_t sequence = 0;
  std::unique_ptr<voice::Encoder> encoder;
  Playout playout;
};

}  // namespace

TEST_CASE("sound in Opus is played, in either mode", "[playout][opus]") {
  const bool adaptive = GENERATE(true, false);
  Line line(adaptive ? voice::PlayoutOptions{} : voice::fixed_playout(4));
  const Samples said = bench::speech(rate_hz, 6);
  Samples heard;

  for (std::size_t at = 0; at < said.size(); at += frame) {
    CHECK(line.say(std::span{said}.subspan(at, frame)) == Insert::accepted);
    line.take(heard);
  }

  CHECK(line.playout.codec() == CodecId::opus);
  CHECK(voice::test::best_snr_db(said, heard, rate_hz, 60) > 5);
  CHECK(line.playout.counters().packets == said.size() / frame);
  CHECK(line.playout.counters().malformed == 0);
}

TEST_CASE("a packet that is not one frame of Opus is dropped and counted, and the next is played",
          "[playout][opus]") {
  Line line(voice::fixed_playout(2));
  const Samples said = bench::speech(rate_hz, 1);
  Samples heard;

  CHECK(line.insert({0x0B}) == Insert::malformed);
  CHECK(line.insert(Payload(1300, 0x48)) == Insert::malformed);
  CHECK(line.insert(Payload(160, 0xFF)) == Insert::malformed);
  CHECK(line.playout.empty());
  CHECK(line.say(std::span{said}.first(frame)) == Insert::accepted);

  CHECK(line.playout.counters().malformed == 3);
  CHECK(line.playout.counters().packets == 1);
  CHECK(line.playout.status().delay_samples == frame);
}

TEST_CASE("an empty packet carries no sound and is not an error", "[playout][opus]") {
  Line line(voice::fixed_playout(2));

  CHECK(line.insert({}) == Insert::accepted);
  CHECK(line.playout.counters().malformed == 0);
  CHECK(line.playout.empty());
}

TEST_CASE("lost packets of Opus are concealed for as long as they lasted", "[playout][opus]") {
  Line line({});
  const Samples said = bench::speech(rate_hz, 6);
  Samples heard;

  for (std::size_t at = 0; at < said.size(); at += frame) {
    const auto piece = std::span{said}.subspan(at, frame);
    // The packet after the loss comes in time: the playout holds more than one.
    if (at / frame == 150) {
      line.lose(piece);
    } else {
      line.say(piece);
    }
    line.take(heard);
  }

  CHECK(line.playout.counters().lost == 1);
  CHECK(line.playout.counters().concealed_samples > 0);
  const auto late_said = std::span{said}.subspan(160 * frame);
  const auto late_heard = std::span{heard}.subspan(160 * frame);
  CHECK(voice::test::best_snr_db(late_said, late_heard, rate_hz, 80) > 5);
}

TEST_CASE("a change from Opus to another codec and back drops what is held and nothing else",
          "[playout][opus]") {
  Line line(voice::fixed_playout(4));
  const Samples said = bench::speech(rate_hz, 1);
  line.say(std::span{said}.first(frame));

  line.playout.set_codec(CodecId::pcmu);
  CHECK(line.playout.empty());
  CHECK(line.playout.codec() == CodecId::pcmu);
  CHECK(line.insert(Payload(frame, 0x12)) == Insert::accepted);
  CHECK(line.playout.status().delay_samples == frame);

  line.playout.set_codec(CodecId::opus);
  CHECK(line.playout.empty());
  CHECK(line.insert(Payload(frame, 0xFF)) == Insert::malformed);
  CHECK(line.say(std::span{said}.first(frame)) == Insert::accepted);
  CHECK(line.playout.sequencing() == voice::Sequencing::trusted);
}

TEST_CASE("the mode changes while Opus is played", "[playout][opus]") {
  Line line(voice::fixed_playout(4));
  const Samples said = bench::speech(rate_hz, 4);
  Samples heard;
  for (std::size_t at = 0; at < said.size(); at += frame) {
    if (at / frame == 100) line.playout.set_options({});
    CHECK(line.say(std::span{said}.subspan(at, frame)) == Insert::accepted);
    line.take(heard);
  }

  CHECK(line.playout.codec() == CodecId::opus);
  const auto half = 120 * frame;
  CHECK(voice::test::best_snr_db(std::span{said}.subspan(half), std::span{heard}.subspan(half),
                                 rate_hz, 80) > 5);
}

TEST_CASE("what follows an announced pause has nothing of the sound before it", "[playout][opus]") {
  const bool adaptive = GENERATE(true, false);
  Line line(adaptive ? voice::PlayoutOptions{} : voice::fixed_playout(4));
  Samples heard;
  for (std::size_t i = 0; i < 50; ++i) {
    line.say(loud_tone(i));
    line.take(heard);
  }
  line.playout.pause();
  for (int i = 0; i < 100; ++i) line.take(heard);

  line.encoder->reset();
  heard.clear();
  for (int i = 0; i < 50; ++i) {
    line.say(Samples(frame, 3));
    line.take(heard);
  }
  CHECK(peak(heard) < 20);
}
