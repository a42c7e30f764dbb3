// Opus between real programs: a file that one of them speaks is recorded by others, in their own
// codecs.
#include "tests/bench/sound/speech.hpp"
#include "tests/integration/exact_call.hpp"
#include "tests/integration/operator.hpp"
#include "tests/support/segmental_snr.hpp"

#include <algorithm>

using namespace voice::test;

namespace {

constexpr int rate_hz = 16000;

std::size_t first_loud(const Pcm& pcm) {
  const auto at = std::find_if(pcm.begin(), pcm.end(),
                               [](std::int16_t sample) { return sample > 1000 || sample < -1000; });
  return static_cast<std::size_t>(at - pcm.begin());
}

// How near `heard` is to `said`, which begins somewhere in `heard`.
double snr_db(const Pcm& said, const Pcm& heard) {
  constexpr std::size_t before = rate_hz / 50;
  const std::size_t begin = first_loud(said), late = first_loud(heard);
  if (late == heard.size() || late < begin + before) return -10;
  return best_snr_db(said, std::span{heard}.subspan(late - begin - before), rate_hz, 40);
}

Strings server_flags() {
  Strings flags = deep_server_flags;
  flags.insert(flags.end(), {"--sample-rate", "16000"});
  return flags;
}

Strings ear(const std::string& record, const std::string& codec) {
  return {"--input",       "null",  "--output",       "null", "--record", record,
          "--jitter-mode", "fixed", "--jitter-depth", "1000", "--codec",  codec};
}

}  // namespace

TEST_CASE("a file sent in Opus is heard in Opus and in PCMU, and both ends know the codec",
          "[integration][voicecli][real-time]") {
  constexpr int seconds = 25;  // longer than what a listener holds before it plays
  const ScratchDirectory scratch;
  const Pcm said = bench::speech(rate_hz, seconds);
  const std::string input = scratch.write("said.wav", wav_bytes({rate_hz, said}));
  const std::string packed = scratch.file("packed.wav"), coarse = scratch.file("coarse.wav");
  Operated server(server_flags());
  const std::uint16_t port = server.voiced.port();
  Voicecli packed_ear(port, ear(packed, "opus")), coarse_ear(port, ear(coarse, "pcmu"));
  REQUIRE(packed_ear.connects());
  REQUIRE(coarse_ear.connects());

  Voicecli speaker(port,
                   {"--input", input, "--output", "null", "--codec", "opus", "--bitrate", "32"});
  CHECK(plays_out(packed_ear, seconds * 50));
  CHECK(plays_out(coarse_ear, seconds * 50));
  CHECK(contains(speaker.last_statistics(), R"("codec":"opus","bitrate_kbits":32,)"));
  CHECK(contains(packed_ear.last_statistics(), R"("codec":"opus","bitrate_kbits":24,)"));
  CHECK(contains(coarse_ear.last_statistics(), R"("codec":"pcmu","bitrate_kbits":null,)"));
  const std::string list = server.ask("list");
  CHECK(contains(list, R"("codec":"opus")"));
  CHECK(contains(list, R"("codec":"pcmu")"));
  CHECK(contains(list, R"("malformed":0)"));
  CHECK(speaker.quit() == 0);
  CHECK(packed_ear.quit() == 0);
  CHECK(coarse_ear.quit() == 0);

  INFO(server.voiced.log());
  // The first has been through the codec twice, the second once.
  CHECK(snr_db(said, read_wav(packed).samples) > 4);
  CHECK(snr_db(said, read_wav(coarse).samples) > 6);
}

TEST_CASE("a listener of Opus understands that a pause begins", "[integration][voicecli]") {
  const ScratchDirectory scratch;
  Pcm said = bench::speech(rate_hz, 2);
  said.resize(std::size_t{60} * rate_hz);
  const std::string input = scratch.write("said.wav", wav_bytes({rate_hz, said}));
  Voiced voiced(Strings{"--sample-rate", "16000"});
  Voicecli ear(voiced.port(), {"--input", "null", "--output", "null", "--codec", "opus"});
  REQUIRE(ear.connects());

  Voicecli speaker(voiced.port(),
                   {"--input", input, "--output", "null", "--codec", "opus", "--dtx", "on"});
  CHECK(eventually([&] { return speaker.statistic("frames_spared") > 100; }));
  REQUIRE(ear.goes_on());
  INFO(ear.last_statistics());
  CHECK(ear.statistic("packets_received") > 20);
  CHECK(ear.statistic("ignored_messages") == 0);
}

TEST_CASE("where Opus does not work at the server's rate, voicecli says so and speaks PCMU",
          "[integration][voicecli]") {
  Voiced voiced(Strings{"--sample-rate", "11025"});
  Voicecli voicecli(voiced.port(), {"--input", "null", "--output", "null", "--codec", "opus"});

  REQUIRE(voicecli.connects());
  REQUIRE(voicecli.goes_on());
  CHECK(contains(voicecli.told(), R"("codec":"pcmu","codec_note":"not the requested codec,)"));
  CHECK(contains(voicecli.last_statistics(), R"("codec":"pcmu")"));
}

TEST_CASE("a server whose settings leave out Opus offers it to nobody", "[integration][voicecli]") {
  Voiced voiced(Strings{"--codecs", "pcmu, l16"});
  Voicecli voicecli(voiced.port(), {"--input", "null", "--output", "null", "--codec", "opus"});

  REQUIRE(voicecli.connects());
  REQUIRE(voicecli.goes_on());
  CHECK(contains(voicecli.last_statistics(), R"("codec":"pcmu")"));
}
