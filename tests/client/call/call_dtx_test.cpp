// Discontinuous transmission through a Call: what is sent, what is not, and how it is numbered.
#include "tests/bench/sound/speech.hpp"
#include "tests/client/call/call_fixture.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using namespace voicecli;
using namespace voicecli::test;

namespace {

struct Sent {
  voice::rtp::Header header;
  std::size_t samples;
};

CallOptions dtx_options(Dtx dtx) {
  CallOptions all = options();
  all.dtx = dtx;
  return all;
}

struct DtxLine : Line {
  explicit DtxLine(Dtx dtx, bool voice1 = true) : Line(dtx_options(dtx)) {
    receive(voice1 ? voice1_announce() : classic_announce());
    (void)sent();
  }
  // Captures one frame. Returns what is sent at its tick.
  std::vector<Sent> say(const Pcm& pcm, std::optional<bool> is_speech = {}) {
    call.capture(pcm, is_speech);
    tick();
    std::vector<Sent> packets;
    for (const Stream& each : messages_of(sent())) {
      if (voice::classify(each) != voice::MessageKind::rtp) continue;
      const auto packet = voice::rtp::parse(each);
      REQUIRE(packet);
      packets.push_back({packet->header, packet->payload.size()});
    }
    return packets;
  }
};

std::uint32_t time_of(const Sent& packet) {
  return static_cast<std::uint32_t>(packet.header.timestamp);
}

}  // namespace

TEST_CASE(
    "a pause is announced once, nothing is sent in it, and the next word is sent from 40 ms before "
    "it",
    "[call][dtx]") {
  DtxLine line(Dtx::automatic);
  const Pcm pcm(160, 500);
  std::uint32_t tick = 0;
  for (; tick < 10; ++tick) CHECK(line.say(pcm, true).size() == 1);
  for (; tick < 10 + SpeechGate::hangover_frames; ++tick) CHECK(line.say(pcm, false).size() == 1);

  const auto pause = line.say(pcm, false);
  REQUIRE(pause.size() == 1);
  CHECK(pause[0].samples == 0);
  CHECK(pause[0].header.sequence == 4596 + tick - 1);
  CHECK(time_of(pause[0]) == 160 * tick);
  CHECK_FALSE(pause[0].header.marker);
  const std::uint32_t paused = tick++;
  for (; tick < 100; ++tick) CHECK(line.say(pcm, false).empty());

  const auto word = line.say(pcm, true);
  REQUIRE(word.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(word[i].samples == 160);
    CHECK(word[i].header.sequence == 4596 + paused + i);
    CHECK(time_of(word[i]) == 160 * (tick - 2 + i));
    CHECK(word[i].header.marker == (i == 0));
  }
  ++tick;
  const auto next = line.say(pcm, true);
  REQUIRE(next.size() == 1);
  CHECK(time_of(next[0]) == 160 * tick);
  CHECK(line.call.statistics().frames_spared == 100 - paused - 2);
}

TEST_CASE("a pause shorter than the pre-roll loses nothing", "[call][dtx]") {
  DtxLine line(Dtx::automatic);
  const Pcm pcm(160, 500);
  (void)line.say(pcm, true);
  for (int i = 0; i < SpeechGate::hangover_frames; ++i) (void)line.say(pcm, false);
  (void)line.say(pcm, false);

  const auto word = line.say(pcm, true);

  REQUIRE(word.size() == 2);
  CHECK(line.call.statistics().frames_spared == 0);
}

TEST_CASE("everything is sent: when it is off, without a detector in auto, to a classic server",
          "[call][dtx]") {
  struct Row {
    const char* what;
    Dtx dtx;
    bool voice1;
    bool detector;
  };
  const auto row = GENERATE(values<Row>({{"off", Dtx::off, true, true},
                                         {"auto", Dtx::automatic, true, false},
                                         {"classic", Dtx::on, false, false},
                                         {"classic, detector", Dtx::automatic, false, true}}));
  INFO(row.what);
  DtxLine line(row.dtx, row.voice1);
  for (int i = 0; i < 100; ++i) {
    const auto packets = line.say(Pcm(160, 0), row.detector ? std::optional(false) : std::nullopt);
    REQUIRE(packets.size() == 1);
    CHECK(packets[0].samples == 160);
    CHECK(packets[0].header.marker == (row.voice1 && i == 0));
  }
  CHECK(line.call.statistics().frames_spared == 0);
}

TEST_CASE("a muted microphone announces a pause, and the timestamp advances", "[call][dtx]") {
  DtxLine line(GENERATE(Dtx::automatic, Dtx::off));
  const Pcm pcm(160, 500);
  (void)line.say(pcm, true);
  line.controls.microphone_muted = true;
  const auto pause = line.say(pcm, true);
  REQUIRE(pause.size() == 1);
  CHECK(pause[0].samples == 0);
  CHECK(line.say(pcm, true).empty());
  line.controls.microphone_muted = false;

  const auto word = line.say(pcm, true);

  REQUIRE(word.size() == 1);
  CHECK(word[0].header.marker);
  CHECK(word[0].header.sequence == 4597);
  CHECK(time_of(word[0]) == 160 * 3);
}

TEST_CASE("a classic server is told nothing of a muted microphone", "[call][dtx]") {
  DtxLine line(Dtx::off, false);
  const Pcm pcm(160, 500);
  (void)line.say(pcm);
  line.controls.microphone_muted = true;
  CHECK(line.say(pcm).empty());
  line.controls.microphone_muted = false;
  const auto word = line.say(pcm);
  REQUIRE(word.size() == 1);
  CHECK_FALSE(word[0].header.marker);
}

TEST_CASE("every word of speech with pauses is sent whole, with half of the frames",
          "[call][dtx]") {
  DtxLine line(Dtx::on);
  // Two seconds of words, two seconds of the noise that speech() has in its pauses, and so on.
  const auto words = bench::speech(8000, 10);
  std::vector<std::int16_t> said;
  std::mt19937 random(4);
  std::normal_distribution<double> hiss(0, 16);
  for (std::size_t i = 0; i < 2 * words.size(); ++i) {
    const std::size_t in_round = i % (4 * 8000);
    const std::size_t word_at = i / (4 * 8000) * (2 * 8000) + in_round;
    said.push_back(in_round < 2 * 8000 ? words[word_at]
                                       : static_cast<std::int16_t>(std::lround(hiss(random))));
  }
  std::vector<bool> is_sent(said.size() / 160);
  for (std::size_t at = 0; at + 160 <= said.size(); at += 160) {
    const auto frame = std::span{said}.subspan(at, 160);
    for (const Sent& packet : line.say({frame.begin(), frame.end()})) {
      if (packet.samples != 0) is_sent[time_of(packet) / 160] = true;
    }
  }

  // A frame that is more than 12 dB above the noise is part of a word, and so are the 20 ms before
  // it.
  std::size_t loud = 0;
  for (std::size_t i = 0; i < is_sent.size(); ++i) {
    double power = 0;
    for (std::size_t k = 0; k < 160; ++k) power += std::pow(said[160 * i + k], 2) / 160;
    if (power < 16 * 16 * 16) continue;
    ++loud;
    REQUIRE(is_sent[i]);
    if (i > 0) REQUIRE(is_sent[i - 1]);
  }
  const auto sent = static_cast<std::size_t>(std::count(is_sent.begin(), is_sent.end(), true));
  CAPTURE(loud, sent, is_sent.size());
  CHECK(loud > 200);
  CHECK(sent < is_sent.size() * 7 / 10);
  CHECK(line.call.statistics().frames_spared >= is_sent.size() - sent - 2);
}
