// --handshakes N: besides the crowd, N connections that connect, do their handshake, receive the
// announcement and leave at once, each replaced by a new one. Measures how many of them a server
// can serve per second.
#pragma once

#include "tests/bench/voicebench_options.hpp"
#include "tests/bench/voicebench_pace.hpp"
#include "tests/bench/voicebench_peer.hpp"

#include <memory>
#include <vector>

namespace voicebench {

class Handshakes {
 public:
  Handshakes(const Options& options, std::shared_ptr<const Encryption> encryption);

  /// Call in each slot.
  void slot();
  /// Handshakes count from now on.
  void open_window();

  [[nodiscard]] std::size_t done() const noexcept { return done_; }
  /// Connections that ended before the announcement.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }
  /// From connect to the server's first message.
  [[nodiscard]] const Histogram& times() const noexcept { return times_; }

 private:
  struct Guest {
    Peer peer;
    TimePoint since;
  };

  [[nodiscard]] Guest arrive();

  Options options_;
  std::shared_ptr<const Encryption> encryption_;
  std::vector<std::unique_ptr<Guest>> guests_;
  std::size_t arrivals_ = 0;
  std::size_t done_ = 0;
  std::size_t failures_ = 0;
  Histogram times_;
};

}  // namespace voicebench
