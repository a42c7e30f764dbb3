// How long a jitter buffer may keep what it holds: nothing is played late, and delay is removed.
#include "common/playout/jitter_buffer.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using std::chrono::milliseconds;
using std::chrono::seconds;
using voice::AudioFormat;
using voice::JitterBuffer;

namespace {

constexpr char loud = '@';  // µ-law 0x40
constexpr char quiet = '\xF0';

/// A jitter buffer at 8000 Hz and its clock. Packets are filled with one letter.
class Line {
 public:
  explicit Line(int depth_packets) : buffer(*AudioFormat::from_rate(8000), depth_packets) {}

  void arrive(const std::string& letters) {
    for (const char letter : letters) {
      buffer.insert(std::vector<std::uint8_t>(160, static_cast<std::uint8_t>(letter)), now);
    }
  }

  /// Lets 20 ms pass for each tick; a letter for each frame heard, '.' for none.
  std::string ticks(int count) {
    std::string heard;
    for (int i = 0; i < count; ++i) {
      std::vector<std::uint8_t> out(160);
      now += voice::frame_duration;
      heard += buffer.take(out, now) == 0 ? '.' : static_cast<char>(out[0]);
    }
    return heard;
  }

  /// One packet before each tick.
  std::string talk(int packets, char letter) {
    std::string heard;
    for (int i = 0; i < packets; ++i) {
      arrive(std::string(1, letter));
      heard += ticks(1);
    }
    return heard;
  }

  voice::TimePoint now{std::chrono::hours{1}};
  JitterBuffer buffer;
};

std::size_t count_of(char letter, const std::string& heard) {
  return static_cast<std::size_t>(std::count(heard.begin(), heard.end(), letter));
}

}  // namespace

