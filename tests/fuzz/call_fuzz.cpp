// The client's side of a connection, to any server, including one that lies. The call plays, sends
// and reports, or it fails with a reason; whatever it sends is legal, and what it keeps is bounded.
//
// Input: per step one byte: how many stream bytes follow (1…192), or what happens instead.
#include "client/call/call.hpp"
#include "client/call/controls.hpp"
#include "common/core/assert.hpp"

#include "tests/fuzz/input.hpp"
#include "tests/sim/oracle/slow_wire.hpp"

#include <algorithm>
#include <vector>

namespace {

constexpr std::size_t steps_max = 2000;
constexpr std::size_t event_kinds =
    16;  // only so many can wait, because each kind waits at most once

class Story {
 public:
  explicit Story(fuzz::Input& input)
      : input_(input),
        playout_(playout_of(input.between(2, 12))),
        call_({"Anna", "fuzzer/1", playout_, 65000, {}, {}}, now_) {}

  void play() {
    for (std::size_t step = 0; !input_.empty() && step < steps_max; ++step) this->step();
    if (input_.byte() % 2 == 0) {
      call_.leave(now_);
      send(SIZE_MAX);
      VOICE_ASSERT(call_.to_send(now_).empty());
    }
    std::size_t events = 0;
    while (call_.poll_event()) ++events;
    VOICE_ASSERT(events <= event_kinds);
  }

 private:
  void step() {
    const unsigned what = input_.byte();
    if (what < 192) {
      const voice::Bytes view = input_.bytes(what + 1);
      const std::vector<std::uint8_t> bytes(view.begin(), view.end());
      call_.received(bytes, now_);
    } else if (what < 216) {
      tick();
    } else if (what < 224) {
      now_ += std::chrono::milliseconds{100 * (what - 215)};
    } else if (what < 232) {
      capture(input_.word());
    } else if (what < 240) {
      send(input_.word());
    } else if (what < 248) {
      (void)call_.poll_event();
    } else if (what == 248) {
      call_.capture_ended();
    } else if (what < 252) {
      press(what);
    }
    check();
  }

  void tick() {
    now_ += voice::frame_duration;
    call_.tick(controls_.microphone_open(now_), now_);
    const auto frame = call_.play(controls_.loudness(), now_);
    VOICE_ASSERT(call_.format() ? frame.size() >= call_.format()->samples_per_frame() &&
                                      frame.size() <= call_.format()->samples_per_frame_max()
                                : frame.empty());
  }

  void capture(unsigned count) {
    std::vector<std::int16_t> pcm(count % 10'000);
    for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] = static_cast<std::int16_t>(i * 257);
    if (count % 7 == 0) std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
    call_.capture(pcm);
    controls_.microphone_muted = count % 5 == 0;
    controls_.volume_db = static_cast<double>(count % 60) - 40.0;
  }

  void press(unsigned key) {
    if (key == 249) controls_.loudspeaker_muted = !controls_.loudspeaker_muted;
    if (key == 250) controls_.push_to_talk = !controls_.push_to_talk;
    if (key == 251) controls_.talk_until = now_ + std::chrono::milliseconds{200};
  }

  void send(std::size_t bytes_max) {
    const voice::Bytes bytes = call_.to_send(now_);
    VOICE_ASSERT(call_.format() || bytes.empty());  // nothing is sent before the announcement
    const std::size_t count = std::min(bytes.size(), bytes_max);
    server_.add(bytes.first(count));
    while (const auto message = server_.next()) {
      VOICE_ASSERT(voice::voice1::parse(*message).has_value() ||
                   sim::slow_rtp(*message).has_value());
    }
    VOICE_ASSERT(!server_.broken());
    call_.sent(count);
  }

  void check() const {
    const auto statistics = call_.statistics();
    VOICE_ASSERT(statistics.jitter_fill_packets >= 0);
    const bool is_fixed = playout_.mode == voice::JitterMode::fixed;
    VOICE_ASSERT(statistics.jitter_fill_packets <=
                 (is_fixed ? statistics.jitter_depth_packets : 24));
  }

  // Both modes, with little to catch up.
  static voice::PlayoutOptions playout_of(int depth) {
    if (depth % 2 == 0) return voice::fixed_playout(depth);
    return {.depth_packets = depth, .catch_up_max = std::chrono::milliseconds{400}};
  }

  fuzz::Input& input_;
  voice::TimePoint now_{std::chrono::hours{1}};
  voice::PlayoutOptions playout_;
  voicecli::Call call_;
  voicecli::Controls controls_;
  sim::SlowDeframer server_{voice::message_bytes_max_any_rate};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Story(input).play();
  return 0;
}
