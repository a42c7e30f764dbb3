#include "client/call/redial.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t longest = 0xFFFF'FFFF;

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
  CHECK(again.lost("x", outcome, {}, 0).retry_in.has_value() != is_hopeless);
  Redial never{OnLoss::end, Telling::changes};
  CHECK_FALSE(never.lost("x", outcome, {}, 0).retry_in);
}

TEST_CASE("a requested delay is added to the usual one", "[redial]") {
  Redial calls = redial();
  CHECK(*calls.lost("x", Outcome::refused, 5s, 0).retry_in == 5s + 100ms);
  CHECK(*calls.lost("x", Outcome::refused, 5s, 0).retry_in == 5s + 200ms);
  calls.joined();
  CHECK(*calls.lost("x", Outcome::refused, 0s, longest).retry_in <= 200ms);
}

TEST_CASE("the same failure is reported once, until something succeeds or it is the last",
          "[redial]") {
  Redial calls = redial();
  CHECK(calls.attempt_is_told());
  CHECK(calls.lost("x", Outcome::cannot_connect, {}, 0).is_told);
  CHECK_FALSE(calls.attempt_is_told());
  CHECK_FALSE(calls.lost("x", Outcome::cannot_connect, {}, 0).is_told);
  CHECK(calls.lost("y", Outcome::cannot_connect, {}, 0).is_told);
  CHECK(calls.lost("y", Outcome::no_voice_server, {}, 0).is_told);

  calls.joined();
  CHECK(calls.attempt_is_told());
  const auto lost = calls.lost("y", calls.outcome_of_loss(), {}, 0);
  CHECK(lost.is_told);
  CHECK(lost.was_joined);
  CHECK(calls.attempt_is_told());
  CHECK(calls.lost("y", Outcome::cannot_connect, {}, 0).is_told);
}

TEST_CASE("each kind of failure ends the run with its own outcome", "[redial]") {
  Redial calls = redial();
  CHECK(calls.outcome_of_loss() == Outcome::cannot_connect);
  CHECK(calls.outcome_of(CallFailure::server_silent) == Outcome::cannot_connect);
  CHECK(calls.outcome_of(CallFailure::not_announced) == Outcome::no_voice_server);
  calls.joined();
  CHECK(calls.outcome_of_loss() == Outcome::connection_lost);
  CHECK(calls.outcome_of(CallFailure::not_announced) == Outcome::connection_lost);
  CHECK(calls.was_ever_joined());
}
