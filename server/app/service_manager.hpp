// What a service manager (systemd) is told about this program: that it is ready, is reloading, is
// stopping, how it is doing, and that the mixer still ticks. The protocol is one datagram to the
// socket that NOTIFY_SOCKET names (sd_notify(3)), so no library is needed (docs/adr/0013).
// Without that variable nothing happens.
#pragma once

#include "common/core/time.hpp"
#include "server/app/notify_socket.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace voiced {

struct ServiceEnvironment {
  std::string notify_socket;                          // empty: nobody to tell
  std::optional<std::chrono::microseconds> watchdog;  // silence for this long gets us killed

  /// NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which are removed: no child is to speak for us.
  [[nodiscard]] static ServiceEnvironment take();
};

class ServiceManager {
 public:
  /// How the service does, for people who ask `systemctl status`.
  struct Load {
    std::size_t participants = 0;
    std::size_t contributors = 0;
    double share = 0;  // of a tick spent working, 0…1 and beyond
  };

  explicit ServiceManager(const ServiceEnvironment& environment);

  void ready(const std::string& status);
  /// To be followed by ready() or reload_refused().
  void reloading();
  /// The protocol knows no reload that fails: only the status text tells of it, beside the load and
  /// until the next ready().
  /// @param reason any bytes and length; shown as one line of at most 400 bytes.
  void reload_refused(const std::string& reason);
  void stopping();

  /// At the end of every tick of the mixer: feeds the watchdog, so that a mixer that stands still
  /// is restarted, and tells the load every 10 s. Never waits, and allocates nothing.
  void ticked(voice::TimePoint now, const Load& load) noexcept;

 private:
  void tell_ready(const std::string& status);
  void tell(std::string message);
  void tell_pending() noexcept;

  NotifySocket socket_;
  voice::Duration feed_interval_{};  // zero: no watchdog
  voice::TimePoint fed_{};
  voice::TimePoint next_status_{};
  bool stopping_ = false;
  std::string refusal_;               // of the last reload; empty: it was not refused
  std::vector<std::string> pending_;  // what the manager had no room for, oldest first
};

}  // namespace voiced
