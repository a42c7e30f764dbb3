// Mode `adaptive`, packet by packet. How speech sounds is tested in adaptive_quality_test.cpp.
#include "common/audio/g711.hpp"
#include "common/playout/playout.hpp"

#include "tests/common/playout/line.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

using std::chrono::milliseconds;
using voice::AudioFormat;
using voice::CodecId;
using voice::Insert;
using voice::JitterMode;
using voice::Playout;
using voice::PlayoutOptions;
using voice::test::Line;
using voice::test::Payload;
using voice::test::Samples;
using voice::test::tone_step;

TEST_CASE("a steady stream is passed on as the codes that arrived", "[adaptive]") {
  Line line;
  line.even(300);
  const auto counters = line.playout.counters();

  for (int i = 0; i < 500; ++i) {
    line.say(160);
    REQUIRE(line.tick());
    REQUIRE(line.as_codes);
  }
  CHECK(line.playout.counters().stretched_samples == counters.stretched_samples);
  CHECK(line.playout.counters().sped_up_samples == counters.sped_up_samples);
  CHECK(line.playout.counters().underflows == 0);
  CHECK(line.held_ms() <= 40);
}

TEST_CASE("a stream whose frames alternate never runs dry", "[adaptive]") {
  Line line({}, 11025);
  line.even(500);
  CHECK(line.playout.counters().underflows == 0);
  CHECK(line.playout.counters().concealed_samples == 0);
}

TEST_CASE("a talk spurt is played when it is due, however short it is", "[adaptive]") {
  Line line;
  line.even(50);
  line.silent(100);
  REQUIRE_FALSE(line.playout.playing());

  line.say(GENERATE(40U, 160U, 320U));
  int waited = 0;
  while (!line.tick() && waited < 100) ++waited;

  CHECK(waited <= 3);
  line.silent(60);
  CHECK(line.playout.empty());
  CHECK_FALSE(line.playout.playing());
}

TEST_CASE("sound older than the catch-up limit is not played", "[adaptive]") {
  PlayoutOptions options;
  options.catch_up_max = milliseconds{500};
  Line line(options);
  line.even(20);
  for (int i = 0; i < 10; ++i) line.say(160);

  line.now += std::chrono::seconds{2};

  CHECK_FALSE(line.tick());
  CHECK(line.playout.empty());
  CHECK(line.playout.counters().expired_samples >= 10 * 160);
}

TEST_CASE("gaps in the sequence are concealed, and keep their timing", "[adaptive]") {
  Line line;
  line.playout.set_sequencing(voice::Sequencing::trusted);
  line.even(50);
  const double held = line.held_ms();
  const int lost = GENERATE(1, 3);

  line.lose(lost);
  for (int i = 0; i < lost; ++i) line.tick();
  line.even(50);

  CHECK(line.playout.counters().lost == static_cast<std::uint64_t>(lost));
  CHECK(line.playout.counters().concealed_samples != 0);
  CHECK(std::abs(line.held_ms() - held) <= 25);
  CHECK(line.step_max() <= 2 * tone_step);
}

TEST_CASE("a lost packet of 60 ms leaves a gap of 60 ms", "[adaptive]") {
  Line line;
  line.playout.set_sequencing(voice::Sequencing::trusted);
  for (int i = 0; i < 20; ++i) {
    line.say(480);
    line.silent(3);
  }
  line.say(480);
  const double held = line.held_ms();

  line.lose(1, 480);
  line.say(480);

  CHECK(line.playout.counters().lost == 1);
  CHECK(line.held_ms() == held + 120);
}

TEST_CASE("a stream that stops fades out, and one that comes late is faded in", "[adaptive]") {
  Line line;
  line.even(100);
  const int late = GENERATE(3, 10, 40);

  line.silent(late);
  for (int i = 0; i < late; ++i) line.say(160);
  line.even(300);

  CHECK(line.playout.counters().dropped_samples == 0);
  CHECK(line.playout.counters().expired_samples == 0);
  CHECK(line.step_max() <= 2 * tone_step);
  CHECK(line.held_ms() <= 45);
}

