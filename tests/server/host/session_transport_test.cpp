// A session over a transport that is not plain: the same messages in different bytes.
#include "tests/server/host/visitor.hpp"
#include "tests/support/record_transport.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::test::ByteVector;
using voice::test::RecordTransport;

namespace {

/// The client's end of the connection, and the wire in between.
struct Client {
  explicit Client(Session& server) : session(server) {
    (void)from_server();
    REQUIRE_FALSE(session.received(to_server({}), start));
  }

  /// What the client's transport sends for these messages.
  ByteVector to_server(const ByteVector& messages) {
    if (!messages.empty()) {
      REQUIRE(outbox.push(messages, voice::MessageClass::control, start));
    }
    return leaves(channel, outbox);
  }
  /// What the session says, as the client reads it.
  std::vector<std::string> from_server() {
    for (const auto& wire : session.take_control()) {
      REQUIRE(server_outbox.push(wire, voice::MessageClass::control, start));
    }
    const ByteVector wire = leaves(session.channel(), server_outbox);
    std::vector<std::string> texts;
    voice::Bytes bytes{wire};
    for (;;) {
      const auto next = channel.next(bytes);
      REQUIRE(next.has_value());
      if (!*next) return texts;
      texts.push_back(voice::test::text_of(**next));
    }
  }
  static ByteVector leaves(voice::Channel& channel, voice::Outbox& outbox) {
    ByteVector wire;
    for (auto next = channel.to_send(outbox); !next.empty(); next = channel.to_send(outbox)) {
      wire.insert(wire.end(), next.begin(), next.end());
      (void)channel.sent(outbox, next.size());
    }
    return wire;
  }

  Session& session;
  voice::Channel channel{4096, std::make_unique<RecordTransport>()};
  voice::Outbox outbox{{}};
  voice::Outbox server_outbox{{}};
};

}  // namespace

TEST_CASE("a session works over any transport as it does over plain TCP", "[session]") {
  TestLobby trial;
  Session session(trial.lobby, 7, "192.0.2.1:50000", false, std::make_unique<RecordTransport>());
  CHECK_FALSE(session.seat());
  Client client(session);
  CHECK(session.seat());  // now that both have greeted each other
  CHECK(client.from_server() == std::vector<std::string>{"SamplesPerSecond:8000:voice/1"});
  CHECK_FALSE(session.received(client.to_server(message("Hello\nName:Anna")), start));
  CHECK(client.from_server() == std::vector<std::string>{"Welcome\nId:7\nName:Anna\nAgent:voiced"});

  // A record that is cut counts as a message that is cut.
  const ByteVector ping = client.to_server(message("Ping\nId:1"));
  const voice::Bytes bytes{ping};
  CHECK_FALSE(session.received(bytes.first(5), start));
  CHECK(session.mid_message_since() == start);
  CHECK_FALSE(session.received(bytes.subspan(5), start));
  CHECK_FALSE(session.mid_message_since());
  CHECK(client.from_server() == std::vector<std::string>{"Pong\nId:1"});
  CHECK(session.received(client.to_server(message("Bye")), start) == CloseReason::bye);
}

TEST_CASE("the limit of messages that grows with trust reaches the transport", "[session]") {
  TestLobby trial(test_options(48000));
  Session session(trial.lobby, 7, "192.0.2.1:50000", false, std::make_unique<RecordTransport>());
  Client client(session);
  const bool is_known = GENERATE(false, true);
  if (is_known) {
    REQUIRE_FALSE(session.received(client.to_server(message("Hello")), start));
  }

  const ByteVector longest = rtp_message(1, ByteVector(4 * 960, 0xFF));
  const auto reason = session.received(client.to_server(longest), start);

  CHECK(reason.has_value() != is_known);
  if (!is_known) CHECK(reason == CloseReason::framing_too_long);
}

TEST_CASE("a whole message can be handed to a session directly", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);

  CHECK_FALSE(guest.session.message(voice::test::bytes_of("Hello\nName:Anna"), start));

  CHECK(guest.session.name() == "Anna");
  CHECK(guest.session.message(voice::test::bytes_of("Bye"), start) == CloseReason::bye);
}
