// A Playout against its accounts: packets of any size with any numbers, mutes, pauses, ticks, new
// limits, modes, codecs and rates, at any time. In mode `adaptive`, all sound that came in is held,
// played or counted as dropped, to the sample; nothing is dropped that the limits allow, and
// nothing is played that is older than they allow.
#include "common/audio/audio_format.hpp"
#include "common/core/assert.hpp"
#include "common/playout/playout.hpp"

#include "tests/fuzz/input.hpp"

#include <array>
#include <deque>
#include <vector>

namespace {

using voice::Duration;
using voice::PlayoutCounters;

constexpr std::array<int, 6> rates{8000, 11025, 5000, 44100, 7349, 48000};
constexpr std::size_t samples_max = voice::rate_hz_max / voice::frames_per_second;

voice::AudioFormat format_of(fuzz::Input& input) {
  return *voice::AudioFormat::from_rate(rates[input.byte() % rates.size()]);
}

voice::PlayoutOptions options_of(fuzz::Input& input) {
  voice::PlayoutOptions options;
  if (input.byte() % 8 == 7) options.mode = voice::JitterMode::fixed;
  options.depth_packets = input.between(voice::jitter_depth_packets_min, 60);
  options.catch_up_max = voice::catch_up_min * input.between(1, 20);
  return options;
}

// What is held, oldest first.
class Books {
 public:
  struct Entry {
    std::size_t samples;
    voice::TimePoint arrival;
    bool is_silence;  // for lost packets
  };

  void came(std::size_t samples, voice::TimePoint now, bool is_silence = false) {
    if (samples != 0) entries_.push_back({samples, now, is_silence});
    held_ += samples;
  }
  void left(std::size_t samples) {
    VOICE_ASSERT(samples <= held_);
    held_ -= samples;
    while (samples != 0) {
      const std::size_t count = std::min(samples, entries_.front().samples);
      samples -= count;
      entries_.front().samples -= count;
      if (entries_.front().samples == 0) entries_.pop_front();
    }
    if (entries_.empty()) is_exact_ = true;
  }
  /// Nobody has kept them: `samples` are held, and have come by `now`.
  void open(std::size_t samples, voice::TimePoint now) {
    entries_.clear();
    held_ = 0;
    came(samples, now);
    is_exact_ = samples == 0;
  }

  [[nodiscard]] std::size_t held() const { return held_; }
  [[nodiscard]] bool is_exact() const { return is_exact_; }
  /// Of the oldest sample, at most.
  [[nodiscard]] Duration age(voice::TimePoint now) const {
    return entries_.empty() ? Duration::zero() : now - entries_.front().arrival;
  }
  [[nodiscard]] bool has_silence() const {
    return std::any_of(entries_.begin(), entries_.end(), [](auto& one) { return one.is_silence; });
  }

 private:
  std::deque<Entry> entries_;
  std::size_t held_ = 0;
  bool is_exact_ = true;  // the recorded times of arrival are exact
};

class Stream {
 public:
  explicit Stream(fuzz::Input& input) : playout_(format_of(input), options_of(input)) {
    limits_changed();
  }

  void insert(fuzz::Input& input) {
    const std::size_t frame = playout_.format().samples_per_frame() * sample_bytes();
    const std::uint8_t kind = input.byte();
    std::vector<std::uint8_t> payload(kind % 4 == 0 ? input.word() % 9000 : frame);
    for (std::uint8_t& code : payload) code = next_code(kind / 16);
    // Mostly the next number; sometimes a small step, or any number.
    const std::uint8_t step = input.byte();
    const int small = step < 192 ? 1 : static_cast<std::int8_t>(step);
    sequence_ = step == 192 ? input.word() : static_cast<std::uint16_t>(sequence_ + small);
    timestamp_ += step == 193 ? input.word()
                              : static_cast<std::uint32_t>(small) *
                                    static_cast<std::uint32_t>(payload.size() / sample_bytes());
    const PlayoutCounters before = playout_.counters();
    const voice::Insert verdict = playout_.insert(
        {{.sequence = sequence_, .timestamp = voice::rtp::Timestamp{timestamp_}}, payload}, now_);
    if (!is_adaptive()) return;
    const bool is_stored = verdict == voice::Insert::accepted || verdict == voice::Insert::overflow;
    const std::size_t longest =
        voice::packet_frames_max * playout_.format().samples_per_frame_max();
    stored(before, is_stored ? std::min(payload.size() / sample_bytes(), longest) : 0);
  }

  void take() {
    now_ += voice::frame_duration;
    const std::size_t length = clock_.next();
    const PlayoutCounters before = playout_.counters();
    std::array<std::int16_t, samples_max> scratch;
    const voice::Frame frame = playout_.take(length, scratch, now_);
    VOICE_ASSERT(frame.ulaw.empty() || frame.ulaw.size() == length);
    VOICE_ASSERT(frame.pcm.empty() || frame.pcm.size() == length);
    if (is_adaptive()) taken(before, length, !frame.empty());
  }

  void set_options(const voice::PlayoutOptions& options) {
    const bool was_adaptive = is_adaptive();
    const PlayoutCounters before = playout_.counters();
    playout_.set_options(options);
    limits_changed();
    if (!is_adaptive() || !was_adaptive) return books_.open(held(), now_);
    const PlayoutCounters& after = playout_.counters();
    const std::size_t dropped = after.dropped_samples - before.dropped_samples;
    VOICE_ASSERT(dropped == 0 || books_.held() > most_samples());
    books_.left(dropped);
    check();
  }

