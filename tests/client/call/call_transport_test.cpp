// A call over a transport that is not plain: the same messages in different bytes.
#include "tests/client/call/call_fixture.hpp"
#include "tests/support/record_transport.hpp"

using namespace voicecli;
using namespace voicecli::test;
using voice::test::RecordTransport;

namespace {

/// The server's end of the connection.
struct Server {
  void say(const Stream& wire) { REQUIRE(outbox.push(wire, voice::MessageClass::control, start)); }
  Stream leaves() {
    Stream wire;
    for (auto next = channel.to_send(outbox); !next.empty(); next = channel.to_send(outbox)) {
      wire.insert(wire.end(), next.begin(), next.end());
      (void)channel.sent(outbox, next.size());
    }
    return wire;
  }
  std::vector<std::string> reads(voice::Bytes wire) {
    std::vector<std::string> texts;
    for (;;) {
      const auto next = channel.next(wire);
      REQUIRE(next.has_value());
      if (!*next) return texts;
      texts.emplace_back((*next)->begin(), (*next)->end());
    }
  }

  voice::Channel channel{1024, std::make_unique<RecordTransport>()};
  voice::Outbox outbox{{}};
};

/// Everything that the call sends, piece by piece.
Stream sent_by(Call& call) {
  Stream wire;
  for (auto next = call.to_send(start); !next.empty(); next = call.to_send(start)) {
    wire.insert(wire.end(), next.begin(), next.end());
    call.sent(next.size());
  }
  return wire;
}

}  // namespace

TEST_CASE("a call works over any transport as it does over plain TCP", "[call]") {
  Server server;
  Call call(options(), start, std::make_unique<RecordTransport>());

  // Of its own accord, a client sends what its transport needs and nothing else.
  CHECK(server.reads(sent_by(call)).empty());
  server.say(voice1_announce());
  call.received(server.leaves(), start);
  REQUIRE(call.format().has_value());
  CHECK(call.format()->rate_hz() == 8000);
  CHECK(server.reads(sent_by(call)) ==
        std::vector<std::string>{"Hello\nName:anna\nAgent:voicecli/test\nRate:8000"});

  server.say(message("Welcome\nId:3\nName:anna\nAgent:voiced"));
  call.received(server.leaves(), start);
  (void)call.poll_event();  // Announced
  const auto event = call.poll_event();
  REQUIRE(event.has_value());
  CHECK(std::get<Welcomed>(*event).id == "3");

  call.leave(start);
  CHECK(server.reads(sent_by(call)) == std::vector<std::string>{"Bye"});
}

TEST_CASE("invalid bytes for the transport end the call", "[call]") {
  Call call(options(), start, std::make_unique<RecordTransport>());

  call.received(voice1_announce(), start);  // no greeting

  const auto event = call.poll_event();
  REQUIRE(event.has_value());
  CHECK(std::get<Failed>(*event).failure == CallFailure::not_announced);
}
