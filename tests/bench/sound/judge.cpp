#include "tests/bench/sound/judge.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"

#include "tests/bench/sound/score.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>

namespace bench {
namespace {

using voice::Duration;

constexpr double snr_max_db = 35;
constexpr double snr_min_db = -10;
constexpr double back_tolerance_ms = 30;
constexpr double gap_of_a_stall_ms = 100;
constexpr std::chrono::seconds settled{10};

double ms(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

class Listener {
 public:
  /// @param said  as it was encoded
  /// @param clean the same before that
  Listener(const Trial& trial, std::span<const std::int16_t> said,
           std::span<const std::int16_t> clean)
      : trial_(trial),
        said_(said),
        frame_(trial.format.samples_per_frame()),
        playout_(trial.format, trial.options, trial.codec),
        score_(clean, trial.format.rate_hz()) {
    playout_.set_sequencing(voice::Sequencing::trusted);
    for (std::size_t i = 1; i < said.size(); ++i) {
      step_said_ = std::max(step_said_, std::abs(said[i] - said[i - 1]));
    }
  }

  void packet(std::size_t number, Duration now) {
    const auto pcm = said_.subspan(number * frame_ % said_.size(), frame_);
    std::vector<std::uint8_t> payload(2 * frame_);
    payload.resize(voice::make_encoder(trial_.codec)->encode(pcm, payload));
    voice::rtp::PacketView packet;
    packet.header.sequence = static_cast<std::uint16_t>(number);
    packet.header.timestamp = voice::rtp::Timestamp{static_cast<std::uint32_t>(number * frame_)};
    packet.payload = payload;
    playout_.insert(packet, start_ + now);
    // As long as packets come too late for the previous delay, the stall is not over.
    if (since_ != 0 && ms(now) - spoken_ms(arrived_) > delay_before_) since_ = ms(now);
    arrived_ += frame_;
  }

  void tick(const Take& take, bool is_speech_due) {
    const Duration now = take.at;
    const auto before = playout_.counters();
    const std::size_t held = playout_.status().delay_samples;
    std::vector<std::int16_t> scratch(frame_), heard(frame_);
    const voice::Frame frame = playout_.take(frame_, scratch, start_ + now);
    if (!frame.ulaw.empty()) voice::g711::decode(frame.ulaw, heard);
    std::copy(frame.pcm.begin(), frame.pcm.end(), heard.begin());
    const auto& after = playout_.counters();
    const std::size_t expired = after.expired_samples - before.expired_samples;
    const std::size_t consumed = held - playout_.status().delay_samples - expired;
    const std::size_t put_in = after.stretched_samples - before.stretched_samples;
    const std::size_t taken_out = after.sped_up_samples - before.sped_up_samples;
    const std::size_t head = arrived_ - held + expired;
    const double delay = ms(take.heard) - spoken_ms(head);
    if (consumed != 0) late(delay, now);
    if (has_begun_ && is_speech_due) {
      score_.lost(std::min(next_, head), head);
      const std::size_t made = consumed + put_in - taken_out;
      gap(made < frame_ ? samples_ms(frame_ - made) : 0, delay, ms(now));
      compare(heard, head, consumed != 0);
    }
    next_ = head + consumed;
    steps(heard);
  }

  [[nodiscard]] Verdict verdict() const {
    Verdict verdict = verdict_;
    const auto& counters = playout_.counters();
    verdict.lost =
        samples_ms(counters.dropped_samples + counters.expired_samples + counters.excess_samples);
    verdict.concealed = samples_ms(counters.concealed_samples);
    verdict.stretched = samples_ms(counters.stretched_samples);
    verdict.sped_up = samples_ms(counters.sped_up_samples);
    verdict.cuts = counters.overflows;
    verdict.delay_mean = delay_sum_ / static_cast<double>(std::max<std::size_t>(delays_, 1));
    verdict.snr_db = snr_sum_ / static_cast<double>(std::max<std::size_t>(snrs_, 1));
    verdict.delay_apart = std::max(settled_most_ - settled_least_, 0.0) / 2;
    verdict.score = score_.value();
    verdict.untouched =
        static_cast<double>(untouched_) / static_cast<double>(std::max<std::size_t>(frames_, 1));
    verdict.step_max = static_cast<double>(step_heard_) / std::max(step_said_, 1);
    return verdict;
  }

 private:
  [[nodiscard]] double samples_ms(std::size_t samples) const {
    return static_cast<double>(samples) * 1000 / trial_.format.rate_hz();
  }

  [[nodiscard]] double spoken_ms(std::size_t sample) const {
    return samples_ms(sample) / (1 + trial_.talker_ppm * 1e-6);
  }

  void late(double delay, Duration now) {
    verdict_.delay_least = has_begun_ ? std::min(verdict_.delay_least, delay) : delay;
    verdict_.delay_max = std::max(verdict_.delay_max, delay);
    if (now >= settled) {
      settled_least_ = std::min(settled_least_, delay);
      settled_most_ = std::max(settled_most_, delay);
    }
    has_begun_ = true;
    delay_sum_ += delay;
    ++delays_;
  }

  void gap(double length, double delay, double now) {
    verdict_.gaps += length;
    gap_ = length > 0 ? gap_ + length : 0;
    if (gap_ >= gap_of_a_stall_ms) since_ = now;
    if (since_ == 0) {
      if (gap_ == 0) delay_before_ = delay;
      return;
    }
    if (gap_ > 0 || delay > delay_before_ + back_tolerance_ms) return;
    verdict_.back = std::max(verdict_.back, now - since_);
    since_ = 0;
  }

  void compare(std::span<const std::int16_t> heard, std::size_t head, bool is_speech) {
    const std::size_t range = static_cast<std::size_t>(trial_.format.rate_hz()) / 60;
    const std::size_t at = head % said_.size();
    ++frames_;
    if (at < range || at + range + frame_ > said_.size()) return score_.skip();
    const auto here = said_.subspan(at, frame_);
    const bool is_same = std::equal(here.begin(), here.end(), heard.begin());
    if (is_same && is_speech) ++untouched_;
    const bool is_speech_said = mean_square(here) >= speech_power_min;
    Alignment best{at, snr_max_db};
    if (!is_same && (is_speech_said || mean_square(heard) >= speech_power_min)) {
      best = best_alignment(heard, at - range, at + range);
    }
    score_.heard(heard, best.position);
    if (!is_speech || !is_speech_said) return;
    snr_sum_ += best.snr_db;
    ++snrs_;
  }

  struct Alignment {
    std::size_t position;
    double snr_db;
  };
  [[nodiscard]] Alignment best_alignment(std::span<const std::int16_t> heard, std::size_t from,
                                         std::size_t until) const {
    Alignment best{(from + until) / 2, snr_min_db};
    for (; from <= until; ++from) {
      const auto part = said_.subspan(from, frame_);
      const double right = mean_square(part);
      const double snr_db = 10 * std::log10((right + 1) / (mean_square(part, heard) + 1e-3));
      if (snr_db > best.snr_db) best = {from, std::min(snr_db, snr_max_db)};
    }
    return best;
  }

  void steps(std::span<const std::int16_t> heard) {
    for (const std::int16_t sample : heard) {
      step_heard_ = std::max(step_heard_, std::abs(sample - last_));
      last_ = sample;
    }
  }

  Trial trial_;
  std::span<const std::int16_t> said_;
  std::size_t frame_;
  voice::Playout playout_;
  voice::TimePoint start_{std::chrono::hours{1}};
  Verdict verdict_;
  Score score_;
  std::size_t arrived_ = 0;
  std::size_t next_ = 0;  // the sample that should be played next
  bool has_begun_ = false;
  double delay_sum_ = 0;
  std::size_t delays_ = 0;
  double settled_least_ = std::numeric_limits<double>::max();
  double settled_most_ = 0;
  double gap_ = 0;
  double since_ = 0;
  double delay_before_ = 0;
  double snr_sum_ = 0;
  std::size_t snrs_ = 0;
  std::size_t frames_ = 0;
  std::size_t untouched_ = 0;
  int step_said_ = 0;
  int step_heard_ = 0;
  int last_ = 0;
};

// Up to when as many frames have been said.
Takes even_takes(std::size_t frames, double ppm) {
  const auto step =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>{0.02 / (1 + ppm * 1e-6)});
  const Duration end = static_cast<int>(frames + 1) * voice::frame_duration * 102 / 100;
  Takes takes;
  for (Duration now{0}; now < end; now += step) takes.push_back({now, now});
  return takes;
}

}  // namespace

Verdict judge(const Trial& trial, std::span<const std::int16_t> said, const Arrivals& arrivals) {
  // At best, what was encoded is heard.
  std::vector<std::int16_t> spoken(said.begin(), said.end());
  if (trial.codec == voice::CodecId::pcmu) {
    std::vector<std::uint8_t> codes(said.size());
    voice::g711::encode(said, codes);
    voice::g711::decode(codes, spoken);
  }
  Listener listener(trial, spoken, said);
  const auto takes =
      trial.takes.empty() ? even_takes(arrivals.size(), trial.listener_ppm) : trial.takes;
  const auto end = std::chrono::duration_cast<Duration>(
      static_cast<int>(arrivals.size()) * voice::frame_duration / (1 + trial.talker_ppm * 1e-6));
  std::size_t next = 0;
  for (const Take& take : takes) {
    if (take.at >= end) break;
    while (next < arrivals.size() && arrivals[next] <= take.at) listener.packet(next++, take.at);
    listener.tick(take, take.at < end - std::chrono::seconds{1});
  }
  return listener.verdict();
}

}  // namespace bench