TEST_CASE("fewer than half the depth are not played before the next sentence",
          "[jitter_buffer][time]") {
  const auto pause = GENERATE(milliseconds{400}, milliseconds{2000}, milliseconds{60'000});
  Line line(6);
  line.arrive("oo");

  const std::string silence = line.ticks(static_cast<int>(pause / voice::frame_duration));
  std::string heard = line.talk(20, 'n');
  heard += line.ticks(5);

  CHECK(count_of('o', silence + heard) == 0);
  CHECK(count_of('n', heard) == 20);
  CHECK(line.buffer.counters().expired_samples == 2 * 160);
}

TEST_CASE("what is held is not played after a time without ticks", "[jitter_buffer][time]") {
  const std::string held = GENERATE("oo", "oooo");
  Line line(6);
  line.arrive(held);
  line.now += seconds{2};

  CHECK(line.ticks(10) == "..........");
  line.arrive("nnn");
  CHECK(line.ticks(4) == "nnn.");
  CHECK(line.buffer.counters().expired_samples == held.size() * 160);
}

TEST_CASE("what arrives after a time without ticks is played without what was held before",
          "[jitter_buffer][time]") {
  Line line(6);
  line.arrive("oooo");
  CHECK(line.ticks(1) == "o");
  line.now += seconds{2};
  line.arrive("nnn");

  CHECK(line.ticks(4) == "nnn.");
}

TEST_CASE("a tick that is late by as much as can be caught up loses nothing",
          "[jitter_buffer][time]") {
  Line line(6);
  line.arrive("aaa");
  line.now += milliseconds{180};

  CHECK(line.ticks(4) == "aaa.");
  CHECK(line.buffer.counters().expired_samples == 0);
}

TEST_CASE("a short spurt is played when its time has come", "[jitter_buffer][time]") {
  const int packets = GENERATE(3, 10, 49);
  Line line(100);
  const std::string spurt(static_cast<std::size_t>(packets), 's');
  line.arrive(spurt);

  // 50 packets are a second: had the stream gone on, it would have started to play by then.
  CHECK(count_of('s', line.ticks(49)) == 0);
  CHECK(line.ticks(packets) == spurt);
  CHECK(line.ticks(100) == std::string(100, '.'));
}

TEST_CASE("a spurt that began before is played with what follows in time",
          "[jitter_buffer][time]") {
  Line line(6);
  line.arrive("aa");
  CHECK(line.ticks(4) == "....");
  line.arrive("b");
  CHECK(line.ticks(4) == "aab.");
}

TEST_CASE("a stream that comes evenly is never cut", "[jitter_buffer][time]") {
  const int depth = GENERATE(2, 3, 4, 6, 7, 20, 100);
  const int more_at_first = GENERATE(0, 1);
  Line line(depth);
  line.arrive(std::string(static_cast<std::size_t>(depth / 2 - 1 + more_at_first), 'a'));

  CHECK(line.talk(2000, 'a') == std::string(2000, 'a'));

  CHECK(line.buffer.counters().dropped_samples == 0);
  CHECK(line.buffer.counters().excess_samples == 0);
  CHECK(line.buffer.counters().expired_samples == 0);
}

TEST_CASE("unneeded delay is removed within seconds, where it is quiet", "[jitter_buffer][time]") {
  Line line(6);
  // A bad spell has left six packets where three are enough.
  line.arrive("@@@@@");
  line.talk(50, loud);
  CHECK(line.buffer.fill_packets() == 5);

  line.talk(120, loud);
  CHECK(line.buffer.counters().excess_samples == 0);
  line.talk(10, quiet);

  CHECK(line.buffer.fill_packets() == 2);
  CHECK(line.buffer.counters().excess_samples == 3 * 160);
  CHECK(line.buffer.counters().overflows == 0);
}

TEST_CASE("unneeded delay is removed even if it is never quiet", "[jitter_buffer][time]") {
  Line line(20);
  line.arrive(std::string(19, loud));

  line.talk(260, loud);

  CHECK(line.buffer.fill_packets() == 9);
}

TEST_CASE("a deep buffer survives a pause of the machine", "[jitter_buffer][time]") {
  Line line(100);
  line.arrive(std::string(49 + 12, loud));

  CHECK(line.talk(3000, loud) == std::string(3000, loud));
}

TEST_CASE("delay that is used now and then stays", "[jitter_buffer][time]") {
  Line line(6);
  line.arrive("@@@@@");
  std::string heard;
  for (int i = 0; i < 20; ++i) {
    heard += line.talk(100, loud);
    heard += line.ticks(4);  // 80 ms late
    line.arrive("@@@@");
  }

  CHECK(count_of('.', heard) == 0);
  CHECK(line.buffer.counters().excess_samples == 0);
}

TEST_CASE("after a long pause a sequence number is neither late nor a loss",
          "[jitter_buffer][time]") {
  const auto behind = static_cast<std::uint16_t>(GENERATE(1, 50, 65'036));
  JitterBuffer buffer(*AudioFormat::from_rate(8000), 6);
  const std::vector<std::uint8_t> packet(160, 'a');
  voice::TimePoint now{std::chrono::hours{1}};
  buffer.insert({.sequence = 1000}, packet, now);
  now += std::chrono::minutes{20};

  const auto sequence = static_cast<std::uint16_t>(1000 - behind);
  CHECK(buffer.insert({.sequence = sequence}, packet, now) == voice::Insert::accepted);
  CHECK(buffer.counters().lost == 0);
  CHECK(buffer.counters().late == 0);
}

TEST_CASE("a sequence that was forgotten may go on anywhere", "[jitter_buffer][time]") {
  JitterBuffer buffer(*AudioFormat::from_rate(8000), 6);
  const std::vector<std::uint8_t> packet(160, 'a');
  const voice::TimePoint now{std::chrono::hours{1}};
  buffer.insert({.sequence = 1000}, packet, now);
  buffer.forget_sequence();

  CHECK(buffer.insert({.sequence = 950}, packet, now) == voice::Insert::accepted);
  CHECK(buffer.insert({.sequence = 951}, packet, now) == voice::Insert::accepted);
  CHECK(buffer.counters().lost == 0);
}

TEST_CASE("losses in a gap that the network causes are counted", "[jitter_buffer][time]") {
  JitterBuffer buffer(*AudioFormat::from_rate(8000), 6);
  const std::vector<std::uint8_t> packet(160, 'a');
  voice::TimePoint now{std::chrono::hours{1}};
  buffer.insert({.sequence = 1000}, packet, now);
  now += seconds{4};

  buffer.insert({.sequence = 1201}, packet, now);
  CHECK(buffer.counters().lost == 200);
}
