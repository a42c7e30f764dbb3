// Calls between real programs: which client hears which, as they come, go and vanish.
#include "tests/integration/voicecli_program.hpp"

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>

using namespace voice::test;

namespace {

using Tones = std::vector<double>;

// The loudness of each tone in the quarter of a second in which all `wanted` tones are heard best
// together. A busy machine leaves gaps in a call, but not in every part of it.
std::map<double, double> best_moment(const Wav& wav, const Tones& wanted, const Tones& tones) {
  const auto format = *voice::AudioFormat::from_rate(wav.rate_hz);
  const auto size = static_cast<std::size_t>(wav.rate_hz) / 4;
  std::map<double, double> best;
  double best_of_softest = -1;
  for (std::size_t at = 0; at + size <= wav.samples.size(); at += size) {
    std::map<double, double> loudness;
    double softest = 1e9;
    for (const double tone : tones) {
      loudness[tone] = voice::goertzel_rms(std::span{wav.samples}.subspan(at, size), format, tone);
    }
    for (const double tone : wanted) softest = std::min(softest, loudness[tone]);
    if (softest > best_of_softest) best = loudness;
    best_of_softest = std::max(best_of_softest, softest);
  }
  REQUIRE_FALSE(best.empty());
  return best;
}

// RMS of a tone whose peak is 8192, like voicecli's.
constexpr double tone_rms = 5793;

void check_hears_all_but(double own, const Wav& wav, const Tones& tones) {
  Tones others = tones;
  std::erase(others, own);
  for (const auto& [tone, loudness] : best_moment(wav, others, tones)) {
    INFO("tone " << tone << " in the recording of " << own);
    if (tone == own) {
      CHECK(loudness < tone_rms / 50);
    } else {
      CHECK(loudness > tone_rms / 2);
    }
  }
}

const Strings generous{"--jitter-mode", "fixed", "--jitter-depth", "60", "--outbox-age-ms", "5000"};

}  // namespace

TEST_CASE("each of three speakers hears the two others and not itself",
          "[integration][voicecli][real-time]") {
  const std::vector<double> tones{400, 700, 1100};
  const ScratchDirectory scratch;
  Voiced voiced(generous);
  std::vector<std::unique_ptr<Voicecli>> speakers;
  for (const double tone : tones) {
    const std::string hz = std::to_string(static_cast<int>(tone));
    speakers.push_back(std::make_unique<Voicecli>(
        voiced.port(),
        Strings{"--input", "tone:" + hz, "--output", "null", "--record", scratch.file(hz + ".wav"),
                "--jitter-mode", "fixed", "--jitter-depth", "40"}));
  }
  for (auto& speaker : speakers) REQUIRE(speaker->connects());
  // Long enough for all jitter buffers to fill, and for two seconds of all three.
  for (int i = 0; i < 5; ++i) REQUIRE(speakers.back()->goes_on());

  for (auto& speaker : speakers) CHECK(speaker->quit() == 0);

  for (const double own : tones) {
    const Wav heard = read_wav(scratch.file(std::to_string(static_cast<int>(own)) + ".wav"));
    CHECK(heard.rate_hz == 8000);
    check_hears_all_but(own, heard, tones);
  }
}

TEST_CASE("a call works at every rate", "[integration][voicecli][real-time]") {
  const int rate = GENERATE(5000, 8000, 11025, 22050, 44100, 48000);
  INFO("rate " << rate);
  const ScratchDirectory scratch;
  const std::string recording = scratch.file("heard.wav");
  Strings flags = generous;
  flags.insert(flags.end(), {"--sample-rate", std::to_string(rate)});
  Voiced voiced(flags);
  Voicecli speaker(voiced.port(), {"--input", "tone:440", "--output", "null"});
  Voicecli listener(voiced.port(), {"--input", "tone:900", "--output", "null", "--record",
                                    recording, "--jitter-mode", "fixed", "--jitter-depth", "20"});
  REQUIRE(speaker.connects());
  REQUIRE(listener.connects());
  for (int i = 0; i < 4; ++i) REQUIRE(listener.goes_on());

  CHECK(listener.quit() == 0);
  CHECK(speaker.quit() == 0);

  const Wav heard = read_wav(recording);
  CHECK(heard.rate_hz == rate);
  check_hears_all_but(900, heard, {440, 900});
}

