// Sample for sample: what one program hears is what the other was given, with µ-law in between.
#include "tests/integration/exact_call.hpp"

#include <algorithm>
#include <random>

using namespace voice::test;

namespace {

// Noise that swells, fades and pauses like speech, and never repeats: a sample lost or doubled
// anywhere is noticed. Begins loud, so that its beginning can be found.
Pcm like_speech(int seconds) {
  std::mt19937 random(60);
  std::uniform_real_distribution<double> noise(-1.0, 1.0);
  Pcm pcm(static_cast<std::size_t>(seconds) * 8000);
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const double t = static_cast<double>(i) / 8000.0;
    const bool pause = i > 4000 && std::fmod(t, 3.0) > 2.6;
    const double envelope = pause ? 0.0 : 0.55 + 0.45 * std::cos(t * 7.0);
    pcm[i] = static_cast<std::int16_t>(32'000.0 * envelope * noise(random));
  }
  return pcm;
}

// Checks that `heard` contains all of `wanted`: searches for its first tenth of a second, after
// which the rest must follow. Tells where they first differ.
void check_holds(const Pcm& heard, const Pcm& wanted) {
  const auto start = std::search(heard.begin(), heard.end(), wanted.begin(), wanted.begin() + 800);
  REQUIRE(start != heard.end());
  const auto left = static_cast<std::size_t>(heard.end() - start);
  INFO("found at sample " << start - heard.begin() << " of " << heard.size());
  REQUIRE(left >= wanted.size());
  const auto differs = std::mismatch(wanted.begin(), wanted.end(), start).first;
  CHECK(differs - wanted.begin() == static_cast<std::ptrdiff_t>(wanted.size()));
}

Strings listener_flags(const std::string& output, const std::string& jitter_depth) {
  return {"--input",       "null",  "--output",       output,
          "--jitter-mode", "fixed", "--jitter-depth", jitter_depth};
}

}  // namespace

TEST_CASE("a minute of a file arrives sample for sample, without a gap",
          "[integration][voicecli][minute][real-time]") {
  const ScratchDirectory scratch;
  const Pcm speech = like_speech(60);
  const std::string input = scratch.write("speech.wav", wav_bytes({8000, speech}));
  const std::string output = scratch.file("out.wav");
  Voiced voiced(deep_server_flags);
  // Half of that is held before it plays: ten seconds.
  Voicecli listener(voiced.port(), listener_flags(output, "1000"));
  REQUIRE(listener.connects());

  Voicecli speaker(voiced.port(), {"--input", input, "--output", "null"});
  CHECK(plays_out(listener, 60 * 50));
  CHECK(speaker.quit() == 0);
  CHECK(listener.quit() == 0);
  voiced.process().signal(SIGUSR1);
  CHECK(voiced.says("statistics"));

  INFO("speaker " << speaker.last_statistics());
  INFO("listener " << listener.last_statistics());
  INFO(voiced.log());
  const Wav heard = read_wav(output);
  CHECK(heard.rate_hz == 8000);
  check_holds(heard.samples, through_mu_law(speech));
}

TEST_CASE("our listener hears an original client as the original listener did, bit for bit",
          "[integration][voicecli][classic][real-time]") {
  const ScratchDirectory scratch;
  const std::string output = scratch.file("out.wav");
  Voiced voiced(deep_server_flags);
  Voicecli listener(voiced.port(), listener_flags(output, "180"));
  REQUIRE(listener.connects());
  TcpPeer original = join(voiced);
  const ByteVector bytes = read_vector("orig_client_sine1000_8000_2s.c2s.bin");
  const std::size_t message_bytes = bytes.size() / 100;

  in_real_time(100, [&](int tick) {
    const auto at = static_cast<std::size_t>(tick) * message_bytes;
    REQUIRE(original.send(voice::Bytes{bytes}.subspan(at, message_bytes)));
  });
  CHECK(plays_out(listener, 100));
  CHECK(listener.quit() == 0);

  const Pcm decoded = samples_of(read_vector("orig_listener_decoded_sine1000_8000.pcm"));
  REQUIRE(decoded.size() == 100 * 160);
  check_holds(read_wav(output).samples, decoded);
}

TEST_CASE(
    "an original server gets nothing but RTP from our client, and nothing before its announcement",
    "[integration][voicecli][classic][real-time]") {
  const ScratchDirectory scratch;
  const Pcm sine = samples_of(read_vector("sine1000_8000_2s_s16le.pcm"));
  const std::string input = scratch.write("sine.wav", wav_bytes({8000, sine}));
  const std::string recording = scratch.file("heard.wav");
  TcpListener listener;
  Voicecli client(listener.port(),
                  {"--input", input, "--output", "null", "--record", recording, "--name", "Anna",
                   "--jitter-mode", "fixed", "--jitter-depth", "20"});
  TcpPeer peer = listener.accept();

  // An original server may take its time. Half a second is 25 ticks in which the client could go
  // wrong.
  in_real_time(25, [&](int) {
    peer.receive();
    REQUIRE_FALSE(peer.take());
  });
  CHECK(peer.send(message("SamplesPerSecond:8000")));
  voice::Tone tone(*voice::AudioFormat::from_rate(8000), 700);
  std::vector<ByteVector> received;
  in_real_time(150, [&](int tick) {
    Pcm frame(160);
    tone.generate(frame);
    ByteVector ulaw(160);
    for (std::size_t i = 0; i < 160; ++i) ulaw[i] = g711_tables().encode(frame[i]);
    // An original server has one counter for all its clients: say, steps of two.
    REQUIRE(peer.send(rtp_message(static_cast<std::uint16_t>(4596 + 2 * tick), ulaw)));
    peer.receive();
    while (auto message = peer.take()) received.push_back(std::move(*message));
  });
  CHECK(client.quit() == 0);
  while (auto message = peer.next()) received.push_back(std::move(*message));
  CHECK(peer.end() == End::clean);

  Pcm heard_by_server;
  for (std::size_t i = 0; i < received.size(); ++i) {
    REQUIRE(voice::classify(received[i]) == voice::MessageKind::rtp);
    const auto packet = voice::rtp::parse(received[i]);
    REQUIRE(packet);
    REQUIRE(packet->payload.size() == 160);
    const auto first = voice::rtp::parse(received[0])->header.sequence;
    CHECK(packet->header.sequence == static_cast<std::uint16_t>(first + i));
    for (const std::uint8_t code : packet->payload) {
      heard_by_server.push_back(g711_tables().decode[code]);
    }
  }
  check_holds(heard_by_server, through_mu_law(sine));
  const Wav heard = read_wav(recording);
  const auto middle = std::span{heard.samples}.subspan(8000, 8000);
  CHECK(voice::goertzel_rms(middle, *voice::AudioFormat::from_rate(8000), 700) > 5000);
}
