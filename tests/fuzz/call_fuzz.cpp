// The client's side of a connection, to any server, including one that lies. The call plays, sends
// and reports, or it fails with a reason; whatever it sends is legal, and what it keeps is bounded.
//
// Input: one byte for the options; then per step one byte: how many stream bytes follow (1…192), or
// what happens instead.
#include "client/call/call.hpp"
#include "client/call/controls.hpp"
#include "common/core/assert.hpp"

#include "tests/fuzz/input.hpp"
#include "tests/sim/oracle/slow_wire.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <variant>
#include <vector>

namespace {

constexpr std::size_t steps_max = 2000;
// Only so many can wait, because each kind waits at most once.
constexpr std::size_t event_kinds = std::variant_size_v<voicecli::CallEvent>;

class Story {
 public:
  explicit Story(fuzz::Input& input)
      : input_(input),
        options_(input.byte()),
        playout_(playout_of(2 + static_cast<int>(options_ % 11))),
        call_(call_options(), now_) {}

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
    } else {
      const unsigned count = input_.byte();
      hear_many(count, input_.byte());
    }
    check();
  }

  // Whole messages of a server that changes its mind, in one read: mutes, moves, rates, codecs.
  void hear_many(unsigned count, unsigned kinds) {
    std::vector<std::uint8_t> stream;
    for (unsigned i = 0; i < count % 64; ++i) {
      const std::string text = i % 2 == 0 ? state(i / 2) : welcome(i / 2, kinds);
      std::array<std::uint8_t, voice::length_prefix_bytes> prefix{};
      voice::store_le32(prefix.data(), static_cast<std::uint32_t>(text.size()));
      stream.insert(stream.end(), prefix.begin(), prefix.end());
      stream.insert(stream.end(), text.begin(), text.end());
    }
    call_.received(stream, now_);
  }

  static std::string state(unsigned i) {
    return std::string("State\nMutedByServer:") + (i % 2 == 0 ? "microphone" : "loudspeaker");
  }

  static std::string welcome(unsigned i, unsigned kinds) {
    constexpr std::array rates{"8000", "16000", "44100", "48000"};
    constexpr std::array codecs{"opus", "l16", "pcmu", "none"};
    std::string text = "Welcome\nRoom:r" + std::to_string(i);
    if ((kinds & 1) != 0) text += std::string("\nRate:") + rates[(i + kinds / 4) % rates.size()];
    if ((kinds & 2) != 0) {
      text += std::string("\nCodec:") + codecs[(i + kinds / 16) % codecs.size()];
    }
    return text;
  }

  [[nodiscard]] voicecli::CallOptions call_options() const {
    voicecli::CallOptions options{"Anna", "fuzzer/1", playout_, 65000, {}, {}};
    if (options_ < 128) return options;
    options.codecs.add(voice::voice1::Codec::opus);
    options.codecs.add(voice::voice1::Codec::l16);
    return options;
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
  unsigned options_;
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
