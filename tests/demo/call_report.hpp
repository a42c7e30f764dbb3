// The verdict on a whole call: takes what everybody said and all recordings, and returns a table
// and a list of complaints. No complaint means that everyone heard everyone but themselves.
#pragma once

#include "tests/demo/call_analysis.hpp"

#include <optional>
#include <string>
#include <vector>

namespace voice::demo {

/// A participant that recorded what it heard.
struct Recording {
  std::string name;
  Sound sound;
  std::optional<double> first_heard_ms;  // steady clock: when the first sound in it was played
};

/// When the first sound of each speech was sent, by the same clock; in the speeches' order.
using SentTimes = std::vector<std::optional<double>>;

struct Limits {
  double delay_ms_max = 60;  // for the median of all pairs; twice that for any single one
  int gap_ms_max = 0;        // per speech and recording
};

struct Pair {
  Heard heard;
  std::optional<double> delay_ms;
  bool own = false;  // speaker and owner of the recording are the same
};

struct Report {
  std::vector<std::vector<Pair>> pairs;  // [recording][speech]
  std::optional<double> delay_ms;        // median of all pairs whose delay is known
  std::vector<std::string> complaints;   // one line each
};

[[nodiscard]] Report judge_call(const std::vector<Speech>& speeches, const SentTimes& sent,
                                const std::vector<Recording>& recordings, const Limits& limits);

/// A heading, then one line per speech and recording.
[[nodiscard]] std::string table(const Report& report, const std::vector<Speech>& speeches,
                                const std::vector<Recording>& recordings);

}  // namespace voice::demo
