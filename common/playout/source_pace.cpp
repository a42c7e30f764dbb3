#include "common/playout/source_pace.hpp"

#include <algorithm>
#include <utility>

namespace voice {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds grain{10};
constexpr std::size_t arrivals_max = 300;  // three seconds
// More than most programs pass on at once from a microphone.
constexpr milliseconds small_lump_max{500};
constexpr milliseconds live_after{500};
// Some programs have buffers of two seconds. Sentences of a speech synthesizer may be as long, but
// do not come at exactly the pace of speech.
constexpr milliseconds lead_of_stored{2500};
constexpr milliseconds lumps_live_after{5000};
constexpr int lumps_min = 4;
constexpr int pace_tolerance = 20;  // 5 %

Duration length(std::size_t samples, int rate_hz) {
  const std::chrono::duration<double> seconds{static_cast<double>(samples) / rate_hz};
  return std::chrono::duration_cast<Duration>(seconds);
}

}  // namespace

void SourcePace::arrived(TimePoint now, std::size_t samples) {
  const std::size_t waited = std::min(samples, waiting_samples_);
  waiting_samples_ -= waited;
  samples -= waited;
  if (samples == 0) return;
  if (!arrivals_.empty() && now - arrivals_.back().at < grain) {
    arrivals_.back().samples += samples;
    return;
  }
  if (arrivals_.size() == arrivals_max) arrivals_.pop_front();
  arrivals_.push_back({now, samples});
}

void SourcePace::interrupted(std::size_t waiting_samples) {
  arrivals_.clear();
  waiting_samples_ = waiting_samples;
}

Duration SourcePace::lead_max(int rate_hz) const {
  Duration lead{0};
  Duration most{0};
  for (std::size_t i = 0; i < arrivals_.size(); ++i) {
    if (i > 0) lead -= std::min(lead, arrivals_[i].at - arrivals_[i - 1].at);
    lead += length(arrivals_[i].samples, rate_hz);
    most = std::max(most, lead);
  }
  return most;
}

// The longest pauses, longest first; fewer if there are not so many.
SourcePace::Pauses SourcePace::longest_pauses() const {
  Pauses longest{};
  for (std::size_t i = 1; i < arrivals_.size(); ++i) {
    Duration pause = arrivals_[i].at - arrivals_[i - 1].at;
    for (Duration& other : longest) {
      if (pause > other) std::swap(pause, other);
    }
  }
  return longest;
}

Duration SourcePace::lump() const {
  if (arrivals_.size() < 2) return Duration{0};
  const std::size_t pauses = arrivals_.size() - 1;
  return longest_pauses()[std::min(pauses, pauses_kept) - 1];
}

SourcePace::Kind SourcePace::kind(int rate_hz) const {
  const Duration lead = lead_max(rate_hz);
  if (lead > lead_of_stored) return Kind::stored;
  if (arrivals_.empty()) return Kind::unknown;
  // What a live source delivers at once was spoken in the pause before. How long the pause before
  // the first arrival was, is not known.
  const Duration accounted =
      std::max(longest_pauses().front(), length(arrivals_.front().samples, rate_hz));
  if (lead > accounted + small_lump_max) return Kind::stored;
  const Duration observed = arrivals_.back().at - arrivals_.front().at;
  std::size_t samples = 0;
  for (const Arrival& arrival : arrivals_) samples += arrival.samples;
  if (lead > small_lump_max) {
    // The last burst was spoken before it arrived.
    const Duration spoken = length(samples - arrivals_.back().samples, rate_hz);
    const Duration off = spoken > observed ? spoken - observed : observed - spoken;
    const Duration wanted = std::max<Duration>(lumps_live_after, lumps_min * lead);
    return observed >= wanted && off <= observed / pace_tolerance ? Kind::live : Kind::unknown;
  }
  // A word now and then, each delivered at once, does not make a live source.
  const bool is_steady = length(samples, rate_hz) >= observed / 2;
  return observed >= live_after && is_steady ? Kind::live : Kind::unknown;
}

}  // namespace voice
