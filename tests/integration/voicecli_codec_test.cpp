// Codecs between real programs: what is said in L16 arrives sample for sample, and clients that
// speak PCMU beside it hear and are heard as before.
#include "common/audio/codec.hpp"
#include "common/audio/l16.hpp"

#include "tests/integration/exact_call.hpp"

#include <algorithm>
#include <random>

using namespace voice::test;

namespace {

Pcm noise(int seconds) {
  std::mt19937 random(61);
  Pcm pcm(static_cast<std::size_t>(seconds) * 8000);
  for (auto& sample : pcm) sample = static_cast<std::int16_t>(random());
  return pcm;
}

// Whether `heard` contains all of `wanted`.
bool holds(const Pcm& heard, const Pcm& wanted) {
  return std::search(heard.begin(), heard.end(), wanted.begin(), wanted.end()) != heard.end();
}

Strings ear(const std::string& output, const std::string& codec) {
  return {"--input", "null",           "--output", output,    "--jitter-mode",
          "fixed",   "--jitter-depth", "1000",     "--codec", codec};
}

}  // namespace

TEST_CASE("L16 and PCMU clients and a classic one hear each other, L16 without loss",
          "[integration][voicecli][real-time]") {
  const std::string speaks = GENERATE("l16", "pcmu", "auto");
  INFO("speaker " << speaks);
  constexpr int seconds = 25;  // longer than what a listener holds before it plays
  const ScratchDirectory scratch;
  const Pcm said = noise(seconds);
  const std::string input = scratch.write("said.wav", wav_bytes({8000, said}));
  const std::string fine = scratch.file("fine.wav"), coarse = scratch.file("coarse.wav");
  Voiced voiced(deep_server_flags);
  Voicecli fine_ear(voiced.port(), ear(fine, "l16")),
      coarse_ear(voiced.port(), ear(coarse, "pcmu"));
  REQUIRE(fine_ear.connects());
  REQUIRE(coarse_ear.connects());
  TcpPeer classic = join(voiced);

  Voicecli speaker(voiced.port(), {"--input", input, "--output", "null", "--codec", speaks});
  Pcm heard_by_classic;
  const bool all_came = eventually(
      [&] {
        classic.receive();
        while (const auto message = classic.take()) {
          const auto packet = voice::rtp::parse(*message);
          if (!packet || packet->header.payload_type != 0) continue;
          for (const std::uint8_t code : packet->payload) {
            heard_by_classic.push_back(g711_tables().decode[code]);
          }
        }
        return heard_by_classic.size() >= said.size();
      },
      std::chrono::seconds{200});
  CHECK(all_came);
  CHECK(plays_out(fine_ear, seconds * 50));
  CHECK(plays_out(coarse_ear, seconds * 50));
  CHECK(speaker.quit() == 0);
  CHECK(fine_ear.quit() == 0);
  CHECK(coarse_ear.quit() == 0);

  INFO(voiced.log());
  CHECK(holds(heard_by_classic, through_mu_law(said)));
  CHECK(holds(read_wav(coarse).samples, through_mu_law(said)));
  CHECK(holds(read_wav(fine).samples, speaks == "pcmu" ? through_mu_law(said) : said));
}

TEST_CASE("an L16 client hears the server's own microphone with all 16 bits",
          "[integration][real-time]") {
  Voiced voiced({"--no-silent", "--input-device", "tone:440", "--output-device", "null"});
  TcpPeer peer = join(voiced);
  REQUIRE(peer.send(message("Hello\nName:Ear\nCodecs:l16")));
  Pcm heard;
  while (heard.size() < 4000) {
    const auto next = peer.next();
    REQUIRE(next);
    const auto packet = voice::rtp::parse(*next);
    if (!packet ||
        packet->header.payload_type != voice::codec_info(voice::CodecId::l16).payload_type)
      continue;
    Pcm frame(packet->payload.size() / 2);
    voice::l16::decode(packet->payload, frame);
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  // Sound that has been through µ-law has no such samples.
  const auto fine =
      static_cast<std::size_t>(std::count_if(heard.begin(), heard.end(), [](std::int16_t sample) {
        return g711_tables().decode[g711_tables().encode(sample)] != sample;
      }));
  CHECK(fine > heard.size() / 2);
}
