#include "server/host/overdue.hpp"

#include "tests/server/host/hall.hpp"

using namespace voiced;
using namespace voiced::test;
using namespace std::chrono_literals;

namespace {

struct Watch {
  [[nodiscard]] std::optional<CloseReason> after(voice::Duration time) const {
    return overdue(*peer, limits, hall.now + time);
  }
  void ping() { hall.say(*peer, "Ping\nId:1"); }

  Hall hall;
  Peer* peer = nullptr;
  OverdueLimits limits{.awake_since = {}, .stall_limit = 10s};
};

}  // namespace

TEST_CASE("a classic listener may be silent for ever", "[overdue]") {
  Watch watch;
  watch.peer = &watch.hall.seat();
  CHECK_FALSE(watch.after(24h));

  watch.hall.speak(*watch.peer);
  CHECK_FALSE(watch.after(24h));
}

TEST_CASE("a stranger has five seconds for a message, a known peer thirty", "[overdue]") {
  const bool is_known = GENERATE(false, true);
  Watch watch;
  watch.peer = &watch.hall.seat();
  if (is_known) watch.hall.say(*watch.peer, "Hello");
  watch.hall.say(*watch.peer, voice::test::prefix(100));

  const auto limit = is_known ? 30s : 5s;
  CHECK_FALSE(watch.after(limit));
  CHECK(watch.after(limit + 1ms) == CloseReason::framing_timeout);
}

TEST_CASE("where Hello is required, it must come within five seconds", "[overdue]") {
  Watch watch;
  watch.peer = &watch.hall.seat(1, true);
  CHECK_FALSE(watch.after(5s));
  CHECK(watch.after(5s + 1ms) == CloseReason::hello_timeout);

  // Sound does not replace the Hello.
  watch.hall.speak(*watch.peer);
  CHECK(watch.after(6s) == CloseReason::hello_timeout);
  watch.hall.say(*watch.peer, "Hello");
  CHECK_FALSE(watch.after(1h));
}

TEST_CASE("the time for Hello begins when a peer is seated, however long its handshake took",
          "[overdue]") {
  Watch watch;
  watch.peer = &watch.hall.seat(1, true);
  watch.peer->cold.joined_at = watch.hall.now - 4s;

  CHECK_FALSE(watch.after(5s));
  CHECK(watch.after(5s + 1ms) == CloseReason::hello_timeout);
}

TEST_CASE("a client that kept sending Pings is missed after thirty seconds", "[overdue]") {
  Watch watch;
  watch.peer = &watch.hall.seat();
  watch.hall.say(*watch.peer, "Hello");
  watch.ping();
  watch.ping();
  CHECK_FALSE(watch.after(1h));
  watch.ping();

  CHECK_FALSE(watch.after(30s));
  CHECK(watch.after(30s + 1ms) == CloseReason::not_heard);
}

TEST_CASE("a longer stall limit also gives a silent client more time", "[overdue]") {
  Watch watch;
  watch.limits.stall_limit = 60s;
  watch.peer = &watch.hall.seat();
  watch.hall.say(*watch.peer, "Hello");
  for (int i = 0; i < 3; ++i) watch.ping();

  CHECK_FALSE(watch.after(60s));
  CHECK(watch.after(60s + 1ms) == CloseReason::not_heard);
}

TEST_CASE("time for which the server itself was held up is not counted against a client",
          "[overdue]") {
  Watch watch;
  watch.peer = &watch.hall.seat();
  watch.hall.say(*watch.peer, "Hello");
  for (int i = 0; i < 3; ++i) watch.ping();
  watch.limits.awake_since = watch.hall.now + 20s;

  CHECK_FALSE(watch.after(50s));
  CHECK(watch.after(50s + 1ms) == CloseReason::not_heard);
}

TEST_CASE("half a message is the first reason to be told", "[overdue]") {
  Watch watch;
  watch.peer = &watch.hall.seat(1, true);
  watch.hall.say(*watch.peer, voice::test::prefix(100));

  CHECK(watch.after(1min) == CloseReason::framing_timeout);
}
