// Peers whose bytes are sealed: they are told and hear the same as others, what can be dropped
// still is, and what is sealed is sent whole.
#include "tests/server/host/crowd.hpp"
#include "tests/support/record_transport.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::test::ByteVector;
using voice::test::RecordTransport;

namespace {

// A sealed peer's end: reads what has come on its line, and seals what it says.
class SealedPeer {
 public:
  explicit SealedPeer(Crowd& crowd) : crowd_(crowd) {
    id = crowd.arrive(1, std::make_unique<RecordTransport>());
    (void)heard();
    say({});
  }

  void say(const ByteVector& messages) {
    if (!messages.empty()) {
      REQUIRE(outbox_.push(messages, voice::MessageClass::control, crowd_.now));
    }
    for (auto next = channel_.to_send(outbox_); !next.empty(); next = channel_.to_send(outbox_)) {
      const ByteVector wire(next.begin(), next.end());
      (void)channel_.sent(outbox_, wire.size());
      crowd_.say(id, wire);
    }
  }

  // What has arrived since the last call, in whole messages.
  std::vector<ByteVector> heard() {
    Line& line = crowd_.line(id);
    voice::Bytes fresh = voice::Bytes{line.got}.subspan(read_);
    read_ = line.got.size();
    std::vector<ByteVector> messages;
    for (;;) {
      const auto next = channel_.next(fresh);
      REQUIRE(next.has_value());
      if (!*next) return messages;
      messages.emplace_back((**next).begin(), (**next).end());
    }
  }
  std::vector<std::string> texts() {
    std::vector<std::string> all;
    for (const ByteVector& message : heard()) all.push_back(voice::test::text_of(message));
    return all;
  }

  PeerId id;

 private:
  Crowd& crowd_;
  voice::Channel channel_{4096, std::make_unique<RecordTransport>()};
  voice::Outbox outbox_{{}};
  std::size_t read_ = 0;
};

// A sealed peer that has said Hello, and a plain one that talks.
struct Pair {
  Pair() {
    sealed.say(voice::test::message("Hello\nName:Ada"));
    (void)sealed.heard();
  }
  void talk(int ticks) {
    for (; ticks > 0; --ticks) {
      crowd.speak(talker);
      crowd.tick();
    }
  }
  Crowd crowd;
  SealedPeer sealed{crowd};
  PeerId talker = crowd.arrive(2);
  Line& line = crowd.line(sealed.id);  // the sealed peer's
};

std::size_t sealed_payload_bytes(const std::vector<ByteVector>& messages) {
  std::size_t sum = 0;
  for (const ByteVector& message : messages) sum += message.size();
  return sum;
}

}  // namespace

TEST_CASE("a peer over another transport is announced to, greeted and mixed like any other",
          "[host][transport]") {
  Crowd crowd;
  SealedPeer sealed(crowd);
  const PeerId plain = crowd.arrive(2);
  CHECK(sealed.texts() == std::vector<std::string>{"SamplesPerSecond:8000:voice/1"});

  sealed.say(voice::test::message("Hello\nName:Ada"));
  CHECK(sealed.texts() == std::vector<std::string>{"Welcome\nId:1\nName:Ada\nAgent:voiced"});

  const ByteVector said(160, 0x20);
  sealed.say(voice::test::rtp_message(1, said));
  crowd.tick(2);
  CHECK(crowd.line(plain).frames() == 1);
  (void)sealed.heard();  // its mix of its own tick, without itself
  crowd.speak(plain);
  crowd.tick(2);
  const auto messages = sealed.heard();
  REQUIRE(messages.size() == 2);
  CHECK(ByteVector(messages[0].end() - 160, messages[0].end()) == said);
  CHECK(messages[1].size() == voice::rtp_header_bytes);  // a pause follows
}

TEST_CASE("peers that shake hands do not end a drain beside a call", "[host][transport]") {
  Crowd crowd;
  const PeerId talker = crowd.arrive(1);
  crowd.speak(talker);
  for (std::uint8_t i = 2; i < 5; ++i) (void)crowd.arrive(i, std::make_unique<RecordTransport>());

  crowd.host.drain(true, crowd.now);
  crowd.tick(100);
  CHECK_FALSE(crowd.host.is_stopping());

  crowd.host.ended(talker, Ended::broken, crowd.now);
  crowd.tick(100);
  CHECK(crowd.host.is_stopping());
}

TEST_CASE("what waits for a sealed peer is dropped while it is not sealed, and only then",
          "[host][transport]") {
  Pair pair;
  auto& [crowd, sealed, talker, line] = pair;
  line.room = 7;  // the first record is cut there

  pair.talk(100);
  const std::size_t taken = line.got.size();
  line.room = SIZE_MAX;
  crowd.tick();

  // The record that was cut is sent whole, and after it no more sound than the outbox's age limit
  // allows.
  auto messages = sealed.heard();
  CHECK(line.got.size() > taken);
  REQUIRE_FALSE(messages.empty());
  CHECK(messages.back().size() == voice::rtp_header_bytes);  // a pause follows
  messages.pop_back();
  CHECK(messages.size() <= 12);
  CHECK(sealed_payload_bytes(messages) == messages.size() * (160 + 12));
  CHECK_FALSE(crowd.end_of(sealed.id));
}

TEST_CASE("a sealed peer is told why it is disconnected, after what was half sent",
          "[host][transport]") {
  Pair pair;
  auto& [crowd, sealed, talker, line] = pair;
  line.room = 7;
  pair.talk(3);

  REQUIRE(crowd.host.kick(sealed.id.number, "enough", crowd.now));
  crowd.tick();
  CHECK_FALSE(line.is_shut_down);
  line.room = SIZE_MAX;
  crowd.tick(2);

  const auto messages = sealed.heard();
  REQUIRE(messages.size() == 2);
  CHECK(messages[0].size() == 160 + 12);
  CHECK(voice::test::text_of(messages[1]) == "Bye\nCode:kicked\nReason:enough");
  CHECK(line.is_shut_down);
}

TEST_CASE("a peer that never finishes its handshake is closed after five seconds",
          "[host][transport]") {
  Crowd crowd;
  const PeerId mute = crowd.arrive(1, std::make_unique<RecordTransport>());
  SealedPeer sealed(crowd);

  crowd.tick(5 * voice::frames_per_second);
  CHECK_FALSE(crowd.end_of(mute));
  crowd.tick(2 * voice::frames_per_second);

  CHECK(crowd.end_of(mute) == CloseReason::handshake_timeout);
  CHECK_FALSE(crowd.end_of(sealed.id));
}

TEST_CASE("a sealed peer that takes nothing is stalled like any other", "[host][transport]") {
  Pair pair;
  auto& [crowd, sealed, talker, line] = pair;
  line.room = 3;

  pair.talk(31 * voice::frames_per_second);

  CHECK(crowd.end_of(sealed.id) == CloseReason::stalled);
  CHECK_FALSE(crowd.end_of(talker));
}
