// TLS without a network: both ends agree or say why not, and messages cross the wire whole and
// unreadable, however it cuts them.
#include "tests/common/tls/ends.hpp"

#include <algorithm>
#include <array>

using namespace voice;
using namespace voice::test;
using tls::Trust;

namespace {

struct Call {
  explicit Call(tls::Version version = tls::Version::tls13)
      : pair(make_pair()),
        info(*tls::describe(pair.certificate)),
        ends(make_server({.pair = pair, .version_min = version}), make_client(),
             {.host = "voice.test", .known = info.fingerprint}) {}
  tls::CertificatePair pair;
  tls::CertificateInfo info;
  Ends ends;
};

bool contains(Bytes wire, const std::string& text) {
  return std::search(wire.begin(), wire.end(), text.begin(), text.end()) != wire.end();
}

}  // namespace

TEST_CASE("both ends agree, and messages cross in both directions", "[tls]") {
  Call call;
  CHECK_FALSE(call.ends.are_ready());
  CHECK(call.ends.server->description().empty());
  call.ends.shake_hands();
  REQUIRE(call.ends.are_ready());
  CHECK(call.ends.server->description() == call.ends.client->description());
  CHECK(call.ends.trust == Trust::known);
  CHECK(call.ends.shown == call.info.fingerprint);
  CHECK(call.ends.client->description().starts_with("TLS1.3, "));

  const ByteVector up = seal(*call.ends.client, "Hello\nName:Ada");
  CHECK_FALSE(contains(up, "Ada"));
  CHECK(hear(*call.ends.server, up).messages ==
        std::vector<ByteVector>{vector_of("Hello\nName:Ada")});
  const ByteVector down = seal(*call.ends.server, "Welcome");
  CHECK(hear(*call.ends.client, down).messages == std::vector<ByteVector>{vector_of("Welcome")});
}