TEST_CASE("the last words are heard although they came late and do not fill a frame",
          "[adaptive]") {
  const int rate_hz = GENERATE(8000, 11025);
  const std::size_t late_samples = GENERATE(30U, 150U);
  CAPTURE(rate_hz, late_samples);
  Line line({}, rate_hz);
  line.even(100);

  line.silent(4);
  const std::size_t before = line.heard.size();
  line.say(Samples(late_samples, 4000));
  line.silent(60);

  const auto loud = std::count_if(line.heard.begin() + static_cast<std::ptrdiff_t>(before),
                                  line.heard.end(), [](int sample) { return sample > 3500; });
  // The first 5 ms are cross-faded; concealment may add some loud samples at the end.
  CHECK(loud >= static_cast<std::ptrdiff_t>(late_samples) - rate_hz * 5 / 1000);
  CHECK(line.playout.counters().expired_samples == 0);
  CHECK_FALSE(line.playout.playing());
  CHECK(line.playout.empty());
}

TEST_CASE("with a lower catch-up limit, what is held and fits is still played", "[adaptive]") {
  PlayoutOptions options;
  options.catch_up_max = milliseconds{4000};
  Line line(options);
  line.even(100);
  line.silent(2);
  // 3 s that arrive at once are played for a while: what is left of them has waited for long.
  for (int i = 0; i < 150; ++i) line.say(160);
  line.silent(70);
  REQUIRE(line.held_ms() > 500);
  REQUIRE(line.held_ms() < 1000);

  options.catch_up_max = milliseconds{1000};
  line.playout.set_options(options);
  line.silent(100);

  CHECK(line.playout.counters().expired_samples == 0);
  CHECK(line.playout.counters().dropped_samples == 0);
  CHECK(line.playout.empty());
  // The new limit applies to what arrives later.
  line.even(100);
  for (int i = 0; i < 30; ++i) line.say(160);
  line.now += milliseconds{1300};
  line.tick();
  CHECK(line.playout.counters().expired_samples > 0);
}

TEST_CASE("a lower catch-up limit takes nothing from somebody who goes on speaking", "[adaptive]") {
  const int before_ms = GENERATE(4000, 20000);
  const int after_ms = GENERATE(100, 300, 1000);
  CAPTURE(before_ms, after_ms);
  PlayoutOptions options;
  options.catch_up_max = milliseconds{before_ms};
  Line line(options);
  line.even(50);

  options.catch_up_max = milliseconds{after_ms};
  line.playout.set_options(options);
  line.even(3000);

  CHECK(line.playout.counters().expired_samples == 0);
  CHECK(line.playout.counters().dropped_samples == 0);
  CHECK(line.playout.counters().concealed_samples == 0);
  // The new limit applies all the same.
  line.say(160);
  line.now += milliseconds{after_ms} + voice::late_tick_max;
  line.tick();
  CHECK(line.playout.counters().expired_samples > 0);
}

TEST_CASE("beyond the catch-up limit the oldest sound is dropped, with a cross-fade",
          "[adaptive]") {
  PlayoutOptions options;
  options.catch_up_max = milliseconds{400};
  Line line(options);
  line.even(50);

  bool overflowed = false;
  for (int i = 0; i < 60; ++i) overflowed |= line.say(160) == Insert::overflow;

  CHECK(overflowed);
  CHECK(line.playout.counters().dropped_samples > 0);
  CHECK(line.held_ms() <= 480);
  CHECK(line.held_ms() >= 380);
  line.even(300);
  CHECK(line.step_max() <= 2 * tone_step);
  CHECK(line.held_ms() <= 45);
}

TEST_CASE("a packet of any length is stored, and none makes a queue exceed its limit",
          "[adaptive]") {
  PlayoutOptions options;
  options.catch_up_max = voice::catch_up_min;
  Line line(options);
  for (std::size_t samples = 1; samples < 700; samples += 13) {
    line.say(samples);
    line.tick();
    REQUIRE(line.held_ms() <= 180);
  }
  CHECK(line.playout.counters().cut_samples > 0);
}

