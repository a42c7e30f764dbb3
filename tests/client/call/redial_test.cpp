#include "client/call/redial.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t longest = 0xFFFF'FFFF;
constexpr voice::TimePoint now{1h};

Redial redial() {
  return {OnLoss::reconnect, Telling::changes};
}

}  // namespace

TEST_CASE("a lost connection is followed by another attempt, unless that is hopeless", "[redial]") {
  const auto outcome = GENERATE(Outcome::connection_lost, Outcome::cannot_connect, Outcome::refused,
                                Outcome::not_yet_trusted, Outcome::unwanted,
                                Outcome::no_voice_server, Outcome::untrusted);
  const bool is_hopeless = outcome == Outcome::unwanted || outcome == Outcome::no_voice_server ||
                           outcome == Outcome::untrusted;
  Redial again = redial();
  CHECK(again.lost("x", outcome, now, {}, 0).retry_in.has_value() != is_hopeless);
  Redial never{OnLoss::end, Telling::changes};
  CHECK_FALSE(never.lost("x", outcome, now, {}, 0).retry_in);
}

TEST_CASE("a requested delay is added to the usual one", "[redial]") {
  Redial calls = redial();
  CHECK(*calls.lost("x", Outcome::refused, now, 5s, 0).retry_in == 5s + 100ms);
  CHECK(*calls.lost("x", Outcome::refused, now, 5s, 0).retry_in == 5s + 200ms);
  calls.joined(now);
  CHECK(*calls.lost("x", Outcome::refused, now + good_call_min, 0s, longest).retry_in <= 200ms);
}

TEST_CASE("only a call that has lasted makes the next attempt follow soon", "[redial]") {
  Redial calls = redial();
  for (int i = 0; i < 10; ++i) {
    calls.joined(now);
    calls.joined(now + good_call_min);  // moved to another room: the same call
    static_cast<void>(calls.lost("x", Outcome::connection_lost, now + good_call_min - 1ns, 0s, 0));
  }
  calls.joined(now);
  CHECK(*calls.lost("x", Outcome::connection_lost, now + 1s, 0s, longest).retry_in > 1400ms);
  calls.joined(now);
  calls.joined(now + 1s);
  CHECK(*calls.lost("x", Outcome::connection_lost, now + good_call_min, 0s, longest).retry_in <=
        200ms);
}

TEST_CASE("the same failure is reported once, until something succeeds or it is the last",
          "[redial]") {
  Redial calls = redial();
  CHECK(calls.attempt_is_told());
  CHECK(calls.lost("x", Outcome::cannot_connect, now, {}, 0).is_told);
  CHECK_FALSE(calls.attempt_is_told());
  CHECK_FALSE(calls.lost("x", Outcome::cannot_connect, now, {}, 0).is_told);
  CHECK(calls.lost("y", Outcome::cannot_connect, now, {}, 0).is_told);
  CHECK(calls.lost("y", Outcome::no_voice_server, now, {}, 0).is_told);

  calls.joined(now);
  CHECK(calls.attempt_is_told());
  const auto lost = calls.lost("y", calls.outcome_of_loss(), now, {}, 0);
  CHECK(lost.is_told);
  CHECK(lost.was_joined);
  CHECK(calls.attempt_is_told());
  CHECK(calls.lost("y", Outcome::cannot_connect, now, {}, 0).is_told);
}

TEST_CASE("each kind of failure ends the run with its own outcome", "[redial]") {
  Redial calls = redial();
  CHECK(calls.outcome_of_loss() == Outcome::cannot_connect);
  CHECK(calls.outcome_of(CallFailure::server_silent) == Outcome::cannot_connect);
  CHECK(calls.outcome_of(CallFailure::not_announced) == Outcome::no_voice_server);
  calls.joined(now);
  CHECK(calls.outcome_of_loss() == Outcome::connection_lost);
  CHECK(calls.outcome_of(CallFailure::not_announced) == Outcome::connection_lost);
  CHECK(calls.was_ever_joined());
}
