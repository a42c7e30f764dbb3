// What a call plays in either jitter mode.
#include "tests/client/call/call_fixture.hpp"
#include "tests/support/both_modes.hpp"

#include <algorithm>

using namespace voicecli;
using namespace voicecli::test;
using voice::test::either_mode;

namespace {

CallOptions options_with(const voice::PlayoutOptions& playout) {
  CallOptions all = options();
  all.playout = playout;
  return all;
}

// A server that sends a constant level, which no playout changes once it is played.
struct Listener : Voice1Line {
  explicit Listener(const voice::PlayoutOptions& playout) : Voice1Line(options_with(playout)) {}

  /// Returns the frame that is played at the last of these ticks.
  Pcm hear(int ticks, std::uint8_t code) {
    Pcm frame;
    for (; ticks > 0; --ticks) {
      receive(packet(sequence++, code));
      frame = pass();
    }
    return frame;
  }
  Pcm pass() {
    tick();
    (void)sent();
    return play();
  }

  std::uint16_t sequence = 65500;
};

bool is_all(const Pcm& frame, std::uint8_t code) {
  std::int16_t level = 0;
  voice::g711::decode(std::span{&code, 1}, std::span{&level, 1});
  return std::all_of(frame.begin(), frame.end(), [&](auto sample) { return sample == level; });
}

}  // namespace

TEST_CASE("in either mode a call plays what it was sent, and every frame of it", "[call][modes]") {
  Listener line(either_mode());
  (void)line.hear(6, 0x30);
  for (int i = 0; i < 200; ++i) REQUIRE(is_all(line.hear(1, 0x30), 0x30));
  const auto statistics = line.call.statistics();
  CHECK(statistics.playout.lost == 0);
  CHECK(statistics.playout.underflows == 0);
  CHECK(statistics.playout.expired_samples == 0);
  CHECK(statistics.jitter_fill <= std::chrono::milliseconds{80});
}

TEST_CASE("in either mode nothing is lost in twenty minutes of a muted loudspeaker",
          "[call][modes]") {
  Listener line(either_mode());
  (void)line.hear(20, 0x30);
  line.receive(message("State\nMutedByServer:loudspeaker"));
  for (int i = 0; i < 20 * 60 * 50; ++i) {
    if (i % 250 == 0) line.receive(message("Pong\nTime:0"));
    (void)line.pass();
  }
  line.receive(message("State\nMutedByServer:none"));
  line.sequence = static_cast<std::uint16_t>(line.sequence + 60000);

  CHECK(is_all(line.hear(6, 0x31), 0x31));
  CHECK(line.call.statistics().playout.lost == 0);
  CHECK(line.call.statistics().playout.expired_samples == 0);
  CHECK(line.call.statistics().jitter_fill <= std::chrono::milliseconds{80});
}

TEST_CASE("a loudspeaker that the server mutes and a move to a silent room are no loss",
          "[call][modes]") {
  const std::string text =
      GENERATE("State\nMutedByServer:loudspeaker", "Welcome\nId:1\nRoom:booth");
  const int ticks = GENERATE(10, 25, 100);
  CAPTURE(text, ticks);
  Listener line(voice::PlayoutOptions{});
  line.receive(message("Welcome\nId:1"));
  (void)line.hear(100, 0x30);
  const auto target = line.call.statistics().jitter_target;
  line.receive(message(text));
  for (int i = 0; i < ticks; ++i) (void)line.pass();
  if (text[0] == 'S') line.receive(message("State\nMutedByServer:none"));
  (void)line.hear(50, 0x30);

  const auto statistics = line.call.statistics();
  CHECK(statistics.playout.underflows == 0);
  CHECK(statistics.playout.concealed_samples == 0);
  CHECK(statistics.jitter_target <= target);
}
