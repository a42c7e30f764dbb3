// Shared by the tests of faults: how long a fault lasts, what must work after it, and the report of
// what was measured.
#pragma once

#include "tests/integration/held_by.hpp"
#include "tests/integration/voicecli_program.hpp"
#include "tests/integration/witnesses.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace voice::test {

/// At full length, the faults take minutes (`./test.sh --faults`); by default they are short.
inline bool full_faults() {
  const char* const set = std::getenv("VOICE_TEST_FAULTS");
  return set != nullptr && std::string(set) == "full";
}

inline std::chrono::seconds fault_duration(int every_day_s, int full_s) {
  return std::chrono::seconds{full_faults() ? full_s : every_day_s};
}

/// Reports one line of measurements: on standard output, and in the file that VOICE_TEST_REPORT
/// names.
inline void report(const std::string& fault, const std::string& measured) {
  const std::string line = "fault: " + fault + ": " + measured + "\n";
  std::cout << line << std::flush;
  if (const char* const path = std::getenv("VOICE_TEST_REPORT")) {
    std::ofstream(path, std::ios::app) << line;
  }
}

/// Milliseconds of the clock that voicecli's JSON lines use.
inline double monotonic_ms() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// A sound file of silence: a client that speaks it sends a packet every 20 ms like any other, and
/// changes no bit of what the witnesses hear.
inline std::string file_of_silence(const ScratchDirectory& scratch, int seconds) {
  const std::vector<std::int16_t> zeros(static_cast<std::size_t>(seconds) * 8000);
  return scratch.write("silence.wav", wav_bytes({8000, zeros}));
}

/// Whether `recording` holds half a second of what the witnesses said at their frame `first` or
/// later, sample for sample: if so, the call of the recording client works again.
inline bool holds(const Wav& recording, const Witnesses& witnesses, std::size_t first) {
  constexpr std::size_t frames = 25;
  const auto& decode = g711_tables().decode;
  for (std::size_t at = first; at + frames <= witnesses.said().size(); at += 5) {
    std::vector<std::int16_t> wanted;
    for (std::size_t i = at; i < at + frames; ++i) {
      for (const std::uint8_t code : witnesses.said()[i]) wanted.push_back(decode[code]);
    }
    const auto& heard = recording.samples;
    if (std::search(heard.begin(), heard.end(), wanted.begin(), wanted.end()) != heard.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace voice::test
