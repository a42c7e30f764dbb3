// Waits for the next tick while the io_context does its work. With a few peers, every event is
// handled as it comes; with more, events are gathered for 5 ms or until the tick, because a wake-up
// for every frame costs several times what the frame costs (docs/adr/0002).
#pragma once

#include "common/core/duration_histogram.hpp"
#include "common/playout/tick_schedule.hpp"
#include "server/host/pace.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace voiced {

class Ticker {
 public:
  explicit Ticker(boost::asio::io_context& io);

  /// The first tick is due one period after `now`; time before that is not lateness.
  void start(voice::TimePoint now);

  /// Runs handlers until something may have happened or a tick is due.
  void wait(Pace pace);

  /// Runs handlers that are ready, for a limited time: peers or an operator that send requests
  /// without a pause must not hold up the mixer.
  void run_ready();

  /// True when a tick is due; call in a loop.
  [[nodiscard]] bool take(voice::TimePoint now);

  [[nodiscard]] const voice::DurationHistogram& lateness() const noexcept { return lateness_; }
  /// Ticks that came more than half a period late.
  [[nodiscard]] std::uint64_t late_ticks() const noexcept { return late_ticks_; }
  [[nodiscard]] std::uint64_t skipped_ticks() const noexcept { return schedule_.skipped(); }

 private:
  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  bool timer_armed_ = false;
  voice::TickSchedule schedule_;
  voice::DurationHistogram lateness_;
  std::uint64_t late_ticks_ = 0;
};

}  // namespace voiced
