// Stories of a jitter buffer, written as scripts (the letters are explained at `Teller`).
#include "common/playout/jitter_buffer.hpp"

#include "common/wire/limits.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using voice::AudioFormat;
using voice::Insert;
using voice::JitterBuffer;
using voice::PlayoutCounters;

namespace {

AudioFormat format_of(int rate_hz) {
  return AudioFormat::from_rate(rate_hz).value();
}

std::vector<std::uint8_t> frame_of(char content, std::size_t samples = 160) {
  return std::vector<std::uint8_t>(samples, static_cast<std::uint8_t>(content));
}

constexpr voice::TimePoint start{std::chrono::hours{1}};

struct Story {
  std::string heard;    // one letter per tick: what was played, '_' for a hole filled with silence,
                        // '.' for nothing
  std::string inserts;  // one letter per packet: a accepted, d duplicate, l late, o overflow
  PlayoutCounters counters;
  int fill_packets = 0;
  bool playing = false;
};

enum class Peer { ours, classic };

/// Plays a script at 8000 Hz. Packets carry '1', '2', … 'z' in the order in which they were spoken.
/// P packet, T tick, L a packet is lost, D the last packet again, O the packet before the last
/// again, R the source restarts with an entirely different sequence number, F forget (reset).
/// Blanks are ignored.
class Teller {
 public:
  Teller(int depth_packets, Peer peer, std::uint16_t first_sequence)
      : buffer_(format_of(8000), depth_packets), peer_(peer), sequence_(first_sequence) {}

  Story tell(std::string_view script) {
    for (const char letter : script) step(letter);
    story_.counters = buffer_.counters();
    story_.fill_packets = buffer_.fill_packets();
    story_.playing = buffer_.playing();
    return story_;
  }

 private:
  void step(char letter) {
    switch (letter) {
      case 'P':
        speak();
        insert(sequence_, content_);
        break;
      case 'L':
        speak();
        break;
      case 'D':
        insert(sequence_, content_);
        break;
      case 'O':
        insert(static_cast<std::uint16_t>(sequence_ - 1), '?');
        break;
      case 'R':
        sequence_ = static_cast<std::uint16_t>(sequence_ + 20'000);
        break;
      case 'F':
        buffer_.reset();
        break;
      case 'T':
        tick();
        break;
      default:
        REQUIRE(letter == ' ');
    }
  }

  void speak() {
    ++sequence_;
    content_ = content_ == '9' ? 'a' : static_cast<char>(content_ + 1);
  }

  void insert(std::uint16_t sequence, char content) {
    const bool counts = peer_ == Peer::ours;
    const auto frame = frame_of(content);
    const auto verdict =
        counts ? buffer_.insert({.sequence = sequence}, frame, now_) : buffer_.insert(frame, now_);
    switch (verdict) {
      case Insert::accepted:
        story_.inserts += 'a';
        break;
      case Insert::duplicate:
        story_.inserts += 'd';
        break;
      case Insert::late:
        story_.inserts += 'l';
        break;
      case Insert::overflow:
        story_.inserts += 'o';
        break;
      case Insert::malformed:
        story_.inserts += 'm';
        break;
    }
  }

  void tick() {
    std::vector<std::uint8_t> out(160, '!');
    now_ += voice::frame_duration;
    const std::size_t count = buffer_.take(out, now_);
    REQUIRE((count == 0 || count == out.size()));
    REQUIRE(std::count(out.begin(), out.end(), out[0]) == 160);
    const bool is_silence = out[0] == 0xFF;
    REQUIRE((count != 0 || is_silence));
    story_.heard += count == 0 ? '.' : is_silence ? '_' : static_cast<char>(out[0]);
  }

  JitterBuffer buffer_;
  voice::TimePoint now_ = start;
  Peer peer_;
  std::uint16_t sequence_;
  char content_ = '0';
  Story story_;
};

Story play(std::string_view script, int depth_packets = 6, Peer peer = Peer::ours,
           std::uint16_t first_sequence = 4595) {
  return Teller(depth_packets, peer, first_sequence).tell(script);
}

}  // namespace

TEST_CASE("playing starts at half the depth", "[jitter_buffer]") {
  CHECK(play("T P T P T P TTT").heard == "...123");
  CHECK(play("PPP TTT", 7).heard == "123");
  CHECK(play("P T", 2).heard == "1");
  CHECK(play("P T", 3).heard == "1");
  CHECK(play("P T P T", 4).heard == ".1");
  CHECK(play("PPP TTT").counters.primed == 1);
}

TEST_CASE("a steady stream plays without a hole", "[jitter_buffer]") {
  const auto story = play("PPP PT PT PT PT PT PT PT TTT");

  CHECK(story.heard == "123456789a");
  CHECK(story.counters.packets == 10);
  CHECK(story.counters.primed == 1);
  CHECK(story.counters.underflows == 0);
  CHECK(story.counters.overflows == 0);
  CHECK(story.playing);
}

TEST_CASE("a buffer that has run dry waits for half its depth again", "[jitter_buffer]") {
  const auto story = play("PPP TTTT PT PT PT TTT");

  CHECK(story.heard == "123...456.");
  CHECK(story.counters.underflows == 2);
  CHECK(story.counters.primed == 2);
  CHECK_FALSE(story.playing);
}

TEST_CASE("ticks without a stream are no underflows", "[jitter_buffer]") {
  CHECK(play("TTTTT").counters.underflows == 0);
  CHECK(play("P TTTTT").heard == ".....");
  CHECK(play("PPP TTTT TTTTT").counters.underflows == 1);
}

TEST_CASE("an empty buffer still plays until a tick finds it empty", "[jitter_buffer]") {
  CHECK(play("PPP TTT P TT").heard == "1234.");
}

TEST_CASE("a lost packet is a hole of its length, so that what follows keeps its time",
          "[jitter_buffer]") {
  CHECK(play("PPP TTT L P TT").heard == "123_5");
  CHECK(play("PPP L P TTTTT").heard == "123_5");
  CHECK(play("PPP T LL P TTTTT").heard == "123__6");
  CHECK(play("PPP TTT L P TT").counters.lost == 1);
  CHECK(play("PPP T LL P TTTTT").counters.lost == 2);
}

TEST_CASE("packets lost before playing are counted but leave no hole", "[jitter_buffer]") {
  const auto story = play("P L P P TTT");

  CHECK(story.heard == "134");
  CHECK(story.counters.lost == 1);
}

TEST_CASE("packets lost in a pause leave no hole either", "[jitter_buffer]") {
  CHECK(play("PPP TTTT LLLL PPP TTT").heard == "123.89a");
}

TEST_CASE("duplicates and late packets are discarded and counted", "[jitter_buffer]") {
  const auto story = play("PP D P O TTT D O");

  CHECK(story.heard == "123");
  CHECK(story.inserts == "aadaldl");
  CHECK(story.counters.packets == 3);
  CHECK(story.counters.duplicates == 2);
  CHECK(story.counters.late == 2);
}

TEST_CASE("the largest misorder is late, one more is a restart", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 6);
  buffer.insert({.sequence = 1000}, frame_of('1'), start);