TEST_CASE("records that are split anywhere, or arrive together, are read whole", "[tls]") {
  Call call;
  call.ends.shake_hands();
  ByteVector wire;
  std::vector<ByteVector> said;
  for (int i = 0; i < 40; ++i) {
    const std::string text = std::to_string(i) + std::string(static_cast<std::size_t>(i * i), 'x');
    said.push_back(vector_of(text));
    const ByteVector record = seal(*call.ends.client, text);
    wire.insert(wire.end(), record.begin(), record.end());
  }
  const std::size_t step = GENERATE(as<std::size_t>{}, 1, 2, 7, 100, 4096, 100'000);
  std::vector<ByteVector> heard;
  for (std::size_t at = 0; at < wire.size(); at += step) {
    const Bytes piece = Bytes{wire}.subspan(at, std::min(step, wire.size() - at));
    const Heard some = hear(*call.ends.server, piece);
    REQUIRE_FALSE(some.error);
    heard.insert(heard.end(), some.messages.begin(), some.messages.end());
  }
  CHECK(heard == said);
}

TEST_CASE("a handshake that arrives byte by byte succeeds", "[tls]") {
  Call call;
  Transport& server = *call.ends.server;
  for (const std::uint8_t byte : take_own(*call.ends.client)) {
    REQUIRE_FALSE(hear(server, std::array{byte}).error);
  }
  REQUIRE(server.wants_turn());
  server.give_turn();
  REQUIRE_FALSE(hear(server, {}).error);
  for (const std::uint8_t byte : take_own(server)) {
    REQUIRE_FALSE(hear(*call.ends.client, std::array{byte}).error);
  }
  call.ends.shake_hands();
  CHECK(call.ends.are_ready());
}

TEST_CASE("what a client sends before the server's turn is kept, up to 24 KiB", "[tls]") {
  Call call;
  Transport& server = *call.ends.server;
  const ByteVector hello = take_own(*call.ends.client);
  REQUIRE_FALSE(hear(server, hello).error);
  REQUIRE(server.wants_turn());
  const ByteVector more(24 * 1024, 23);

  SECTION("not more than that") {
    REQUIRE_FALSE(hear(server, more).error);
    CHECK(hear(server, std::array<std::uint8_t, 1>{23}).error == TransportError::handshake);
    CHECK(server.failure() == "too many bytes before the handshake");
  }
  SECTION("and then it is looked at") {
    REQUIRE_FALSE(hear(server, more).error);
    server.give_turn();
    CHECK(hear(server, {}).error == TransportError::foreign);
  }
}

TEST_CASE("a message longer than agreed is an error, also inside records", "[tls]") {
  Call call;
  call.ends.shake_hands();
  const ByteVector record = seal(*call.ends.client, std::string(5000, 'x'));
  CHECK(hear(*call.ends.server, record).error == TransportError::too_long);
}

TEST_CASE("a message longer than a record crosses in several", "[tls]") {
  Call call;
  call.ends.shake_hands();
  call.ends.server->set_message_bytes_max(50'000);
  const std::string text(40'000, 'y');
  const auto heard = hear(*call.ends.server, seal(*call.ends.client, text));
  REQUIRE_FALSE(heard.error);
  CHECK(heard.messages == std::vector<ByteVector>{vector_of(text)});
}

TEST_CASE("a record that was changed on its way is rejected", "[tls]") {
  Call call;
  call.ends.shake_hands();
  ByteVector record = seal(*call.ends.client, "Hello");
  record[GENERATE(5U, 12U, 20U)] ^= 1;
  const Heard heard = hear(*call.ends.server, record);
  CHECK(heard.messages.empty());
  CHECK(heard.error == TransportError::corrupt);
  CHECK(call.ends.server->failure().starts_with("TLS: "));
  // The server's alert tells the client.
  CHECK(hear(*call.ends.client, take_own(*call.ends.server)).error == TransportError::corrupt);
}

TEST_CASE("records that are repeated, dropped or swapped are rejected", "[tls]") {
  Call call;
  call.ends.shake_hands();
  const ByteVector first = seal(*call.ends.client, "first");
  const ByteVector second = seal(*call.ends.client, "second");
  SECTION("repeated") {
    REQUIRE_FALSE(hear(*call.ends.server, first).error);
    CHECK(hear(*call.ends.server, first).error == TransportError::corrupt);
  }
  SECTION("dropped, or swapped") {
    CHECK(hear(*call.ends.server, second).error == TransportError::corrupt);
  }
}

TEST_CASE("an announced end is not an error", "[tls]") {
  Call call;
  call.ends.shake_hands();
  call.ends.client->finish();
  call.ends.client->finish();
  const ByteVector farewell = take_own(*call.ends.client);
  REQUIRE_FALSE(farewell.empty());
  CHECK(take_own(*call.ends.client).empty());
  CHECK(hear(*call.ends.server, farewell).error == TransportError::ended);
}

TEST_CASE("a client that is denied before the handshake is told so by an alert", "[tls]") {
  Call call;
  const bool has_spoken = GENERATE(true, false);
  if (has_spoken) (void)hear(*call.ends.server, take_own(*call.ends.client));
  call.ends.server->finish();
  const ByteVector alert = take_own(*call.ends.server);
  CHECK(alert == ByteVector{21, 3, 3, 0, 2, 2, 49});
  CHECK(hear(*call.ends.client, alert).error == TransportError::handshake);
  CHECK(call.ends.client->failure().find("Access was denied") != std::string::npos);
}

TEST_CASE("a client that is denied in the middle of the handshake is told so by an alert",
          "[tls]") {
  Call call;
  REQUIRE_FALSE(hear(*call.ends.server, take_own(*call.ends.client)).error);
  ByteVector answer = take_own(*call.ends.server);
  const bool is_at_once = GENERATE(true, false);
  if (!is_at_once) REQUIRE_FALSE(hear(*call.ends.client, answer).error);

  call.ends.server->finish();
  const ByteVector alert = take_own(*call.ends.server);
  REQUIRE_FALSE(alert.empty());
  answer.insert(answer.end(), alert.begin(), alert.end());

  CHECK(hear(*call.ends.client, is_at_once ? answer : alert).error);
  CHECK(call.ends.client->failure().find("Access was denied") != std::string::npos);
}

TEST_CASE("a record that has not come whole is an unfinished message", "[tls]") {
  Call call;
  CHECK_FALSE(call.ends.server->mid_message());
  call.ends.shake_hands();
  const ByteVector record = seal(*call.ends.client, "Hello");
  CHECK_FALSE(call.ends.server->mid_message());

  (void)hear(*call.ends.server, voice::Bytes{record}.first(record.size() - 1));
  CHECK(call.ends.server->mid_message());

  (void)hear(*call.ends.server, voice::Bytes{record}.last(1));
  CHECK_FALSE(call.ends.server->mid_message());
}

TEST_CASE("a peer that does not speak TLS is recognised by its first record", "[tls]") {
  Call call;
  const std::string text =
      GENERATE(as<std::string>{}, "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
               std::string("\x0c\x00\x00\x00SamplesPer", 14));
  CHECK(hear(*call.ends.server, bytes_of(text)).error == TransportError::foreign);
  CHECK(call.ends.server->failure() == "the peer does not speak TLS");
}

TEST_CASE("a record longer than the standard allows is refused at its header", "[tls]") {
  Call call;
  const std::array<std::uint8_t, 5> header{22, 3, 1, 0xFF, 0xFF};
  CHECK(hear(*call.ends.server, header).error == TransportError::foreign);
}

TEST_CASE("a peer that has sent nothing costs nothing and waits for nothing", "[tls]") {
  Call call;
  CHECK_FALSE(hear(*call.ends.server, {}).error);
  CHECK_FALSE(call.ends.server->wants_turn());
  CHECK_FALSE(call.ends.server->mid_message());
  CHECK(take_own(*call.ends.server).empty());
}

TEST_CASE("TLS 1.2 is spoken only where it is allowed", "[tls]") {
  Call modern(tls::Version::tls13), lenient(tls::Version::tls12);
  modern.ends.shake_hands();
  lenient.ends.shake_hands();
  // Our client speaks TLS 1.3 with both.
  CHECK(modern.ends.client->description().starts_with("TLS1.3, "));
  CHECK(lenient.ends.client->description().starts_with("TLS1.3, "));
}

TEST_CASE("connections outlive the server object that they were made with", "[tls]") {
  const auto pair = make_pair();
  auto server = make_server({.pair = pair});
  auto client = make_client();
  Ends ends(server, client,
            {.host = "voice.test", .known = tls::describe(pair.certificate)->fingerprint});
  server.reset();
  client.reset();
  ends.shake_hands();
  REQUIRE(ends.are_ready());
  CHECK(hear(*ends.server, seal(*ends.client, "still here")).messages.size() == 1);
}
