// Mode `adaptive`, packet by packet. What speech sounds like is adaptive_quality_test.cpp's.
#include "common/audio/g711.hpp"
#include "common/playout/playout.hpp"

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

namespace {

constexpr int tone_hz = 173;

using Samples = std::vector<std::int16_t>;
using Payload = std::vector<std::uint8_t>;

// A talker whose packets come when the test says, and who is heard tick by tick.
class Line {
 public:
  explicit Line(PlayoutOptions options = {}, int rate_hz = 8000)
      : format(*AudioFormat::from_rate(rate_hz)), playout(format, options), clock_(format) {}

  // A tone, so that a step out of its way is heard.
  Insert say(std::size_t samples) {
    Samples pcm(samples);
    for (auto& sample : pcm) {
      const double phase = 6.283185307 * tone_hz * said_++ / format.rate_hz();
      sample = static_cast<std::int16_t>(8000 * std::sin(phase));
    }
    return say(pcm);
  }
  Insert say(const Samples& pcm) {
    Payload codes(pcm.size());
    voice::g711::encode(pcm, codes);
    packet_.payload = codes;
    const Insert result = playout.insert(packet_, now);
    lose(1, pcm.size());
    return result;
  }
  // Counts on as if so many packets had been sent.
  void lose(int packets, std::size_t samples = 160) {
    packet_.header.sequence = static_cast<std::uint16_t>(packet_.header.sequence + packets);
    packet_.header.timestamp = voice::rtp::Timestamp{
        static_cast<std::uint32_t>(packet_.header.timestamp) +
        static_cast<std::uint32_t>(packets) * static_cast<std::uint32_t>(samples)};
  }

  // Whether anything was played; heard has it.
  bool tick() {
    const std::size_t samples = clock_.next();
    Samples scratch(samples), frame(samples);
    const voice::Frame taken = playout.take(samples, scratch, now);
    if (!taken.ulaw.empty()) voice::g711::decode(taken.ulaw, frame);
    std::copy(taken.pcm.begin(), taken.pcm.end(), frame.begin());
    heard.insert(heard.end(), frame.begin(), frame.end());
    as_codes = !taken.ulaw.empty();
    now += voice::frame_duration;
    return !taken.empty();
  }
  void even(int ticks) {
    for (int i = 0; i < ticks; ++i) {
      say(format.samples_per_frame());
      tick();
    }
  }
  void silent(int ticks) {
    for (int i = 0; i < ticks; ++i) tick();
  }
  [[nodiscard]] int step_max() const {
    int most = 0;
    for (std::size_t i = 1; i < heard.size(); ++i) {
      most = std::max(most, std::abs(heard[i] - heard[i - 1]));
    }
    return most;
  }
  [[nodiscard]] double held_ms() const {
    return static_cast<double>(playout.status().delay_samples) * 1000 / format.rate_hz();
  }

  AudioFormat format;
  Playout playout;
  voice::TimePoint now{std::chrono::hours{1}};
  Samples heard;
  bool as_codes = false;

 private:
  voice::FrameClock clock_;
  voice::rtp::PacketView packet_;
  int said_ = 0;
};

// Of the tone, in µ-law: what it does from sample to sample, and a quantum.
constexpr int tone_step = 8000 * 6283 / 1000 * tone_hz / 8000 + 300;

}  // namespace

TEST_CASE("a steady stream is handed on as the codes that came", "[adaptive]") {
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

TEST_CASE("sound older than what may be caught up with is not played", "[adaptive]") {
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

TEST_CASE("what is missing in the sequence is concealed, and keeps its time", "[adaptive]") {
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

TEST_CASE("a stream that stops fades and is over, one that comes late is led into", "[adaptive]") {
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

TEST_CASE("more than may be caught up with makes the oldest go, and is led over", "[adaptive]") {
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

TEST_CASE("a packet of any length is stored, and none makes a queue larger than it may be",
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

TEST_CASE("another codec begins with nothing", "[adaptive]") {
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

TEST_CASE("whatever comes, whenever it comes, every limit holds", "[adaptive]") {
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

TEST_CASE("a full queue does not move what it holds with every packet", "[adaptive]") {
  Line line({.catch_up_max = milliseconds{1000}});
  const Samples loud(640, 8000);
  for (int i = 0; i < 100; ++i) line.say(loud);

  std::vector<const std::uint8_t*> fronts;
  for (int i = 0; i < 400; ++i) {
    line.say(loud);
    fronts.push_back(line.playout.front());
  }

  const auto lowest = *std::min_element(fronts.begin(), fronts.end());
  CHECK(std::count(fronts.begin(), fronts.end(), lowest) < 100);
}

TEST_CASE("the delay of a stall goes although packets are missing again and again", "[adaptive]") {
  Line line;
  line.even(100);
  line.silent(150);
  for (int i = 0; i < 150; ++i) line.say(160);
  REQUIRE(line.held_ms() > 2500);

  for (int i = 0; i < 400; ++i) {
    if (i % 50 == 25) {
      line.lose(1);
    } else {
      line.say(160);
    }
    line.tick();
  }

  CHECK(line.held_ms() < 300);
}

TEST_CASE("the delay of a stall goes although the sound is never like itself", "[adaptive]") {
  Line line;
  std::mt19937 random(3);
  // A wind that swells and fades, so that it is not taken for the noise floor.
  int said = 0;
  const auto wind = [&] {
    Samples pcm(160);
    const double swell = 1.0 + 0.9 * std::sin(0.05 * said++);
    for (auto& sample : pcm) {
      const auto noise = static_cast<int>(random() % 6000) - 3000;
      sample = static_cast<std::int16_t>(swell * noise);
    }
    return pcm;
  };
  const auto even = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      line.say(wind());
      line.tick();
    }
  };
  even(100);
  line.silent(75);
  for (int i = 0; i < 75; ++i) line.say(wind());
  REQUIRE(line.held_ms() > 1000);

  even(1000);

  CHECK(line.held_ms() < 200);
}

TEST_CASE("a loss longer than what is held is concealed once, without a click", "[adaptive]") {
  Line line;
  line.even(100);
  line.silent(4);
  line.lose(4);
  line.even(50);

  CHECK(line.step_max() <= 2 * tone_step);
}

TEST_CASE("a fixed depth after an adaptive one waits for its half again", "[adaptive]") {
  Line line(voice::fixed_playout(10));
  line.even(20);
  REQUIRE(line.playout.playing());
  line.playout.set_options({});
  line.silent(100);
  line.playout.set_options(voice::fixed_playout(10));

  line.say(160);
  CHECK_FALSE(line.tick());
  for (int i = 0; i < 5; ++i) line.say(160);
  CHECK(line.tick());
}
