// --latency: the first client sends nothing, then one loud frame, and then silence until everybody
// has heard it. A trial measures from just before the loud frame is sent to its arrival at each
// receiver. Trials start at moments spread evenly over the 20 ms between two ticks of the server.
#pragma once

#include "tests/bench/voicebench_crowd.hpp"

namespace voicebench {

class LatencyProbe {
 public:
  LatencyProbe(Crowd& crowd, std::size_t trials);

  /// Call in each slot, after the crowd's.
  void slot();

  [[nodiscard]] bool done() const noexcept { return trial_ > trials_; }
  /// One value per trial and receiver.
  [[nodiscard]] const Histogram& each() const noexcept { return each_; }
  /// One value per trial: the receiver that heard it first.
  [[nodiscard]] const Histogram& first() const noexcept { return first_; }
  /// Receivers that did not hear a loud frame within two seconds, over all trials.
  [[nodiscard]] std::size_t missed() const noexcept { return missed_; }

 private:
  void start();
  void collect();
  void end();

  Crowd& crowd_;
  std::size_t trials_;
  Speech speech_;
  std::size_t trial_ = 0;  // from 1 on
  bool running_ = false;
  TimePoint next_{};  // of a trial or, during one, of its next frame
  TimePoint sent_{};
  Duration first_heard_{0};
  std::vector<std::size_t> heard_;  // by receiver: the last trial heard
  std::size_t missing_ = 0;
  std::size_t missed_ = 0;
  Histogram each_;
  Histogram first_;
};

}  // namespace voicebench
