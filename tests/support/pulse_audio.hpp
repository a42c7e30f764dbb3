// A private PulseAudio server for one test (see pulse_audio.sh): made to be this process's sound
// system, killed, stalled, brought back, played into and listened to with PulseAudio's own tools.
#pragma once

#include "common/audio/audio_format.hpp"

#include "tests/support/temporary_folder.hpp"

#include <cstdint>
#include <future>
#include <string>
#include <vector>

namespace voice::test {

class PulseAudio {
 public:
  /// Why this machine cannot run one; empty when it can.
  [[nodiscard]] static std::string missing();

  /// Starts the server and points this process's environment at it. Throws when it does not start.
  explicit PulseAudio(AudioFormat format);
  ~PulseAudio();
  PulseAudio(const PulseAudio&) = delete;
  PulseAudio& operator=(const PulseAudio&) = delete;

  void start();   // again, after kill()
  void kill();    // as a crash would
  void stall();   // it hangs …
  void resume();  // … and goes on

  /// Begins to play `pcm` into the default microphone.
  [[nodiscard]] std::future<void> speak(std::vector<std::int16_t> pcm);
  /// Begins to record what the default loudspeaker plays.
  [[nodiscard]] std::future<std::vector<std::int16_t>> listen(std::size_t samples);

 private:
  void run(const std::string& verb, const std::string& arguments = "");

  TemporaryFolder folder_;
  AudioFormat format_;
};

}  // namespace voice::test
