#include "common/playout/source_pace.hpp"

#include <algorithm>

namespace voice {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds grain{10};
constexpr std::size_t arrivals_max = 300;  // three seconds
// More than any lump in which programs pass a microphone on.
constexpr milliseconds lead_of_stored{500};
constexpr milliseconds live_after{500};

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

SourcePace::Kind SourcePace::kind(int rate_hz) const {
  if (lead_max(rate_hz) > lead_of_stored) return Kind::stored;
  if (arrivals_.empty()) return Kind::unknown;
  const Duration observed = arrivals_.back().at - arrivals_.front().at;
  std::size_t samples = 0;
  for (const Arrival& arrival : arrivals_) samples += arrival.samples;
  // A word now and then, each at once, is no live source.
  const bool is_steady = length(samples, rate_hz) >= observed / 2;
  return observed >= live_after && is_steady ? Kind::live : Kind::unknown;
}

}  // namespace voice
