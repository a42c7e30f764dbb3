// Peers that send nonsense, too much, too little or nothing, beside a call that must not notice.
#include "tests/integration/held_by.hpp"
#include "tests/integration/witnesses.hpp"

using namespace voice::test;
using voice::Bytes;

namespace {

ByteVector noise(unsigned seed, std::size_t bytes) {
  std::mt19937 random(seed);
  ByteVector out(bytes);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random());
  return out;
}

ByteVector repeated(const ByteVector& message, int times) {
  ByteVector out;
  for (int i = 0; i < times; ++i) out.insert(out.end(), message.begin(), message.end());
  return out;
}

}  // namespace

TEST_CASE("peers that break the rules are closed, counted and logged, and nobody else notices",
          "[integration][hostile][real-time]") {
  struct Row {
    const char* what;
    ByteVector bytes;
    const char* reason;
  };
  // Noise begins with an absurd length; in which way it is absurd depends on the seed.
  const std::vector<Row> rows{
      {"garbage", noise(1, 64 * 1024), "reason=framing_"},
      {"more garbage", noise(2, 64 * 1024), "reason=framing_"},
      {"a web browser", message("GET / HTTP/1.1\r\n"), ""},
      {"a negative length", prefix(0xFFFFFFFF), "reason=framing_negative_length"},
      {"a huge length", prefix(0x7FFFFFFF), "reason=framing_too_long"},
      {"a stranger's kilobyte and one", prefix(1025), "reason=framing_too_long"},
      {"good audio, then a bad length",
       stream({rtp_message(1, ByteVector(160, 0xFF)), prefix(0x80000000)}),
       "reason=framing_negative_length"},
      {"a flood of nothing", repeated(message(""), 20'000), "reason=flood"},
      {"a flood of text", repeated(message("Ping\nId:1"), 20'000), "reason=flood"},
  };
  Voiced voiced(patient());
  Witnesses witnesses(voiced);
  witnesses.speak(5);
  HeldBy server("voiced", voiced.process());

  for (const Row& row : rows) {
    INFO(row.what);
    const std::size_t log_before = voiced.log().size();
    TcpPeer peer = join(voiced);
    // A peer may be disconnected in the middle of its flood.
    (void)peer.send(row.bytes);
    const std::string reason = row.reason;
    if (reason.empty()) {
      peer.close();
      continue;
    }
    CHECK(witnesses.speak_until(
        [&] { return voiced.log().find(reason, log_before) != std::string::npos; }));
    CHECK(peer.wait_for_end() != End::none);
  }

  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  CHECK(voiced.stop(SIGTERM) == 0);
}

TEST_CASE("an unfinished message has a deadline, silence has none",
          "[integration][hostile][real-time]") {
  Voiced voiced(patient());
  Witnesses witnesses(voiced);
  TcpPeer half = join(voiced), quarter = join(voiced), silent = join(voiced);
  const ByteVector packet = rtp_message(1, ByteVector(160, 0xFF));
  REQUIRE(half.send(Bytes{packet}.first(packet.size() / 2)));
  REQUIRE(quarter.send(Bytes{packet}.first(2)));

  CHECK(witnesses.speak_until([&] {
    for (TcpPeer* const peer : {&half, &quarter, &silent}) peer->receive();
    return half.end() != End::none && quarter.end() != End::none;
  }));

  // The server closes them, so between two messages.
  CHECK(half.end() == End::clean);
  CHECK(quarter.end() == End::clean);
  CHECK(silent.end() == End::none);
  CHECK(voiced.log().find("reason=framing_timeout") != std::string::npos);
  witnesses.check_nothing_is_missing();
}

TEST_CASE("a peer that never reads is bounded and then closed, and the others miss nothing",
          "[integration][hostile][real-time]") {
  // At 48 kHz, its buffers fill up soon, and what waits in its outbox becomes too old.
  Voiced voiced(patient_in({"--sample-rate", "48000", "--stall-limit-s", "1"}));
  Witnesses witnesses(voiced, 960);
  HeldBy server("voiced", voiced.process());
  TcpPeer deaf(voiced.port(), {.receive_buffer_bytes = 4096});

  CHECK(witnesses.speak_until(
      [&] { return voiced.log().find("reason=stalled") != std::string::npos; }));

  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  CHECK(dropped_by_outboxes(voiced) > 0);
}

TEST_CASE("a peer that sends one byte at a time is heard like any other",
          "[integration][real-time]") {
  Voiced voiced(patient());
  TcpPeer talker = join(voiced), listener = join(voiced);
  std::vector<ByteVector> said, heard;

  in_real_time(60, [&](int tick) {
    said.push_back(noise(static_cast<unsigned>(tick), 160));
    for (const std::uint8_t byte : rtp_message(static_cast<std::uint16_t>(tick), said.back())) {
      REQUIRE(talker.send({&byte, 1}));
    }
  });
  while (heard.size() < said.size()) {
    const auto message = listener.next();
    REQUIRE(message);
    heard.emplace_back(message->begin() + voice::rtp_header_bytes, message->end());
  }

  CHECK(heard == said);
}

TEST_CASE("hundreds of short visits, each broken off differently, leave nothing behind",
          "[integration][hostile][real-time]") {
  Voiced voiced(patient({"--participants-max", "20"}));
  Witnesses witnesses(voiced);
  HeldBy server("voiced", voiced.process());
  const ByteVector story = stream({message("Hello\nName:Fly"), rtp_message(1, noise(3, 160)),
                                   message("Ping\nId:1"), message("Bye")});

  for (std::size_t i = 0; i < 300; ++i) {
    TcpPeer peer(voiced.port());
    (void)peer.send(Bytes{story}.first(i % (story.size() + 1)));
    if (i % 3 == 0) peer.reset();
    if (i % 3 == 1) peer.close();
    if (i % 10 == 0) witnesses.speak(1);
  }
  CHECK(witnesses.speak_until([&] { return voiced.statistic("participants") == 2; }));
  server.check_is_as_before(20);

  // Each of their places is free again.
  std::vector<TcpPeer> guests;
  for (int i = 0; i < 18; ++i) guests.push_back(join(voiced));
}
