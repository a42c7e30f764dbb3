// A private PulseAudio server for one test (see pulse_audio.sh): this process uses it as its sound
// system. The test can kill, stall and restart it, and play and record with PulseAudio's tools.
#pragma once

#include "common/audio/audio_format.hpp"

#include "tests/support/scratch_directory.hpp"

#include <cstdint>
#include <future>
#include <string>
#include <vector>

namespace voice::test {

class PulseAudio {
 public:
  /// Why this machine cannot run one; empty if it can.
  [[nodiscard]] static std::string missing();

  /// Starts the server, and sets this process's environment to it. Throws if it does not start.
  explicit PulseAudio(AudioFormat format);
  ~PulseAudio();
  PulseAudio(const PulseAudio&) = delete;
  PulseAudio& operator=(const PulseAudio&) = delete;

  void start();                            // once more, after kill()
  void kill();                             // as in a crash
  void plug(const std::string& sink);      // one more sink
  void unplug(const std::string& sink);    // it is removed
  void prefer(const std::string& source);  // the default microphone from now on
  void stall();                            // makes it hang …
  void resume();                           // … and lets it continue

  /// Begins to play `pcm` into the default microphone.
  [[nodiscard]] std::future<void> speak(std::vector<std::int16_t> pcm);
  /// Begins to record what the default loudspeaker plays.
  [[nodiscard]] std::future<std::vector<std::int16_t>> listen(std::size_t samples);

 private:
  void run(const std::string& verb, const std::string& arguments = "");

  ScratchDirectory folder_;
  AudioFormat format_;
};

}  // namespace voice::test
