#include "tests/soak/story.hpp"

#include <algorithm>
#include <stdexcept>

namespace soak {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds pump_period{5};
constexpr seconds join_patience{20};
constexpr seconds memory_period{5};
// When the others fall silent, their buffers still play, and the delay of the voice settles.
constexpr seconds silence_first{5};
constexpr seconds measurement{10};
constexpr seconds turn{1};
constexpr seconds pause{1};
constexpr seconds rest_of_minute = seconds{60} - silence_first - measurement;
// Until then, everything that was sent has arrived: over loopback, that takes milliseconds.
constexpr seconds quiet_end{2};

constexpr std::size_t exact_visitors = 20;  // the first of them is the voice
constexpr int ppm_max = 500;
constexpr unsigned talks_percent = 25;

VisitorSettings settings_of(std::size_t index, std::size_t visitors) {
  VisitorSettings settings;
  settings.name = "visitor " + std::to_string(index);
  settings.seed = sim::scramble(index + 1);
  settings.voice = index == 0 ? sim::VoiceSource::Kind::marked : sim::VoiceSource::Kind::noise;
  if (index < exact_visitors) return settings;
  // The whole range of real crystals; every third card delivers 80 ms at a time.
  const auto drifting = static_cast<int>(visitors - exact_visitors);
  const auto nth = static_cast<int>(index - exact_visitors);
  settings.card_ppm = drifting == 1 ? ppm_max : 2 * ppm_max * nth / (drifting - 1) - ppm_max;
  if (settings.card_ppm == 0) settings.card_ppm = 1;
  settings.card_block_frames = index % 3 == 0 ? 4 : 1;
  return settings;
}

}  // namespace

Story::Story(StorySettings settings, const ServerWatch& server)
    : settings_(std::move(settings)), server_(server) {
  for (std::size_t i = 0; i < settings_.visitors; ++i) {
    visitors_.push_back(std::make_unique<Visitor>(io_, settings_of(i, settings_.visitors)));
    visitors_.back()->listen_to(*visitors_.front());
  }
}

Figures Story::run(const Report& report) {
  join();
  start_ = next_memory_sample_ = Clock::now();
  everybody_is_silent();
  for (int minute = 0; minute <= settings_.minutes; ++minute) {
    everybody_but_the_voice_is_silent();
    live(silence_first);
    report(measure(minute));
    if (minute == settings_.minutes) break;
    for (seconds passed{0}; passed < rest_of_minute; passed += turn) {
      let_chance_talk();
      live(turn);
    }
  }
  end_medians_ = last_medians_;
  measure_after_pause(report);
  settle_accounts();
  return figures_;
}

void Story::measure_after_pause(const Report& report) {
  everybody_is_silent();
  everybody_but_the_voice_is_silent();
  live(silence_first);
  report(measure(settings_.minutes));
}

void Story::join() {
  for (const auto& visitor : visitors_) {
    visitor->connect(settings_.host, settings_.port, Clock::now());
    live(milliseconds{20});
  }
  const voice::TimePoint deadline = Clock::now() + join_patience;
  for (const auto& visitor : visitors_) {
    while (!visitor->welcomed()) {
      if (visitor->ended() || Clock::now() > deadline) {
        throw std::runtime_error(visitor->name() +
                                 " was not let in: " + visitor->ended().value_or("no answer"));
      }
      live(milliseconds{20});
    }
  }
}

void Story::live(voice::Duration duration) {
  const voice::TimePoint end = Clock::now() + duration;
  voice::TickSchedule pumps(Clock::now(), pump_period, 1);
  while (Clock::now() < end) {
    timer_.expires_at(pumps.next());
    timer_.async_wait([this](const boost::system::error_code&) { io_.stop(); });
    io_.restart();
    io_.run();
    const voice::TimePoint now = Clock::now();
    while (pumps.take(now)) {
    }
    pump_all(now);
    if (start_ != voice::TimePoint{} && now >= next_memory_sample_) sample_memory();
  }
}

void Story::pump_all(voice::TimePoint now) {
  for (const auto& visitor : visitors_) visitor->pump(now);
}

// As between two sentences: buffers run dry, and start again with the next sound.
void Story::everybody_is_silent() {
  for (const auto& visitor : visitors_) visitor->set_talking(false);
  live(pause);
}

void Story::everybody_but_the_voice_is_silent() {
  for (const auto& visitor : visitors_) visitor->set_talking(visitor == visitors_.front());
}

void Story::let_chance_talk() {
  for (std::size_t i = 1; i < visitors_.size(); ++i) {
    visitors_[i]->set_talking(is_talker(i) && random_.percent(talks_percent));
  }
}

MinuteReport Story::measure(int minute) {
  for (const auto& visitor : visitors_) visitor->begin_measurement();
  live(measurement);
  MinuteReport report;
  report.minute = minute;
  report.rss_kib = server_.rss_kib();
  report.descriptors = server_.descriptors();
  report.packets_min = UINT64_MAX;
  std::vector<double> exact;
  std::vector<double> drifting;
  last_medians_.clear();
  for (const auto& visitor : visitors_) {
    const auto playout = visitor->statistics().playout;
    // A talker does not hear itself.
    const bool is_voice = visitor == visitors_.front();
    const std::vector<double> delays = visitor->end_measurement();
    last_medians_.push_back(is_voice ? 0 : percentile(delays, 0.5));
    auto& all = visitor->is_exact() ? exact : drifting;
    all.insert(all.end(), delays.begin(), delays.end());
    report.packets_min = std::min(report.packets_min, playout.packets);
    report.packets_max = std::max(report.packets_max, playout.packets);
    report.gaps += playout.lost + playout.late + playout.duplicates;
    report.underflows += playout.underflows;
  }
  if (first_medians_.empty()) {
    first_medians_ = last_medians_;
    figures_.descriptors_start = report.descriptors;
  }
  figures_.descriptors_end = report.descriptors;
  report.delay_median_ms = percentile(exact, 0.5);
  report.delay_max_ms = percentile(exact, 1);
  report.drifting_max_ms = percentile(drifting, 1);
  return report;
}

void Story::sample_memory() {
  const std::chrono::duration<double> since = Clock::now() - start_;
  figures_.rss_kib.push_back({since.count(), server_.rss_kib()});
  next_memory_sample_ += memory_period;
}

// Nobody speaks any more, so what was sent and what was received can be compared to the last frame.
void Story::settle_accounts() {
  everybody_is_silent();
  live(quiet_end);
  const ServerStatistics server = server_.statistics();
  figures_.ticks = server.ticks;
  figures_.messages_sent = server.messages_out;
  figures_.packets_received = server.packets_in;
  for (std::size_t i = 0; i < visitors_.size(); ++i) {
    const Visitor& visitor = *visitors_[i];
    const auto statistics = visitor.statistics();
    figures_.messages_received += statistics.playout.packets;
    figures_.packets_sent += statistics.frames_sent;
    figures_.sequence_gaps +=
        statistics.playout.lost + statistics.playout.late + statistics.playout.duplicates;
    if (visitor.ended()) ++figures_.calls_ended;
    if (i != 0 && visitor.is_exact()) {
      figures_.delays.push_back({first_medians_[i], end_medians_[i], last_medians_[i]});
    }
  }
  for (const auto& visitor : visitors_) visitor->leave(Clock::now());
  live(quiet_end);
}

}  // namespace soak