TEST_CASE("clients join, leave, and one is killed, and the rest still hear each other",
          "[integration][voicecli][real-time]") {
  const std::vector<double> tones{400, 700};
  Voiced voiced(generous);
  Ear ear(voiced);
  Voicecli first(voiced.port(), {"--input", "tone:400", "--output", "null"});
  CHECK(ear.hears({400}, tones));

  {
    Voicecli second(voiced.port(), {"--input", "tone:700", "--output", "null"});
    CHECK(ear.hears({400, 700}, tones));
    second.process().signal(SIGKILL);
    CHECK(ear.hears({400}, tones));
    CHECK(voiced.says("participant left"));
  }
  Voicecli third(voiced.port(), {"--input", "tone:700", "--output", "null"});
  CHECK(ear.hears({400, 700}, tones));

  CHECK(third.quit() == 0);
  CHECK(ear.hears({400}, tones));
  CHECK(voiced.says("reason=bye"));
  CHECK(first.quit() == 0);
  CHECK(ear.hears_nothing());
}

TEST_CASE("mute and unmute by words on a pipe", "[integration][voicecli][real-time]") {
  Voiced voiced(generous);
  Ear ear(voiced);
  Voicecli speaker(voiced.port(), {"--input", "tone:400", "--output", "null", "--mute"});
  REQUIRE(speaker.connects());
  CHECK(speaker.goes_on());

  speaker.process().type("unmute\n");
  CHECK(ear.hears({400}, {400}));
  speaker.process().type("mute\n");
  CHECK(ear.hears_nothing());
}

TEST_CASE("when the server comes back the call goes on by itself",
          "[integration][voicecli][real-time]") {
  const int how = GENERATE(SIGTERM, SIGKILL);
  const std::vector<double> tones{400, 700};
  const std::uint16_t port = quiet_port();
  auto voiced = std::make_unique<Voiced>(generous, port);
  Voicecli a(port, {"--input", "tone:400", "--output", "null"});
  Voicecli b(port, {"--input", "tone:700", "--output", "null"});
  {
    Ear ear(*voiced);
    CHECK(ear.hears(tones, tones));
  }
  const std::size_t before = a.process().out().size();

  (void)voiced->stop(how);
  CHECK(a.process().prints(R"("event":"disconnected")", before));
  voiced.reset();
  voiced = std::make_unique<Voiced>(generous, port);

  Ear ear(*voiced);
  CHECK(ear.hears(tones, tones));
  CHECK(a.process().prints(R"("event":"connected")", before));
  CHECK(a.quit() == 0);
  CHECK(b.quit() == 0);
}

TEST_CASE("without a server the exit code tells a script", "[integration][voicecli]") {
  const std::uint16_t port = quiet_port();
  Voicecli nobody(port, {"--input", "null", "--output", "null", "--no-reconnect"});
  CHECK(nobody.process().wait() == 3);

  Voiced voiced({"--participants-max", "1"});
  const TcpPeer guest = join(voiced);
  Voicecli late(voiced.port(), {"--input", "null", "--output", "null", "--no-reconnect"});
  CHECK(late.process().wait() == 4);
}

TEST_CASE("when the server stops, a script that does not reconnect ends with exit code 1",
          "[integration][voicecli]") {
  Voiced voiced;
  Voicecli script(voiced.port(), {"--input", "null", "--output", "null", "--no-reconnect"});
  REQUIRE(script.connects());

  CHECK(voiced.stop(SIGTERM) == 0);
  CHECK(script.process().wait() == 1);
  CHECK(script.told().find("server is stopping") != std::string::npos);
}
