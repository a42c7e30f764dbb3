// A call in real time for the device trials: moves sound between two devices every 20 ms, as the
// programs do.
#pragma once

#include "common/audio/tone.hpp"
#include "common/device/open/open_devices.hpp"

#include <chrono>
#include <functional>
#include <thread>
#include <vector>

namespace voice::test {

class LiveCall {
 public:
  /// Plays a tone of `tone_hz` into the loudspeaker.
  LiveCall(Devices devices, AudioFormat format, double tone_hz)
      : devices_(std::move(devices)), tone_(format, tone_hz, 8192), piece_(48000) {}

  /// Runs the call until `done` returns true, for at most `limit`. Returns whether it did.
  bool run_until(const std::function<bool()>& done,
                 std::chrono::seconds limit = std::chrono::seconds{120}) {
    const auto end = std::chrono::steady_clock::now() + limit;
    auto next = std::chrono::steady_clock::now();
    while (!done()) {
      next += frame_duration;
      std::this_thread::sleep_until(next);
      const auto now = std::chrono::steady_clock::now();
      if (now > end) return false;
      tick(now);
    }
    return true;
  }
  void run_for(std::chrono::milliseconds duration) {
    const auto end = std::chrono::steady_clock::now() + duration;
    run_until([end] { return std::chrono::steady_clock::now() >= end; });
  }

  [[nodiscard]] bool both_are(DeviceState state) const {
    return devices_.capture->status().state == state && devices_.playback->status().state == state;
  }
  [[nodiscard]] const Devices& devices() const { return devices_; }
  std::vector<std::int16_t> heard;  // by the microphone
  std::size_t wanted_samples = 0;   // by the loudspeaker

 private:
  void tick(TimePoint now) {
    const std::size_t count = devices_.capture->read(piece_, now);
    heard.insert(heard.end(), piece_.begin(), piece_.begin() + static_cast<std::ptrdiff_t>(count));
    const std::size_t wanted = std::min(devices_.playback->wanted(now), piece_.size());
    wanted_samples += wanted;
    tone_.generate(std::span(piece_).first(wanted));
    devices_.playback->write(std::span(piece_).first(wanted), now);
  }

  Devices devices_;
  Tone tone_;
  std::vector<std::int16_t> piece_;
};

}  // namespace voice::test
