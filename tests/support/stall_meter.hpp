// Measures how long this machine delays a program that only wants to run every 5 ms: a test of
// timing must allow for that.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace voice::test {

class StallMeter {
 public:
  StallMeter() : thread_([this] { run(); }) {}
  ~StallMeter() {
    ended_ = true;
    thread_.join();
  }
  StallMeter(const StallMeter&) = delete;
  StallMeter& operator=(const StallMeter&) = delete;

  /// The longest delay beyond the 5 ms so far.
  [[nodiscard]] std::chrono::milliseconds worst() const noexcept {
    return std::chrono::milliseconds{worst_ms_.load()};
  }

 private:
  void run() {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds beat{5};
    while (!ended_) {
      const auto due = Clock::now() + beat;
      std::this_thread::sleep_until(due);
      const auto late = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - due);
      if (late.count() > worst_ms_) worst_ms_ = late.count();
    }
  }

  std::atomic<bool> ended_{false};
  std::atomic<long long> worst_ms_{0};
  std::thread thread_;  // last: it uses the others
};

}  // namespace voice::test
