#include "server/app/service_manager.hpp"

#include "common/core/number.hpp"
#include "common/wire/text_message.hpp"
#include "server/app/environment.hpp"

#include <spdlog/spdlog.h>

#include <cstdio>
#ifdef __linux__
#include <time.h>
#endif

namespace voiced {
namespace {

constexpr std::chrono::seconds status_interval{10};
// Ready, reloading and stopping, twice: if more are pending, the manager does not read.
constexpr std::size_t pending_max = 8;
constexpr std::size_t refusal_bytes_max = 400;

// The manager's own clock, by which it decides whether a message was sent before or after its
// signal.
std::int64_t monotonic_us() {
#ifdef __linux__
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
#else
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
#endif
}

}  // namespace

ServiceEnvironment ServiceEnvironment::take() {
  ServiceEnvironment environment;
  environment.notify_socket = take_variable("NOTIFY_SOCKET");
  const auto watchdog_us = voice::parse_number<std::int64_t>(take_variable("WATCHDOG_USEC"));
  const std::string pid = take_variable("WATCHDOG_PID");
  const bool for_us = pid.empty() || voice::parse_number<std::int64_t>(pid) == process_id();
  if (for_us && watchdog_us.value_or(0) > 0) {
    environment.watchdog = std::chrono::microseconds{*watchdog_us};
  }
  return environment;
}

ServiceManager::ServiceManager(const ServiceEnvironment& environment) {
  if (environment.notify_socket.empty()) return;
  if (!socket_.open(environment.notify_socket)) {
    spdlog::warn("cannot notify the service manager: NOTIFY_SOCKET is neither a path nor an @name");
    return;
  }
  if (environment.watchdog) feed_interval_ = *environment.watchdog / 2;
  pending_.reserve(pending_max);
}

void ServiceManager::ready(const std::string& status) {
  refusal_.clear();
  tell_ready(status);
}

// systemd leaves out a status that is not UTF-8, and a line break would begin another variable.
void ServiceManager::reload_refused(const std::string& reason) {
  refusal_ = "reload refused: " + voice::printable(reason, refusal_bytes_max);
  tell_ready(refusal_);
}

void ServiceManager::tell_ready(const std::string& status) {
  next_status_ = {};
  tell("READY=1\nSTATUS=" + status);
}

void ServiceManager::reloading() {
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us()) +
       "\nSTATUS=reading the configuration again");
}

void ServiceManager::stopping() {
  stopping_ = true;
  tell("STOPPING=1\nSTATUS=saying goodbye");
}

void ServiceManager::ticked(voice::TimePoint now, const Load& load) noexcept {
  if (!socket_.is_open()) return;
  tell_pending();
  // Rather a tick early than a tick late: no more than half the time passes between two.
  if (feed_interval_ != voice::Duration{} && now - fed_ > feed_interval_ - voice::frame_duration) {
    if (socket_.send("WATCHDOG=1") == NotifySocket::Sent::yes) fed_ = now;
  }
  // What ready() has reported is also shown for a while.
  const bool due = next_status_ != voice::TimePoint{} && now >= next_status_;
  if (due || next_status_ == voice::TimePoint{}) next_status_ = now + status_interval;
  if (!due || stopping_) return;
  char text[128 + refusal_bytes_max];
  const int size =
      std::snprintf(text, sizeof text, "STATUS=participants: %zu, speaking: %zu, load: %.0f %%%s%s",
                    load.participants, load.contributors, 100 * load.share,
                    refusal_.empty() ? "" : "; ", refusal_.c_str());
  (void)socket_.send({text, static_cast<std::size_t>(size)});
}

// In order: messages that could not be sent yet go first.
void ServiceManager::tell(std::string message) {
  tell_pending();
  if (pending_.empty() && socket_.send(message) != NotifySocket::Sent::later) return;
  if (pending_.size() < pending_max) pending_.push_back(std::move(message));
}

void ServiceManager::tell_pending() noexcept {
  while (!pending_.empty() && socket_.send(pending_.front()) != NotifySocket::Sent::later) {
    pending_.erase(pending_.begin());
  }
}

}  // namespace voiced
