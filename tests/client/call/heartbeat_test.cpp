#include "client/call/heartbeat.hpp"

#include "tests/support/catch.hpp"

using voicecli::Heartbeat;
using namespace std::chrono_literals;

namespace {
constexpr voice::TimePoint start{std::chrono::hours{1}};
}

TEST_CASE("a Ping is due at once and then every two seconds", "[heartbeat]") {
  Heartbeat heartbeat{start};

  CHECK(heartbeat.ping_due(start) == 1u);
  CHECK_FALSE(heartbeat.ping_due(start));
  CHECK_FALSE(heartbeat.ping_due(start + 1999ms));
  CHECK(heartbeat.ping_due(start + 2s) == 2u);
}

TEST_CASE("a long sleep is not made up for by many Pings", "[heartbeat]") {
  Heartbeat heartbeat{start};
  CHECK(heartbeat.ping_due(start));

  CHECK(heartbeat.ping_due(start + 1h));
  CHECK_FALSE(heartbeat.ping_due(start + 1h));
}

TEST_CASE("the round trip is the time from a Ping to its own Pong", "[heartbeat]") {
  Heartbeat heartbeat{start};
  const auto first = heartbeat.ping_due(start);
  const auto second = heartbeat.ping_due(start + 2s);
  CHECK_FALSE(heartbeat.round_trip());

  heartbeat.pong(*second, start + 2012ms);
  CHECK(heartbeat.round_trip() == voice::Duration{12ms});
  heartbeat.pong(*first, start + 2500ms);
  CHECK(heartbeat.round_trip() == voice::Duration{2500ms});
}

TEST_CASE("an unrequested Pong does not count as a round trip", "[heartbeat]") {
  Heartbeat heartbeat{start};
  heartbeat.pong(0, start);
  heartbeat.pong(1, start);
  CHECK_FALSE(heartbeat.round_trip());

  const auto id = heartbeat.ping_due(start);
  heartbeat.pong(*id + 1, start + 1ms);
  CHECK_FALSE(heartbeat.round_trip());
  heartbeat.pong(*id, start + 5ms);
  heartbeat.pong(*id, start + 50ms);
  CHECK(heartbeat.round_trip() == voice::Duration{5ms});
}

TEST_CASE("silence of six seconds is reported once, and so is its end", "[heartbeat]") {
  Heartbeat heartbeat{start};
  CHECK_FALSE(heartbeat.take_silence_change(start + 5999ms));
  CHECK(heartbeat.take_silence_change(start + 6s) == true);
  CHECK_FALSE(heartbeat.take_silence_change(start + 20s));

  heartbeat.heard(start + 20s);
  CHECK(heartbeat.take_silence_change(start + 20s) == false);
  CHECK_FALSE(heartbeat.take_silence_change(start + 25s));
  CHECK(heartbeat.take_silence_change(start + 26s) == true);
}

TEST_CASE("a server is lost after thirty seconds without a message", "[heartbeat]") {
  Heartbeat heartbeat{start};
  CHECK_FALSE(heartbeat.server_is_lost(start + 29'999ms));
  CHECK(heartbeat.server_is_lost(start + 30s));

  heartbeat.heard(start + 29s);
  CHECK_FALSE(heartbeat.server_is_lost(start + 30s));
  CHECK(heartbeat.server_is_lost(start + 59s));
}

TEST_CASE("a Pong that an outage has held back for long is still an answer", "[heartbeat]") {
  Heartbeat heartbeat{start};
  const auto first = heartbeat.ping_due(start);
  for (int i = 1; i < 15; ++i) CHECK(heartbeat.ping_due(start + i * voicecli::ping_period));

  heartbeat.pong(*first, start + 29s);

  CHECK(heartbeat.round_trip() == voice::Duration{29s});
}