  CHECK(buffer.insert({.sequence = 900}, frame_of('2'), start) == Insert::late);
  CHECK(buffer.insert({.sequence = 899}, frame_of('3'), start) == Insert::accepted);
  CHECK(buffer.insert({.sequence = 900}, frame_of('4'), start) == Insert::accepted);
  CHECK(buffer.counters().late == 1);
}

TEST_CASE("the largest dropout is a gap, one more is a restart", "[jitter_buffer]") {
  JitterBuffer buffer(format_of(8000), 6);
  buffer.insert({.sequence = 0}, frame_of('1'), start);

  buffer.insert({.sequence = 3000}, frame_of('2'), start);
  CHECK(buffer.counters().lost == 2999);
  buffer.insert({.sequence = 6001}, frame_of('3'), start);
  CHECK(buffer.counters().lost == 2999);
}

TEST_CASE("a restarted source goes on without a hole", "[jitter_buffer]") {
  const auto story = play("PPP R PP TTTTT");

  CHECK(story.heard == "12345");
  CHECK(story.counters.lost == 0);
  CHECK(story.counters.late == 0);
}

TEST_CASE("sequence numbers wrap without a trace", "[jitter_buffer]") {
  const auto story = play("PPP TT D P L P TTTT", 6, Peer::ours, 65533);

  CHECK(story.heard == "1234_6");
  CHECK(story.inserts == "aaadaa");
  CHECK(story.counters.lost == 1);
}

TEST_CASE("a classic peer's sequence numbers mean nothing", "[jitter_buffer]") {
  const auto story = play("PP D R P O L P TTTTTT", 12, Peer::classic);

  CHECK(story.heard == "1223?5");
  CHECK(story.inserts == "aaaaaa");
  CHECK(story.counters.lost + story.counters.late + story.counters.duplicates == 0);
}

TEST_CASE("an overflow drops the oldest down to half the depth", "[jitter_buffer]") {
  const auto full = play("PPPPPP");
  CHECK(full.fill_packets == 6);
  CHECK(full.counters.overflows == 0);

  const auto story = play("PPPPPPP TTT T");
  CHECK(story.inserts == "aaaaaao");
  CHECK(story.heard == "567.");
  CHECK(story.counters.overflows == 1);
  CHECK(story.counters.dropped_samples == 4 * 160);
  CHECK(story.counters.packets == 7);
}

TEST_CASE("a burst after a stall leaves no more delay than the target", "[jitter_buffer]") {
  const auto story = play("PPP TTTT PPPPPPPPPPPP");

  CHECK(story.fill_packets >= 3);
  CHECK(story.fill_packets <= 6);
  CHECK(story.counters.overflows == 2);
  CHECK(story.playing);
}

TEST_CASE("a gap longer than the buffer is an overflow like any other", "[jitter_buffer]") {
  const auto story = play("PPP LLLLLLLLLLLL P TTT");

  CHECK(story.inserts == "aaao");
  CHECK(story.heard == "__g");
  CHECK(story.counters.lost == 12);
  CHECK(story.counters.overflows == 1);
}

TEST_CASE("forgetting waits for half the depth and takes any sequence", "[jitter_buffer]") {
  const auto story = play("PPP T F T O P T P TTT");

  CHECK(story.heard == "1..?45");
  CHECK(story.counters.packets == 6);
  CHECK(story.counters.underflows == 0);
}
