#include "common/wire/outbox.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <string>

using std::chrono::milliseconds;
using voice::Bytes;
using voice::Duration;
using voice::MessageClass;
using voice::Outbox;
using voice::TimePoint;

namespace {

TimePoint at(int ms) {
  return TimePoint{} + std::chrono::hours{1} + milliseconds{ms};
}

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const Outbox& outbox) {
  return {outbox.front().begin(), outbox.front().end()};
}

bool push_audio(Outbox& outbox, std::string_view text, int ms, std::size_t sent_bytes = 0) {
  return outbox.push(bytes_of(text), MessageClass::audio, at(ms), sent_bytes);
}

bool push_control(Outbox& outbox, std::string_view text, int ms, std::size_t sent_bytes = 0) {
  return outbox.push(bytes_of(text), MessageClass::control, at(ms), sent_bytes);
}

voice::OutboxLimits limit_bytes(std::size_t bytes) {
  return {.audio_age_max = milliseconds{200}, .bytes_max = bytes};
}

}  // namespace

TEST_CASE("a new outbox is empty, on a boundary and without age", "[outbox]") {
  const Outbox outbox({});

  CHECK(outbox.empty());
  CHECK(outbox.front().empty());
  CHECK(outbox.size_bytes() == 0);
  CHECK(outbox.on_message_boundary());
  CHECK(outbox.age(at(1000)) == Duration{0});
  CHECK(outbox.dropped_messages() == 0);
}

TEST_CASE("messages leave whole and in order, whatever the kernel takes at a time", "[outbox]") {
  const std::string expected = "aaaaBBccccccD";
  for (std::size_t step = 1; step <= expected.size(); ++step) {
    Outbox outbox({});
    push_audio(outbox, "aaaa", 0);
    push_control(outbox, "BB", 0);
    push_audio(outbox, "cccccc", 20);
    push_control(outbox, "D", 20);

    std::string left;
    while (!outbox.empty()) {
      const std::size_t count = std::min(step, outbox.size_bytes());
      left += text_of(outbox).substr(0, count);
      outbox.consume(count);
      const bool on_boundary = left.size() == 4 || left.size() == 6 || left.size() >= 12;
      INFO("step " << step << ", left " << left);
      CHECK(outbox.on_message_boundary() == on_boundary);
      CHECK(outbox.size_bytes() == expected.size() - left.size());
    }
    CHECK(left == expected);
    CHECK(outbox.front().empty());
  }
}

