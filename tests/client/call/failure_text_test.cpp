// What the user is told about a connection that failed, and when an address is given up.
#include "client/call/failure_text.hpp"

#include "client/call/patience.hpp"

#include "tests/support/catch.hpp"

using namespace voicecli;

TEST_CASE("a failed connection is described in plain words, with the address", "[failure]") {
  struct Row {
    Failed failed;
    const char* text;
  };
  const auto row = GENERATE(values<Row>(
      {{{CallFailure::not_announced, "\"SSH-2.0-x\""},
        "host:22 is not a voice server: it answered \"SSH-2.0-x\""},
       {{CallFailure::announce_timeout, ""},
        "host:22 accepts connections but said nothing for 6 s; is it a voice server?"},
       {{CallFailure::announce_timeout, "the bytes 32 32"},
        "host:22 did not announce itself within 6 s: it answered the bytes 32 32"},
       {{CallFailure::unusable_rate, "96000"},
        "host:22 holds its conference at 96000 Hz; voicecli supports 5000 to 48000 Hz"},
       {{CallFailure::negative_length, ""},
        "host:22 violated the protocol: invalid message length (negative_length)"},
       {{CallFailure::not_yet_valid, "not yet valid"},
        "host:22 is not trusted yet: not yet valid; check this machine's clock"},
       {{CallFailure::challenge_refused, "19456 KiB, 2 passes"},
        "host:22 asks for a password proof that voicecli cannot compute: the cost (19456 KiB, 2 "
        "passes) is out of range, or there is not enough memory"},
       {{CallFailure::rate_withheld, "48000"},
        "host:22 violated the protocol: it offered 48000 Hz but did not switch to it"},
       {{CallFailure::tls_handshake, "no shared cipher"},
        "TLS handshake with host:22 failed: no shared cipher"},
       {{CallFailure::secret_withheld, ""},
        "refusing to send a password or invitation to host:22 unencrypted; use --tls, or "
        "--allow-plaintext-secrets if others on the network may read it"},
       {{CallFailure::challenge_cheap, "8192 KiB, 1 passes"},
        "host:22 asks for a password proof that costs only 8192 KiB, 1 passes: an impostor could "
        "guess the password from it; check its address, or use --tls"},
       {{CallFailure::server_silent, ""},
        "nothing came from the server for 30 s, not even an answer to a Ping"}}));
  CHECK(failure_text(row.failed, "host:22") == row.text);
}

TEST_CASE("a server that closes before it announces itself is reported with what it said",
          "[failure]") {
  CHECK(closed_early_text("host:22", "", "the server closed the connection") ==
        "host:22 closed the connection before announcing itself (the server closed "
        "the connection)");
  CHECK(closed_early_text("host:22", "\"busy\"", "reset").ends_with(": it answered \"busy\""));
}

TEST_CASE("an address that never was a voice server's is given up at its first answer",
          "[patience]") {
  const auto failure = GENERATE(CallFailure::not_announced, CallFailure::unusable_rate);
  Patience patience;
  CHECK(patience.ends_with(failure));
}

TEST_CASE("a voice server that is replaced for a moment is tried again, but not for ever",
          "[patience]") {
  Patience patience;
  patience.joined();
  for (int i = 1; i < wrong_answers_in_a_row_max; ++i) {
    CHECK_FALSE(patience.ends_with(CallFailure::not_announced));
  }
  patience.other_failure();
  for (int i = 1; i < wrong_answers_in_a_row_max; ++i) {
    CHECK_FALSE(patience.ends_with(CallFailure::not_announced));
  }
  CHECK(patience.ends_with(CallFailure::not_announced));
}

TEST_CASE("an address that accepts and says nothing is given up unless it has held a call",
          "[patience]") {
  const bool was_joined = GENERATE(false, true);
  Patience patience;
  if (was_joined) patience.joined();
  for (int i = 1; i < silences_in_a_row_max; ++i) {
    CHECK_FALSE(patience.ends_with(CallFailure::announce_timeout));
  }
  CHECK(patience.ends_with(CallFailure::announce_timeout) != was_joined);
}

TEST_CASE("temporary failures never end the attempts", "[patience]") {
  Patience patience;
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(patience.ends_with(CallFailure::server_silent));
    CHECK_FALSE(patience.ends_with(CallFailure::message_too_long));
    patience.other_failure();
  }
}
