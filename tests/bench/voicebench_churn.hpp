// --churn R: besides the crowd, clients that join R times a second, talk for a while and leave,
// alternately with a FIN and with a reset. Measures how long joining takes, from connect to the
// announcement.
#pragma once

#include "tests/bench/voicebench_options.hpp"
#include "tests/bench/voicebench_pace.hpp"
#include "tests/bench/voicebench_peer.hpp"
#include "tests/bench/voicebench_speech.hpp"

#include <deque>

namespace voicebench {

class Churn {
 public:
  Churn(const Options& options, std::shared_ptr<const Encryption> encryption,
        voice::AudioFormat format, TimePoint start);

  /// Call in each slot.
  void slot(std::size_t number);

  [[nodiscard]] std::size_t joins() const noexcept { return joins_; }
  [[nodiscard]] std::size_t leaves() const noexcept { return leaves_; }
  /// Connections that ended early, or never received an announcement.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }
  [[nodiscard]] const Histogram& join_times() const noexcept { return join_times_; }

 private:
  struct Guest {
    Peer peer;
    TimePoint since;
    bool announced = false;
  };

  void join(TimePoint time);
  void leave();
  void listen(const ClockPair& clock);

  Options options_;
  std::shared_ptr<const Encryption> encryption_;
  Duration interval_;
  TimePoint next_join_;
  Speech speech_;
  std::deque<Guest> guests_;  // oldest first
  std::size_t joins_ = 0;
  std::size_t leaves_ = 0;
  std::size_t failures_ = 0;
  Histogram join_times_;
};

}  // namespace voicebench