TEST_CASE("audio older than the limit goes, audio as old as the limit stays", "[outbox]") {
  Outbox outbox({});
  push_audio(outbox, "one", 0);
  push_audio(outbox, "two", 20);

  outbox.expire(at(200));
  CHECK(text_of(outbox) == "onetwo");

  outbox.expire(at(201));
  CHECK(text_of(outbox) == "two");
  CHECK(outbox.dropped_messages() == 1);

  outbox.expire(at(100'000));
  CHECK(outbox.empty());
  CHECK(outbox.dropped_messages() == 2);
}

TEST_CASE("pushing drops what has become too old", "[outbox]") {
  Outbox outbox({});
  push_audio(outbox, "one", 0);
  push_audio(outbox, "two", 150);

  push_audio(outbox, "three", 300);

  CHECK(text_of(outbox) == "twothree");
}

TEST_CASE("control messages never age away, and audio behind them does", "[outbox]") {
  Outbox outbox({});
  push_control(outbox, "HELLO", 0);
  push_audio(outbox, "one", 0);
  push_control(outbox, "PING", 10);
  push_audio(outbox, "two", 20);

  outbox.expire(at(100'000));

  CHECK(text_of(outbox) == "HELLOPING");
  CHECK(outbox.dropped_messages() == 2);
}

TEST_CASE("a message half sent is finished however old it is", "[outbox]") {
  Outbox outbox({});
  SECTION("begun out of the outbox") {
    push_audio(outbox, "one", 0);
    outbox.consume(1);
  }
  SECTION("begun before it came to the outbox") {
    push_audio(outbox, "one", 0, 1);
  }
  push_audio(outbox, "two", 0);

  outbox.expire(at(100'000));

  CHECK(text_of(outbox) == "ne");
  CHECK_FALSE(outbox.on_message_boundary());
  CHECK(outbox.dropped_messages() == 1);
  outbox.consume(2);
  CHECK(outbox.empty());
  CHECK(outbox.on_message_boundary());
}

TEST_CASE("a full outbox drops its oldest audio for the newest message", "[outbox]") {
  Outbox outbox(limit_bytes(10));
  push_control(outbox, "CC", 0);
  push_audio(outbox, "one", 0);
  push_audio(outbox, "two", 0);

  SECTION("for audio") {
    CHECK(push_audio(outbox, "four", 0));
    CHECK(text_of(outbox) == "CCtwofour");
    CHECK(outbox.dropped_messages() == 1);
  }
  SECTION("for control") {
    CHECK(push_control(outbox, "PINGPONG", 0));
    CHECK(text_of(outbox) == "CCPINGPONG");
    CHECK(outbox.dropped_messages() == 2);
  }
  SECTION("but nothing when the message just fits") {
    CHECK(push_audio(outbox, "xx", 0));
    CHECK(outbox.size_bytes() == 10);
    CHECK(outbox.dropped_messages() == 0);
  }
}

TEST_CASE("a message that still finds no room is refused and counted", "[outbox]") {
  Outbox outbox(limit_bytes(10));
  push_control(outbox, "CONTROL", 0);

  CHECK_FALSE(push_control(outbox, "MORE", 0));
  CHECK_FALSE(push_audio(outbox, "four", 0));

  CHECK(text_of(outbox) == "CONTROL");
  CHECK(outbox.dropped_messages() == 2);
  CHECK(push_audio(outbox, "one", 0));
}

TEST_CASE("a message half sent is not dropped to make room", "[outbox]") {
  Outbox outbox(limit_bytes(10));
  push_audio(outbox, "aaaaaa", 0, 3);

  CHECK(push_audio(outbox, "bbbb", 0));
  CHECK(push_audio(outbox, "cccc", 0));
  CHECK(text_of(outbox) == "aaacccc");
  CHECK_FALSE(push_audio(outbox, "ddddd", 0));
  CHECK(text_of(outbox).substr(0, 3) == "aaa");
}

TEST_CASE("a message that is partly sent is accepted whatever the limit", "[outbox]") {
  Outbox outbox(limit_bytes(4));

  CHECK(push_control(outbox, "much too long", 0, 5));

  CHECK(text_of(outbox) == "too long");
  CHECK(outbox.dropped_messages() == 0);
}

TEST_CASE("the age is that of the oldest message", "[outbox]") {
  Outbox outbox({});
  push_audio(outbox, "one", 0);
  push_audio(outbox, "two", 30);
  CHECK(outbox.age(at(50)) == milliseconds{50});

  outbox.consume(2);
  CHECK(outbox.age(at(50)) == milliseconds{50});
  outbox.consume(1);
  CHECK(outbox.age(at(50)) == milliseconds{20});
}

TEST_CASE("a polite end keeps nothing but the rest of a partly sent message", "[outbox]") {
  Outbox outbox({});
  push_audio(outbox, "one", 0);
  push_control(outbox, "TWO", 0);

  SECTION("on a boundary nothing is left") {
    outbox.clear_unsent();
    CHECK(outbox.empty());
    CHECK(outbox.front().empty());
  }
  SECTION("half way the rest is left, and a last word may follow") {
    outbox.consume(2);
    outbox.clear_unsent();
    CHECK(text_of(outbox) == "e");
    CHECK_FALSE(outbox.on_message_boundary());
    CHECK(push_control(outbox, "BYE", 0));
    CHECK(text_of(outbox) == "eBYE");
  }
  SECTION("on an empty outbox nothing happens") {
    outbox.consume(6);
    outbox.clear_unsent();
    CHECK(outbox.empty());
    CHECK(outbox.on_message_boundary());
  }
}

TEST_CASE("a new age limit also applies to messages that are already waiting", "[outbox]") {
  Outbox outbox({});
  push_audio(outbox, "old", 0);
  push_audio(outbox, "new", 100);
  outbox.expire(at(150));
  CHECK(text_of(outbox) == "oldnew");

  outbox.set_limits({.audio_age_max = milliseconds{100}});
  outbox.expire(at(150));

  CHECK(text_of(outbox) == "new");
  CHECK(outbox.dropped_messages() == 1);
}
