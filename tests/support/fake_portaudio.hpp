// A PortAudio without sound: linked into a test before the real one, it plays the cards a test
// describes, so that what no machine has at hand can be tried: cards that refuse a rate or mono,
// come late, fall silent.
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
  std::vector<int> rates_hz;  // that it opens at; the first is its own
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
  /// The one all Pa_* functions act on.
  static FakePortaudio& instance();

  /// Plugged in now; a session of PortAudio that is open already will not see them.
  void plug(std::vector<FakeCard> cards);
  /// Calls back each open stream with `frames` frames; capture hears `level` in every sample.
  void run(std::size_t frames, std::int16_t level);
  /// Open streams end, as PortAudio reports it.
  void end_streams();
  [[nodiscard]] std::vector<FakeStream> streams() const;
  /// Every channel of every sample played since the last call.
  [[nodiscard]] std::vector<std::int16_t> played();
  [[nodiscard]] int sessions() const;

  struct State;
  State& state;  // for the Pa_* functions

 private:
  FakePortaudio();
};

}  // namespace voice::test