TEST_CASE("the mode and its limits change while a stream is played", "[adaptive]") {
  Line line;
  line.even(100);
  for (int i = 0; i < 20; ++i) line.say(160);

  line.playout.set_options(voice::fixed_playout(6));
  CHECK(line.playout.status().depth_packets == 6);
  CHECK(line.playout.status().fill_packets <= 6);
  line.even(20);
  CHECK(line.playout.playing());
  CHECK(line.as_codes);

  PlayoutOptions options;
  options.depth_packets = 10;
  options.catch_up_max = milliseconds{200};
  line.playout.set_options(options);
  line.even(100);
  CHECK(line.playout.options() == options);
  CHECK(line.playout.playing());
  for (int i = 0; i < 30; ++i) line.say(160);
  CHECK(line.held_ms() <= 280);

  options.catch_up_max = milliseconds{100};
  line.playout.set_options(options);
  CHECK(line.held_ms() <= 180);
  line.even(300);
  CHECK(line.held_ms() <= 45);
}

TEST_CASE("a change of codec drops what is held", "[adaptive]") {
  Line line;
  line.even(50);

  line.playout.set_codec(CodecId::l16);

  CHECK(line.playout.empty());
  CHECK_FALSE(line.playout.playing());
  const Samples said(160, 1234);
  Samples heard(160);
  for (int i = 0; i < 4; ++i) {
    line.playout.insert(said, line.now);
    line.playout.take(heard, line.now);
    line.now += voice::frame_duration;
  }
  CHECK(heard == said);
}

TEST_CASE("whatever arrives, whenever it arrives, every limit holds", "[adaptive]") {
  const int rate_hz = GENERATE(5000, 8000, 11025, 48000);
  std::mt19937 random(static_cast<unsigned>(rate_hz));
  PlayoutOptions options;
  options.catch_up_max = milliseconds{600};
  Line line(options, rate_hz);
  line.playout.set_sequencing(voice::Sequencing::trusted);
  const std::size_t frame = line.format.samples_per_frame();

  for (int step = 0; step < 30'000; ++step) {
    const auto what = random() % 100;
    if (what < 45) line.say(frame);
    if (what >= 45 && what < 50) line.say(random() % (5 * frame));
    if (what >= 50 && what < 53) line.lose(static_cast<int>(random() % 70));
    if (what == 53) line.now += milliseconds{random() % 1500};
    if (what == 54) {
      for (auto i = random() % 60; i > 0; --i) line.say(frame);
    }
    if (what == 55) line.silent(static_cast<int>(random() % 60));
    if (what == 56) {
      options.depth_packets = static_cast<int>(2 + random() % 60);
      options.catch_up_max = milliseconds{100 + random() % 900};
      options.mode = random() % 4 == 0 ? JitterMode::fixed : JitterMode::adaptive;
      line.playout.set_options(options);
    }
    if (what >= 56) line.tick();
    const auto status = line.playout.status();
    const double most_ms =
        options.mode == JitterMode::fixed
            ? 20.0 * status.depth_packets
            : std::chrono::duration<double, std::milli>(options.catch_up_max).count() + 80;
    REQUIRE(line.held_ms() <= most_ms * 1.01 + 1);
    line.heard.clear();
  }
  CHECK(line.playout.counters().concealed_samples > 0);
  CHECK(line.playout.counters().sped_up_samples > 0);
}

TEST_CASE("half samples between gaps harm nothing", "[adaptive]") {
  const auto format = *AudioFormat::from_rate(8000);
  PlayoutOptions options;
  options.catch_up_max = milliseconds{600};
  Playout playout(format, options, CodecId::l16);
  playout.set_sequencing(voice::Sequencing::trusted);
  std::mt19937 random(5);
  voice::TimePoint now{std::chrono::hours{1}};
  voice::rtp::PacketView packet;
  Samples heard(160);
  std::uint32_t timestamp = 0;

  for (int step = 0; step < 100'000; ++step) {
    const auto what = random() % 8;
    const Payload payload(what < 2 ? 1 : what == 2 ? random() % 700 : 320, 0x31);
    const auto missing = random() % 3 == 0 ? random() % 12 : 0;
    packet.header.sequence = static_cast<std::uint16_t>(packet.header.sequence + 1 + missing);
    timestamp += static_cast<std::uint32_t>(payload.size() / 2 + 160 * missing);
    packet.header.timestamp = voice::rtp::Timestamp{timestamp};
    packet.payload = payload;
    if (random() % 40 != 0) playout.insert(packet, now);
    if (random() % 3 != 0) {
      playout.take(heard, now);
      now += voice::frame_duration;
    }
    REQUIRE(playout.status().delay_samples <= 680 * 8);
  }
  CHECK(playout.counters().concealed_samples > 0);
}
