#include "server/net/ticker.hpp"

#include <algorithm>
#include <thread>

namespace voiced {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds quantum{5};
// How long handlers may run at a time if they always have more to do: a fifth of a tick.
constexpr std::chrono::milliseconds handlers_max{4};

}  // namespace

Ticker::Ticker(boost::asio::io_context& io)
    : io_(io), timer_(io), schedule_(Clock::now() + voice::frame_duration) {}

void Ticker::start(voice::TimePoint now) {
  schedule_ = voice::TickSchedule(now + voice::frame_duration);
}

void Ticker::run_ready() {
  const auto enough = Clock::now() + handlers_max;
  while (io_.poll_one() != 0 && Clock::now() < enough) {
  }
}

void Ticker::wait(Pace pace) {
  if (pace != Pace::prompt) {
    const auto soon = Clock::now() + quantum;
    std::this_thread::sleep_until(pace == Pace::gathered ? std::min(schedule_.next(), soon)
                                                         : schedule_.next());
    run_ready();
    return;
  }
  if (!timer_armed_) {
    timer_armed_ = true;
    timer_.expires_at(schedule_.next());
    timer_.async_wait([this](const boost::system::error_code&) { timer_armed_ = false; });
  }
  io_.run_one();
  run_ready();
}

bool Ticker::take(voice::TimePoint now) {
  if (!schedule_.take(now)) return false;
  lateness_.add(schedule_.lateness());
  if (schedule_.lateness() > voice::frame_duration / 2) ++late_ticks_;
  return true;
}

}  // namespace voiced
