#include "tests/demo/call_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace voice::demo {

namespace {

// Events are about frames: the start of the one in which the first sound lies. µ-law's smallest
// step but zero is 8 of 32768, so anything above 4 is sound.
std::ptrdiff_t first_sounding_frame(const Sound& sound) {
  const auto frame = static_cast<std::ptrdiff_t>(sound.rate_hz / 50);
  const auto first = std::find_if(sound.samples.begin(), sound.samples.end(),
                                  [](float sample) { return std::abs(sample) > 4.0F / 32768; });
  return (first - sound.samples.begin()) / frame * frame;
}

// The recording runs at the pace of time, so one known moment in it dates every other.
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
      complaints.push_back(who + " hears himself at " + number(heard.level_db) + " dB");
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
  if (pair.delay_ms && *pair.delay_ms > limits.delay_ms_max) {
    complaints.push_back(subject + " " + number(*pair.delay_ms) + " ms late; at most " +
                         number(limits.delay_ms_max) + " ms is fine");
  }
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string cell(const Pair& pair) {
  if (pair.own) {
    return std::abs(pair.heard.gain) > own_gain_max ? "HIMSELF" : "- (not himself)";
  }
  if (!pair.heard.present) return "NOT HEARD";
  return number(pair.heard.level_db) + " dB" +
         (pair.delay_ms ? " " + number(*pair.delay_ms) + " ms" : "") +
         (pair.heard.gaps != 0 ? " GAPS " + std::to_string(pair.heard.gaps) : " 0");
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
  return report;
}

std::string table(const Report& report, const std::vector<Speech>& speeches,
                  const std::vector<Recording>& recordings) {
  constexpr std::size_t width = 17;
  std::string text = padded("heard by", 10);
  for (const Recording& recording : recordings) text += padded(recording.name, width);
  text += '\n';
  for (std::size_t i = 0; i < speeches.size(); ++i) {
    text += padded(speeches[i].name, 10);
    for (const std::vector<Pair>& pairs : report.pairs) text += padded(cell(pairs[i]), width);
    text += '\n';
  }
  return text;
}

}  // namespace voice::demo
