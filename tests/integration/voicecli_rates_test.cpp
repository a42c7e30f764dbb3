// A conference at 48 kHz in which a client of the original kind takes part at 8 kHz.
#include "common/audio/tone.hpp"

#include "tests/integration/exact_call.hpp"
#include "tests/integration/operator.hpp"

#include <algorithm>
#include <cmath>

using namespace voice::test;

namespace {

Strings two_rates() {
  Strings flags = deep_server_flags;
  flags.insert(flags.end(), {"--sample-rate", "48000", "--classic-sample-rate", "8000"});
  return flags;
}

// RMS of one frequency in the middle second of `pcm`.
double rms_of(const Pcm& pcm, int rate_hz, double hz) {
  const auto second = static_cast<std::size_t>(rate_hz);
  if (pcm.size() < second) return 0;
  const auto middle = std::span{pcm}.subspan((pcm.size() - second) / 2, second);
  return voice::goertzel_rms(middle, *voice::AudioFormat::from_rate(rate_hz), hz);
}

}  // namespace

TEST_CASE("what an original client said is heard at 48 kHz, and it hears 8 kHz",
          "[integration][voicecli][real-time]") {
  const ScratchDirectory scratch;
  const std::string record = scratch.file("heard.wav");
  Voiced voiced(two_rates());
  TcpPeer classic(voiced.port());
  const auto announcement = classic.next();
  REQUIRE(announcement);
  CHECK(text_of(*announcement) == "SamplesPerSecond:8000:voice/1:rate/48000");
  Voicecli ear(voiced.port(), {"--input", "null", "--output", "null", "--record", record,
                               "--jitter-mode", "fixed", "--jitter-depth", "1000"});
  REQUIRE(ear.connects());

  // Two seconds of 1000 Hz, as captured from the original.
  CHECK(classic.send(read_vector("orig_client_sine1000_8000_2s.c2s.bin")));
  CHECK(plays_out(ear, 90));
  CHECK(contains(ear.last_statistics(), R"("rate_hz":48000)"));
  CHECK(ear.quit() == 0);

  INFO(voiced.log());
  const Pcm heard = read_wav(record).samples;
  const auto loud = [](std::int16_t sample) { return sample > 1000; };
  const auto begin = std::find_if(heard.begin(), heard.end(), loud);
  const auto end = std::find_if(heard.rbegin(), heard.rend(), loud).base();
  CHECK(end - begin > 48000 * 18 / 10);
  CHECK(end - begin < 48000 * 21 / 10);
  CHECK(rms_of({begin, end}, 48000, 1000) == Approx(11300).margin(300));
  // The client hears nothing of itself.
  classic.receive();
  std::size_t messages = 0;
  while (const auto message = classic.take()) {
    const auto packet = voice::rtp::parse(*message);
    REQUIRE(packet);
    if (packet->payload.empty()) continue;
    ++messages;
    CHECK(ByteVector(packet->payload.begin(), packet->payload.end()) == ByteVector(160, 0xFF));
  }
  CHECK(messages >= 90);
}

TEST_CASE("a tone sent at 48 kHz reaches an original client at 8 kHz",
          "[integration][voicecli][real-time]") {
  Voiced voiced(two_rates());
  TcpPeer classic = join(voiced);
  Voicecli speaker(voiced.port(), {"--input", "tone:1000", "--output", "null"});
  REQUIRE(speaker.connects());
  Pcm heard;
  const bool all_came = eventually(
      [&] {
        classic.receive();
        while (const auto message = classic.take()) {
          const auto packet = voice::rtp::parse(*message);
          if (!packet || packet->payload.empty()) continue;
          REQUIRE(packet->payload.size() == 160);
          for (const std::uint8_t code : packet->payload) {
            heard.push_back(g711_tables().decode[code]);
          }
        }
        return heard.size() >= 3 * 8000;
      },
      std::chrono::seconds{100});
  CHECK(speaker.quit() == 0);

  INFO(voiced.log());
  CHECK(all_came);
  const double rms = rms_of(heard, 8000, 1000);
  CHECK(rms > 3000);
  double power = 0;
  const auto middle = std::span{heard}.subspan((heard.size() - 8000) / 2, 8000);
  for (const double sample : middle) power += sample * sample / 8000;
  CHECK(rms > 0.95 * std::sqrt(power));
}
