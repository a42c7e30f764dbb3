// A jitter buffer against its model: any order of packets, gaps, duplicates, ticks, new depths, and
// any time in between.
#include "common/core/assert.hpp"
#include "common/playout/jitter_buffer.hpp"

#include "tests/fuzz/input.hpp"
#include "tests/sim/oracle/jitter_model.hpp"

#include <array>
#include <vector>

namespace {

constexpr std::array<int, 6> rates{8000, 11025, 5000, 44100, 7349, 48000};

class Pair {
 public:
  Pair(voice::AudioFormat format, int depth)
      : format_(format), fast_(format, depth), slow_(format.rate_hz(), depth) {}

  void insert(fuzz::Input& input, bool sequenced) {
    std::vector<std::uint8_t> ulaw(input.byte() % 4 == 0 ? input.word() % 5000
                                                         : format_.samples_per_frame());
    for (std::uint8_t& code : ulaw) code = next_code_++;
    if (sequenced) {
      const auto step = static_cast<std::int8_t>(input.byte());
      // Mostly small steps; sometimes to any number.
      sequence_ = step == -128 ? input.word() : static_cast<std::uint16_t>(sequence_ + step);
      const bool odd = input.byte() == 0;
      timestamp_ += odd ? input.word() : static_cast<std::uint32_t>(ulaw.size());
      fast_.insert({.sequence = sequence_, .timestamp = voice::rtp::Timestamp{timestamp_}}, ulaw,
                   now_);
      slow_.insert(sim::PacketNumbers{sequence_, timestamp_}, ulaw, now_);
    } else {
      fast_.insert(ulaw, now_);
      slow_.insert(std::nullopt, ulaw, now_);
    }
  }

  void wait(unsigned milliseconds) { now_ += std::chrono::milliseconds{milliseconds}; }

  void take() {
    now_ += voice::frame_duration;
    const std::size_t length = sim::frame_samples(format_.rate_hz(), ticks_++);
    std::vector<std::uint8_t> heard(length);
    std::vector<std::uint8_t> expected(length);
    VOICE_ASSERT(fast_.take(heard, now_) == slow_.take(expected, now_));
    VOICE_ASSERT(heard == expected);
  }

  void reset() {
    fast_.reset();
    slow_.reset();
  }

  void set_depth(int depth) {
    fast_.set_depth(depth);
    slow_.set_depth(depth);
  }

  void check() const {
    VOICE_ASSERT(fast_.fill_samples() == slow_.size() && fast_.playing() == slow_.playing());
    VOICE_ASSERT(fast_.empty() == (slow_.size() == 0));
    VOICE_ASSERT(fast_.fill_packets() <= fast_.depth_packets());
    VOICE_ASSERT(!slow_.overdue());
    VOICE_ASSERT(fast_.depth_packets() == slow_.depth_packets());
    VOICE_ASSERT(fast_.counters() == slow_.counters());
  }

 private:
  voice::AudioFormat format_;
  voice::JitterBuffer fast_;
  sim::JitterModel slow_;
  std::uint16_t sequence_ = 0;
  std::uint32_t timestamp_ = 0;
  voice::TimePoint now_{std::chrono::hours{1}};
  std::uint64_t ticks_ = 0;
  std::uint8_t next_code_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto format = voice::AudioFormat::from_rate(rates[input.byte() % rates.size()]);
  Pair pair(*format, input.between(2, 40));
  while (!input.empty()) {
    switch (input.byte() % 9) {
      case 0:
      case 1:
        pair.insert(input, true);
        break;
      case 2:
      case 3:
        pair.insert(input, false);
        break;
      case 4:
        pair.set_depth(input.between(2, 60));
        break;
      case 5:
        if (input.byte() == 0) pair.reset();
        break;
      case 6:
        pair.wait(10 * input.byte());
        break;
      default:
        pair.take();
        break;
    }
    pair.check();
  }
  return 0;
}
