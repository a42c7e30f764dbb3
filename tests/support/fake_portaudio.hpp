// A PortAudio without sound, linked into a test before the real one. It offers the cards that a
// test describes, including rare ones: cards that reject a rate or mono, are plugged in late, or
// fall silent.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace voice::test {

struct FakeCard {
  std::string name;
  int channels_min = 1;
  int channels_max = 2;
  std::vector<int> rates_hz;  // that it can be opened at; the first is its default
};

struct FakeStream {
  int device = 0;
  int channels = 0;
  int rate_hz = 0;
  bool capture = false;
  bool active = true;
  void* user = nullptr;
};

class FakePortaudio {
 public:
  /// The one that all Pa_* functions use.
  static FakePortaudio& instance();

  /// Makes these the plugged-in cards; a session of PortAudio that is already open does not notice.
  void plug(std::vector<FakeCard> cards);
  /// Calls each open stream's callback with `frames` frames; every captured sample is `level`.
  void run(std::size_t frames, std::int16_t level);
  /// Ends all open streams, as PortAudio reports it.
  void end_streams();
  [[nodiscard]] std::vector<FakeStream> streams() const;
  /// All samples of all channels played since the last call.
  [[nodiscard]] std::vector<std::int16_t> played();
  [[nodiscard]] int sessions() const;

  struct State;
  State& state;  // for the Pa_* functions

 private:
  FakePortaudio();
};

}  // namespace voice::test
