#include "tests/bench/sound/week.hpp"

#include "common/audio/g711.hpp"
#include "common/playout/playout.hpp"

#include "tests/bench/sound/speech.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t frame = 160;
constexpr std::int64_t ns_per_packet = 20'000'000;
constexpr std::int64_t way_ns = 3'000'000;
constexpr double settled_s = 10;

// Larger than any that was said: the end of the speech and its beginning do not fit together.
int step_max(const std::vector<std::uint8_t>& codes) {
  std::vector<std::int16_t> pcm(codes.size());
  voice::g711::decode(codes, pcm);
  int most = std::abs(pcm.front() - pcm.back());
  for (std::size_t i = 1; i < pcm.size(); ++i) most = std::max(most, std::abs(pcm[i] - pcm[i - 1]));
  return most;
}

}  // namespace

DaysVerdict judge_days(double listener_ppm, double hours, const voice::PlayoutOptions& options) {
  const auto said = speech(8000, 64);
  std::vector<std::uint8_t> codes(said.size());
  voice::g711::encode(said, codes);
  const int step_allowed = step_max(codes) * 11 / 10;
  voice::Playout playout(voice::AudioFormat::from_rate(8000).value(), options);
  playout.set_sequencing(voice::Sequencing::trusted);
  const auto time = [](std::int64_t ns) {
    return voice::TimePoint{std::chrono::hours{1} + std::chrono::nanoseconds{ns}};
  };
  DaysVerdict verdict;
  const auto ticks = static_cast<std::uint64_t>(hours * 3600 * 50);
  const double tick_ns = ns_per_packet / (1 + listener_ppm * 1e-6);
  std::uint64_t packets = 0, faults_before = 0;
  std::array<std::int16_t, frame> scratch, pcm;
  int last = 0;
  for (; verdict.ticks < ticks; ++verdict.ticks) {
    const auto now = static_cast<std::int64_t>(static_cast<double>(verdict.ticks) * tick_ns);
    for (; static_cast<std::int64_t>(packets) * ns_per_packet + way_ns <= now; ++packets) {
      voice::rtp::PacketView packet;
      packet.header.sequence = static_cast<std::uint16_t>(packets);
      packet.header.timestamp = voice::rtp::Timestamp{static_cast<std::uint32_t>(packets * frame)};
      packet.payload = voice::Bytes{codes}.subspan(packets * frame % codes.size(), frame);
      playout.insert(packet, time(now));
    }
    // The packet that brought the oldest sample held.
    const std::uint64_t oldest = (packets * frame - playout.status().delay_samples) / frame;
    const voice::Frame heard = playout.take(frame, scratch, time(now));
    const auto& counters = playout.counters();
    const std::uint64_t faults = counters.dropped_samples + counters.expired_samples +
                                 counters.excess_samples + counters.underflows + counters.lost +
                                 counters.late;
    const bool is_settled = static_cast<double>(now) > settled_s * 1e9;
    if (is_settled && (heard.empty() || faults != faults_before)) ++verdict.discontinuities;
    faults_before = faults;
    if (heard.empty()) continue;
    if (!heard.ulaw.empty()) voice::g711::decode(heard.ulaw, pcm);
    std::copy(heard.pcm.begin(), heard.pcm.end(), pcm.begin());
    int most = 0;
    for (const int sample : pcm) {
      most = std::max(most, std::abs(sample - last));
      last = sample;
    }
    if (is_settled && most > step_allowed) ++verdict.discontinuities;
    const std::int64_t arrived = static_cast<std::int64_t>(oldest) * ns_per_packet + way_ns;
    verdict.age_max_ms = std::max(verdict.age_max_ms, static_cast<double>(now - arrived) / 1e6);
  }
  return verdict;
}

}  // namespace bench
