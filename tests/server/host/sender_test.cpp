#include "server/host/sender.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <string>
#include <string_view>

using std::chrono::milliseconds;
using voice::Bytes;
using voice::MessageClass;
using voiced::PeerId;
using voiced::Sender;
using voiced::WaitingList;

namespace {

voice::TimePoint at(int ms) {
  return voice::TimePoint{} + std::chrono::hours{1} + milliseconds{ms};
}

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What became of a message.
enum class Sent { whole, waiting, dropped };

/// A peer whose system takes a limited number of bytes, and what it was sent.
struct Peer {
  Sent send(std::string_view message, int ms, MessageClass kind = MessageClass::audio) {
    const Bytes bytes = bytes_of(message);
    const bool has_room = sender.empty() ? sender.offered(bytes, kind, at(ms), take(bytes))
                                         : sender.queue(bytes, kind, at(ms));
    if (!has_room) return Sent::dropped;
    return sender.empty() ? Sent::whole : Sent::waiting;
  }
  Sent flush(int ms) {
    const Bytes bytes = sender.waiting(at(ms));
    if (!bytes.empty()) sender.taken(take(bytes), at(ms));
    return sender.empty() ? Sent::whole : Sent::waiting;
  }
  std::size_t take(Bytes bytes) {
    const std::size_t count = std::min(room, bytes.size());
    got.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    room -= count;
    return count;
  }

  WaitingList waiting{4};
  Sender sender{voice::OutboxLimits{}, PeerId{3, 17}, waiting};
  std::size_t room = 0;
  std::string got;
};

}  // namespace

TEST_CASE("what the system takes at once does not wait", "[sender]") {
  Peer peer;
  peer.room = 100;

  CHECK(peer.send("one", 0) == Sent::whole);

  CHECK(peer.got == "one");
  CHECK(peer.waiting.size() == 0);
  CHECK(peer.sender.empty());
  CHECK(peer.sender.frames_sent() == 1);
}

TEST_CASE("every byte that waits is offered again", "[sender]") {
  Peer peer;
  SECTION("sound") {
    CHECK(peer.send("one", 0) == Sent::waiting);
  }
  SECTION("a last word, when the outbox is empty and the system takes nothing") {
    peer.sender.clear_unsent();
    CHECK(peer.send("bye", 0, MessageClass::control) == Sent::waiting);
  }
  SECTION("the rest of a message that was begun") {
    peer.room = 1;
    CHECK(peer.send("one", 0) == Sent::waiting);
  }

  REQUIRE(peer.waiting.size() == 1);
  CHECK(peer.waiting.at(0) == PeerId{3, 17});
  peer.room = 100;
  CHECK(peer.flush(20) == Sent::whole);
  CHECK(peer.got.size() == 3);
}

TEST_CASE("a peer that waits is in the list once, and again after its removal", "[sender]") {
  Peer peer;
  (void)peer.send("one", 0);
  (void)peer.send("two", 0);
  REQUIRE(peer.waiting.size() == 1);

  peer.room = 100;
  CHECK(peer.flush(20) == Sent::whole);
  peer.waiting.remove(0);
  peer.sender.not_waiting();
  peer.room = 0;
  (void)peer.send("three", 40);

  CHECK(peer.waiting.size() == 1);
  CHECK(peer.got == "onetwo");
}

TEST_CASE("what was sent is what has left, not what was handed over", "[sender]") {
  Peer peer;
  peer.room = 4;
  CHECK(peer.send("one", 0) == Sent::whole);
  CHECK(peer.send("two", 0) == Sent::waiting);  // begun
  CHECK(peer.send("old", 0) == Sent::waiting);  // becomes too old
  CHECK(peer.sender.bytes_sent() == 4);
  CHECK(peer.sender.frames_sent() == 1);

  peer.room = 100;
  CHECK(peer.flush(1000) == Sent::whole);

  CHECK(peer.got == "onetwo");
  CHECK(peer.sender.bytes_sent() == 6);
  CHECK(peer.sender.frames_sent() == 2);
  CHECK(peer.sender.outbox().dropped_messages() == 1);
}

TEST_CASE("control messages are not counted as frames", "[sender]") {
  Peer peer;
  peer.room = 7;
  CHECK(peer.send("hello", 0, MessageClass::control) == Sent::whole);
  CHECK(peer.send("state", 0, MessageClass::control) == Sent::waiting);
  peer.room = 100;
  CHECK(peer.flush(20) == Sent::whole);

  CHECK(peer.sender.frames_sent() == 0);
  CHECK(peer.sender.bytes_sent() == 10);
}

TEST_CASE("a peer is blocked from the first offer of which it takes nothing", "[sender]") {
  Peer peer;
  CHECK(peer.sender.blocked(at(0)) == milliseconds{0});
  (void)peer.send("one", 0);
  CHECK(peer.sender.blocked(at(50)) == milliseconds{50});
  CHECK(peer.flush(100) == Sent::waiting);
  CHECK(peer.sender.blocked(at(150)) == milliseconds{150});

  peer.room = 1;
  CHECK(peer.flush(160) == Sent::waiting);
  CHECK(peer.sender.blocked(at(170)) == milliseconds{0});
}

TEST_CASE("a message that finds no room is dropped, and that is reported", "[sender]") {
  Peer peer;
  const std::string much(40'000, 'x');
  CHECK(peer.send(much, 0, MessageClass::control) == Sent::waiting);

  CHECK(peer.send(much, 0, MessageClass::control) == Sent::dropped);
}