  void change(fuzz::Input& input) {
    const auto codec = input.byte() % 2 == 0 ? voice::CodecId::pcmu : voice::CodecId::l16;
    const auto format = format_of(input);
    if (codec == playout_.codec() && format == playout_.format()) return;
    playout_.set_codec(codec);
    playout_.set_format(format);
    clock_ = voice::FrameClock(format);
    VOICE_ASSERT(held() == 0);
    books_.open(0, now_);
    wait_max_ = Duration::zero();
    limits_changed();
  }

  void set_sequencing(bool is_trusted) {
    playout_.set_sequencing(is_trusted ? voice::Sequencing::trusted : voice::Sequencing::ignored);
  }
  void set_slack(unsigned milliseconds) {
    playout_.set_slack(std::chrono::milliseconds{milliseconds});
  }
  void forget_sequence() { playout_.forget_sequence(); }
  void pause() { playout_.pause(); }
  void wait(unsigned milliseconds) { now_ += std::chrono::milliseconds{milliseconds}; }

 private:
  [[nodiscard]] bool is_adaptive() const {
    return playout_.options().mode == voice::JitterMode::adaptive;
  }
  [[nodiscard]] std::size_t held() const { return playout_.status().delay_samples; }
  [[nodiscard]] std::size_t sample_bytes() const {
    return voice::codec_info(playout_.codec()).sample_bytes;
  }
  [[nodiscard]] std::size_t most_samples() const {
    const auto frames =
        static_cast<std::size_t>(playout_.options().catch_up_max / voice::frame_duration);
    return (frames + voice::packet_frames_max) * playout_.format().samples_per_frame_max();
  }
  // Noise, a pause, or a sound with a pitch.
  std::uint8_t next_code(int kind) {
    if (kind >= 11) return static_cast<std::uint8_t>(phase_++ % 57 * 4);
    if (kind >= 6) return playout_.codec() == voice::CodecId::pcmu ? 0xFF : 0;
    noise_ = noise_ * 1664525U + 1013904223U;
    return static_cast<std::uint8_t>(noise_ >> 24U);
  }

  // Sound that was accepted under other limits may wait as long as those allowed, and for one beat,
  // so may the sound behind it.
  void limits_changed() {
    const Duration wait = playout_.options().catch_up_max + voice::late_tick_max;
    wait_max_ = std::max(wait_max_, wait);
    wait_min_ = wait - wait / 6;  // times of arrival are recorded in groups
  }

  void expired(std::size_t samples) {
    VOICE_ASSERT(samples == 0 || !books_.is_exact() || books_.age(now_) > wait_min_);
    books_.left(samples);
  }

  void stored(const PlayoutCounters& before, std::size_t samples) {
    const PlayoutCounters& after = playout_.counters();
    expired(after.expired_samples - before.expired_samples);
    const std::size_t dropped = after.dropped_samples - before.dropped_samples;
    const std::size_t all = held() + dropped;
    VOICE_ASSERT(all >= books_.held() + samples);
    const std::size_t silence = all - books_.held() - samples;
    const auto second = static_cast<std::size_t>(playout_.format().rate_hz());
    VOICE_ASSERT(silence == 0 ||
                 (playout_.sequencing() == voice::Sequencing::trusted && silence <= second));
    VOICE_ASSERT(dropped == 0 || all > most_samples());
    books_.came(silence, now_, true);
    books_.came(samples, now_);
    books_.left(dropped);
    check();
  }

  void taken(const PlayoutCounters& before, std::size_t length, bool is_heard) {
    const PlayoutCounters& after = playout_.counters();
    expired(after.expired_samples - before.expired_samples);
    VOICE_ASSERT(held() <= books_.held());
    const std::size_t consumed = books_.held() - held();
    if (consumed != 0) {
      VOICE_ASSERT(is_heard && books_.age(now_) <= wait_max_);
      const std::size_t put_in = after.stretched_samples - before.stretched_samples;
      const std::size_t taken_out = after.sped_up_samples - before.sped_up_samples;
      const bool is_whole = books_.held() >= length && !books_.has_silence();
      VOICE_ASSERT(!is_whole || consumed + put_in == length + taken_out);
      VOICE_ASSERT(books_.has_silence() || consumed + put_in <= length + taken_out);
    }
    books_.left(consumed);
    check();
  }

  void check() const {
    VOICE_ASSERT(books_.held() == held());
    VOICE_ASSERT(held() <= most_samples());
    VOICE_ASSERT(playout_.empty() == (held() == 0));
  }

  voice::Playout playout_;
  voice::FrameClock clock_{playout_.format()};
  Books books_;
  Duration wait_max_{0};
  Duration wait_min_{0};
  std::uint16_t sequence_ = 0;
  std::uint32_t timestamp_ = 0;
  std::uint32_t noise_ = 1;
  std::uint32_t phase_ = 0;
  voice::TimePoint now_{std::chrono::hours{1}};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Stream stream(input);
  while (!input.empty()) {
    switch (input.byte() % 16) {
      case 0:
        if (input.byte() % 4 == 0) stream.set_options(options_of(input));
        break;
      case 1:
        stream.wait(10 * input.byte());
        break;
      case 2:
        stream.set_sequencing(input.byte() % 2 == 0);
        break;
      case 3:
        stream.set_slack(input.byte() % 20);
        break;
      case 4:
        if (input.byte() % 8 == 0) stream.change(input);
        break;
      case 5:
        input.byte() % 2 == 0 ? stream.pause() : stream.forget_sequence();
        break;
      case 6:
        for (int left = input.byte(); left > 0; --left) stream.take();
        break;
      case 7:
      case 8:
      case 9:
      case 10:
        stream.insert(input);
        break;
      default:
        stream.take();
        break;
    }
  }
  return 0;
}
