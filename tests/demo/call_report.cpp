#include "tests/demo/call_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace voice::demo {

namespace {

// Events are about frames: the start of the frame that contains the first sound. µ-law's smallest
// step above zero is 8 of 32768, so anything above 4 is sound.
std::ptrdiff_t first_sounding_frame(const Sound& sound) {
  const auto frame = static_cast<std::ptrdiff_t>(sound.rate_hz / 50);
  const auto first = std::find_if(sound.samples.begin(), sound.samples.end(),
                                  [](float sample) { return std::abs(sample) > 4.0F / 32768; });
  return (first - sound.samples.begin()) / frame * frame;
}

// The recording runs in real time, so one known moment in it dates every other.
std::optional<double> delay_ms(const Speech& speech, std::optional<double> sent_ms,
                               const Recording& recording, const Heard& heard) {
  if (!heard.present || !sent_ms || !recording.first_heard_ms) return std::nullopt;
  const std::ptrdiff_t samples =
      heard.lag + first_sounding_frame(speech.sound) - first_sounding_frame(recording.sound);
  return *recording.first_heard_ms - *sent_ms +
         1000.0 * static_cast<double>(samples) / recording.sound.rate_hz;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f", value);
  return text;
}

void complain(const Pair& pair, const std::string& who, const std::string& by, const Limits& limits,
              std::vector<std::string>& complaints) {
  const Heard& heard = pair.heard;
  if (pair.own) {
    if (std::abs(heard.gain) > own_gain_max) {
      complaints.push_back(who + " hears itself at " + number(heard.level_db) + " dB");
    }
    return;
  }
  const std::string subject = by + " hears " + who;
  if (!heard.present) {
    complaints.push_back(by + " does not hear " + who);
    return;
  }
  if (heard.gap_ms > limits.gap_ms_max) {
    complaints.push_back(subject + " with " + std::to_string(heard.gap_ms) + " ms missing in " +
                         std::to_string(heard.gaps) + " gaps; at most " +
                         std::to_string(limits.gap_ms_max) + " ms may be");
  }
  // A buffer that has underrun once is late by a frame or two; more than that is a fault.
  if (pair.delay_ms && *pair.delay_ms > 2 * limits.delay_ms_max) {
    complaints.push_back(subject + " " + number(*pair.delay_ms) + " ms late; at most " +
                         number(2 * limits.delay_ms_max) + " ms may be");
  }
}

std::optional<double> median_delay_ms(const Report& report) {
  std::vector<double> delays;
  for (const auto& pairs : report.pairs) {
    for (const Pair& pair : pairs) {
      if (pair.delay_ms) delays.push_back(*pair.delay_ms);
    }
  }
  if (delays.empty()) return std::nullopt;
  const auto middle = delays.begin() + static_cast<std::ptrdiff_t>(delays.size() / 2);
  std::nth_element(delays.begin(), middle, delays.end());
  return *middle;
}

std::string line(const std::string& who, const std::string& by, const Pair& pair) {
  const Heard& heard = pair.heard;
  char text[160];
  if (!heard.present) {
    const bool leaks = pair.own && std::abs(heard.gain) > own_gain_max;
    const std::string verdict = leaks      ? "FAINTLY, AND IS HIMSELF"
                                : pair.own ? "no, being itself"
                                           : "NOT HEARD";
    std::snprintf(text, sizeof text, "%-9s %-9s %s\n", who.c_str(), by.c_str(), verdict.c_str());
    return text;
  }
  const std::string delay = pair.delay_ms ? number(*pair.delay_ms) + " ms" : "unknown";
  const std::string gaps = heard.gaps == 0 ? "none"
                                           : std::to_string(heard.gaps) + ", " +
                                                 std::to_string(heard.gap_ms) + " ms in all";
  std::snprintf(text, sizeof text, "%-9s %-9s %4.0f dB %9s   %s%s\n", who.c_str(), by.c_str(),
                heard.level_db, delay.c_str(), gaps.c_str(), pair.own ? "  HEARS HIMSELF" : "");
  return text;
}

}  // namespace

Report judge_call(const std::vector<Speech>& speeches, const SentTimes& sent,
                  const std::vector<Recording>& recordings, const Limits& limits) {
  Report report;
  for (const Recording& recording : recordings) {
    const std::vector<Heard> heard = analyse(speeches, recording.sound);
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < speeches.size(); ++i) {
      const Pair pair{heard[i], delay_ms(speeches[i], sent[i], recording, heard[i]),
                      speeches[i].name == recording.name};
      complain(pair, speeches[i].name, recording.name, limits, report.complaints);
      pairs.push_back(pair);
    }
    report.pairs.push_back(std::move(pairs));
  }
  report.delay_ms = median_delay_ms(report);
  if (report.delay_ms && *report.delay_ms > limits.delay_ms_max) {
    report.complaints.push_back("the call adds " + number(*report.delay_ms) + " ms; at most " +
                                number(limits.delay_ms_max) + " ms is fine");
  }
  return report;
}

std::string table(const Report& report, const std::vector<Speech>& speeches,
                  const std::vector<Recording>& recordings) {
  std::string text = "speaker   heard by    level     delay   gaps\n";
  for (std::size_t i = 0; i < speeches.size(); ++i) {
    for (std::size_t j = 0; j < recordings.size(); ++j) {
      text += line(speeches[i].name, recordings[j].name, report.pairs[j][i]);
    }
  }
  return text;
}

}  // namespace voice::demo
