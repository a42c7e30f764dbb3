// A playout that keeps packets of Opus: as far as possible, a frame is the sound of one packet.
#include "common/playout/playout.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/opus_format.hpp"

#include <random>
#include <vector>

using voice::CodecId;
using voice::Playout;
using namespace voice::test::opus;

namespace {

using Payload = std::vector<std::uint8_t>;

// A talker who never stops sending, but makes pauses: a quarter of each second.
struct Stream {
  explicit Stream(bool keeps = true) : playout(format(), {}) {
    if (keeps) playout.keep_packets();
    playout.set_codec(CodecId::opus);
    playout.set_sequencing(voice::Sequencing::trusted);
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (i % rate_hz >= rate_hz * 3 / 4) said[i] = static_cast<std::int16_t>(i % 5);
    }
  }
  void say() {
    at = at + 2 * frame <= said.size() ? at + frame : 0;
    Payload payload(voice::opus_payload_bytes_max);
    payload.resize(encoder->encode(std::span{said}.subspan(at, frame), payload));
    const voice::rtp::Header header{
        .sequence = sequence,
        .timestamp = voice::rtp::Timestamp{static_cast<std::uint32_t>(sequence * frame)}};
    REQUIRE(playout.insert({header, payload}, now) == voice::Insert::accepted);
    ++sequence;
    sent = payload;
  }
  /// Whether it was a whole packet.
  bool take() {
    Samples out(frame);
    const voice::Frame taken = playout.take(frame, out, now);
    now += voice::frame_duration;
    const auto found = playout.packet_of(taken.pcm);
    got.assign(found.packet.begin(), found.packet.end());
    return !got.empty();
  }
  /// How many frames were whole packets.
  int even(int ticks) {
    int whole = 0;
    for (int i = 0; i < ticks; ++i) {
      say();
      whole += take() ? 1 : 0;
    }
    return whole;
  }
  void stall(int ticks) {
    for (int i = 0; i < ticks; ++i) take();
    for (int i = 0; i < ticks; ++i) say();
  }
  [[nodiscard]] double held_ms() const {
    return static_cast<double>(playout.status().delay_samples) * 1000 / rate_hz;
  }

  std::unique_ptr<voice::Encoder> encoder = voice::make_encoder(CodecId::opus, format());
  Playout playout;
  Samples said = bench::speech(rate_hz, 30);
  std::size_t at = 0;
  std::uint16_t sequence = 0;
  voice::TimePoint now{std::chrono::hours{1}};
  Payload sent;
  Payload got;
};

}  // namespace

TEST_CASE("on a calm network every frame is a whole packet, in order", "[playout][whole_packets]") {
  Stream stream;
  std::vector<Payload> sent, got;
  for (int i = 0; i < 500; ++i) {
    stream.say();
    sent.push_back(stream.sent);
    if (stream.take()) got.push_back(stream.got);
  }
  REQUIRE(got.size() > 490);
  // The first frame is faded in; what is still held has not been heard.
  const auto first = std::find(sent.begin(), sent.end(), got.front());
  REQUIRE(first - sent.begin() <= 2);
  CHECK(std::equal(got.begin(), got.end(), first));
}

TEST_CASE("after a stall has been caught up with, frames become whole packets again",
          "[playout][whole_packets]") {
  const int stall_ticks = GENERATE(4, 9, 23, 60);
  CAPTURE(stall_ticks);
  Stream stream;
  stream.even(200);
  stream.stall(stall_ticks);
  stream.even(400);

  CHECK(stream.even(400) > 360);
  CHECK(stream.held_ms() <= 60);
}

TEST_CASE("packets that come at random times leave most frames whole, and cost no more delay",
          "[playout][whole_packets]") {
  Stream whole, any(false);
  double held_whole = 0, held_any = 0;
  int is_whole = 0;
  std::mt19937 random(5);
  int due = 0;
  for (int i = 0; i < 3000; ++i) {
    // Now and then a packet misses its tick.
    ++due;
    const bool is_late = random() % 20 == 0;
    for (; due > (is_late ? 1 : 0); --due) whole.say(), any.say();
    is_whole += whole.take() ? 1 : 0;
    any.take();
    held_whole += whole.held_ms();
    held_any += any.held_ms();
  }
  CHECK(is_whole > 1500);
  CHECK(held_whole / 3000 < held_any / 3000 + 10);
  CHECK(any.got.empty());
}

TEST_CASE("the delay that is wanted consists of whole packets", "[playout][whole_packets]") {
  Stream stream;
  const auto slack_ms = GENERATE(0, 7, 19);
  stream.playout.set_slack(std::chrono::milliseconds{slack_ms});
  for (int i = 0; i < 40; ++i) {
    CHECK(stream.playout.status().target_samples % frame == 0);
    CHECK(stream.playout.status().target_samples >= 2 * frame);
    stream.even(10);
    stream.stall(i % 7);
  }
}

TEST_CASE("another codec or rate forgets the packets, and a codec with samples keeps none",
          "[playout][whole_packets]") {
  Stream stream;
  stream.even(50);
  REQUIRE(stream.take());
  Samples last(frame);
  SECTION("a codec with samples") {
    stream.playout.set_codec(CodecId::l16);
    stream.playout.insert(std::span{stream.said}.first(frame), stream.now);
    CHECK_FALSE(stream.take());
  }
  SECTION("and back") {
    stream.playout.set_codec(CodecId::l16);
    stream.playout.set_codec(CodecId::opus);
    CHECK_FALSE(stream.take());
    stream.encoder = voice::make_encoder(CodecId::opus, format());
    CHECK(stream.even(100) > 90);
  }
}
