// How long an outbox keeps sound: for seconds while the link stalls, for 200 ms when the link is
// too slow for the call.
#include "common/wire/outbox.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

using std::chrono::milliseconds;
using std::chrono::seconds;
using voice::Duration;
using voice::Outbox;
using voice::TimePoint;
using voice::test::ByteVector;

namespace {

constexpr std::size_t message_bytes = 176;
constexpr milliseconds usual{200};
constexpr seconds catch_up{4};

/// A talker on a link that takes a limited number of bytes per tick.
class Line {
 public:
  explicit Line(Duration catch_up_max = catch_up)
      : outbox(voice::outbox_limits(usual, catch_up_max, message_bytes)) {}

  void tick(std::size_t takes) {
    now += voice::frame_duration;
    outbox.push(ByteVector(message_bytes, 0xFF), voice::MessageClass::audio, now);
    outbox.expire(now);
    delay_max = std::max(delay_max, outbox.age(now));
    outbox.consume(std::min(takes, outbox.size_bytes()));
  }
  void run(Duration duration, std::size_t takes) {
    for (auto rest = duration; rest > Duration{0}; rest -= voice::frame_duration) tick(takes);
  }
  void forget_delay() { delay_max = {}; }

  Outbox outbox;
  TimePoint now{seconds{100}};
  Duration delay_max{};
};

constexpr std::size_t everything = SIZE_MAX;

}  // namespace

TEST_CASE("a stall within the catch-up limit loses nothing", "[outbox]") {
  Line line;
  line.run(seconds{1}, everything);

  line.run(milliseconds{3900}, 0);
  CHECK(line.outbox.size_bytes() == 195 * message_bytes);
  line.run(seconds{1}, 20 * message_bytes);

  CHECK(line.outbox.dropped_messages() == 0);
  CHECK(line.outbox.empty());
}

TEST_CASE("in a stall beyond the catch-up limit the last seconds are kept", "[outbox]") {
  Line line;

  line.run(seconds{9}, 0);

  CHECK(line.outbox.age(line.now) == catch_up);
  CHECK(line.outbox.dropped_messages() == 450 - 201);
}

TEST_CASE("a link that is too slow for the call delays it by little more than usual", "[outbox]") {
  const auto percent = GENERATE(as<std::size_t>{}, 50, 80, 95);
  Line line;

  line.run(seconds{60}, message_bytes * percent / 100);

  // It takes two seconds to tell a queue that drains from one that does not.
  const auto shortfall = Outbox::drain_max * static_cast<int>(100 - percent) / 100;
  CHECK(line.delay_max <= usual + shortfall + milliseconds{40});
  CHECK(line.outbox.dropped_messages() > 0);
}

TEST_CASE("a slow link that takes its bytes in lumps is not taken for one that stalls",
          "[outbox]") {
  Line line;
  const auto lump = [&](milliseconds every) {
    line.run(every - voice::frame_duration, 0);
    line.tick(static_cast<std::size_t>(every / voice::frame_duration) * message_bytes / 2);
  };
  for (int i = 0; i < 10; ++i) lump(milliseconds{800});
  line.forget_delay();

  for (int i = 0; i < 50; ++i) lump(milliseconds{800});

  // Half a second of each lump counts, so it takes four lumps to be sure. Half of each stays, and
  // one more is on its way.
  CHECK(line.delay_max <= usual + 4 * milliseconds{400} + milliseconds{400 + 800});
}

TEST_CASE("one stall after the other loses nothing, as long as there is time to drain between them",
          "[outbox]") {
  Line line;

  for (int i = 0; i < 20; ++i) {
    line.run(milliseconds{1500}, 0);
    line.run(milliseconds{2500}, 3 * message_bytes);
  }

  CHECK(line.outbox.dropped_messages() == 0);
}

TEST_CASE("the delay is as usual again after a stall on a link that is now too slow", "[outbox]") {
  Line line;
  line.run(seconds{4}, 0);

  line.run(Outbox::drain_max + milliseconds{100}, message_bytes);

  CHECK(line.outbox.age(line.now) <= usual + voice::frame_duration);
}

TEST_CASE("a peer that cannot catch up gets no sound older than usual", "[outbox]") {
  Line line{Duration{0}};

  line.run(seconds{5}, 0);

  CHECK(line.outbox.age(line.now) == usual);
}

TEST_CASE("the limits leave room for all the sound that may wait, and for control messages",
          "[outbox]") {
  constexpr std::size_t wide = 1936;  // L16 at 48 kHz

  CHECK(voice::outbox_limits(usual, Duration{0}, wide).bytes_max == voice::outbox_bytes_min);
  CHECK(voice::outbox_limits(usual, catch_up, message_bytes).bytes_max == voice::outbox_bytes_min);
  CHECK(voice::outbox_limits(usual, catch_up, wide).bytes_max == 201 * wide + 8192);
}

TEST_CASE("audio dropped behind a message half sent leaves that one whole", "[outbox]") {
  Outbox outbox({});
  const TimePoint start{seconds{1}};
  ByteVector half(5, 'h');
  outbox.push(half, voice::MessageClass::audio, start, 2);
  for (int i = 0; i < 50; ++i) {
    outbox.push(ByteVector(7, static_cast<std::uint8_t>('a' + i % 26)), voice::MessageClass::audio,
                start + i * voice::frame_duration);
  }

  outbox.expire(start + 49 * voice::frame_duration);

  ByteVector expected(3, 'h');
  for (int i = 39; i < 50; ++i) {
    expected.insert(expected.end(), 7, static_cast<std::uint8_t>('a' + i % 26));
  }
  CHECK(ByteVector(outbox.front().begin(), outbox.front().end()) == expected);
}

TEST_CASE("an outbox takes no more memory than its limit says, and returns it", "[outbox]") {
  constexpr std::size_t wide = 1936;  // L16 at 48 kHz
  const auto limits = voice::outbox_limits(usual, catch_up, wide);
  Outbox outbox(limits);
  TimePoint now{seconds{1}};
  std::size_t memory_max = 0;

  for (int i = 0; i < 60 * voice::frames_per_second; ++i) {
    now += voice::frame_duration;
    outbox.push(ByteVector(wide, 0), voice::MessageClass::audio, now);
    memory_max = std::max(memory_max, outbox.memory_bytes());
  }
  CHECK(outbox.size_bytes() == 201 * wide);
  CHECK(memory_max <= (limits.bytes_max + wide) * 5 / 4);

  outbox.consume(outbox.size_bytes());
  CHECK(outbox.memory_bytes() <= voice::outbox_bytes_min);
}
