// The original program's bytes, as they crossed the wire: our server gives a listener what the
// original server gave it.
#include "tests/server/host/visitor.hpp"

#include <string>

using namespace voiced::test;
using voice::test::messages_of;
using voice::test::read_vector;

namespace {

struct Capture {
  int rate_hz;
  const char* client;
};

const auto captures = {Capture{5000, "orig_client_sine500_5000.c2s.bin"},
                       Capture{8000, "orig_client_sine1000_8000_2s.c2s.bin"},
                       Capture{22050, "orig_client_sine500_22050.c2s.bin"},
                       Capture{44100, "orig_client_sine500_44100.c2s.bin"}};

std::vector<Payload> payloads_of(const std::vector<Payload>& packets) {
  std::vector<Payload> payloads;
  for (const Payload& bytes : packets) {
    const auto packet = voice::rtp::parse(bytes);
    REQUIRE(packet);
    payloads.emplace_back(packet->payload.begin(), packet->payload.end());
  }
  return payloads;
}

// What an original server sent: the announcement, then packets.
std::vector<Payload> packets_of_server(const char* name, int rate_hz) {
  auto messages = messages_of(read_vector(name));
  REQUIRE(voice::test::text_of(messages.at(0)) == "SamplesPerSecond:" + std::to_string(rate_hz));
  messages.erase(messages.begin());
  return payloads_of(messages);
}

struct Replay {
  std::vector<Payload> to_listener, to_talker;
};

// Feeds the client's bytes in lumps of `packets_per_lump`, one lump every few ticks, as its
// sound card delivered them.
Replay replay(const Capture& capture, int jitter_depth, std::size_t packets_per_lump) {
  auto options = test_options(capture.rate_hz);
  options.playout = voice::fixed_playout(jitter_depth);
  TestLobby trial(options);
  Guest talker(trial.lobby, 1), listener(trial.lobby, 2);
  const Payload bytes = read_vector(capture.client);
  const std::size_t message_bytes = bytes.size() / messages_of(bytes).size();
  Replay heard;
  voice::Bytes rest{bytes};
  for (std::size_t tick = 0; tick < 130; ++tick) {
    if (tick % packets_per_lump == 0 && !rest.empty()) {
      const std::size_t size = std::min(packets_per_lump * message_bytes, rest.size());
      REQUIRE_FALSE(talker.send(rest.first(size)));
      rest = rest.subspan(size);
    }
    const auto all = trial.tick();
    if (auto payload = heard_by(listener.id(), all)) heard.to_listener.push_back(*payload);
    if (auto payload = heard_by(talker.id(), all)) heard.to_talker.push_back(*payload);
  }
  CHECK(talker.session.dialect() == voiced::Dialect::classic);
  return heard;
}

}  // namespace

TEST_CASE("a listener gets an original client's payload bit for bit", "[captures]") {
  const auto capture = GENERATE(values(captures));
  INFO(capture.client);
  const auto said = payloads_of(messages_of(read_vector(capture.client)));
  REQUIRE(said.size() == 100);

  CHECK(replay(capture, 2, 1).to_listener == said);
  CHECK(replay(capture, 6, 1).to_listener == said);
  // Typical for a sound card of the time: four frames every 80 ms.
  CHECK(replay(capture, 12, 4).to_listener == said);
}

TEST_CASE("a listener hears from us what it heard from the original server", "[captures]") {
  CHECK(replay({8000, "orig_client_sine1000_8000_2s.c2s.bin"}, 6, 1).to_listener ==
        packets_of_server("orig_server_to_listener_sine1000_8000.s2c.bin", 8000));
  CHECK(replay({22050, "orig_client_sine500_22050.c2s.bin"}, 6, 1).to_listener ==
        packets_of_server("orig_server_to_listener_sine500_22050.s2c.bin", 22050));
}

TEST_CASE("a lone talker hears from us what it heard from the original server", "[captures]") {
  CHECK(replay({8000, "orig_client_sine1000_8000_2s.c2s.bin"}, 6, 1).to_talker ==
        packets_of_server("orig_server_to_talker_8000.s2c.bin", 8000));
  CHECK(replay({5000, "orig_client_sine500_5000.c2s.bin"}, 6, 1).to_talker ==
        packets_of_server("orig_server_to_talker_5000.s2c.bin", 5000));
}
