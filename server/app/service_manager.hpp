// Tells a service manager (systemd) that this program is ready, reloading or stopping, how it is
// doing, and that the mixer is alive. The protocol is one datagram to the socket that NOTIFY_SOCKET
// names (sd_notify(3)), so no library is needed (docs/adr/0013). Without that variable nothing
// happens.
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

  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and removes them, so that no child
  /// process speaks for this one.
  [[nodiscard]] static ServiceEnvironment take();
};

class ServiceManager {
 public:
  /// How the service is doing, as shown by `systemctl status`.
  struct Load {
    std::size_t participants = 0;
    std::size_t contributors = 0;
    double share = 0;  // of a tick spent working, 0…1 and beyond
  };

  explicit ServiceManager(const ServiceEnvironment& environment);

  void ready(const std::string& status);
  /// Call ready() or reload_refused() afterwards.
  void reloading();
  /// The protocol has no message for a reload that fails, so the status text reports it, beside the
  /// load, until the next ready().
  /// @param reason any bytes and length; shown as one line of at most 400 bytes.
  void reload_refused(const std::string& reason);
  void stopping();

  /// Call it at the end of every tick of the mixer: feeds the watchdog, so that a voiced whose
  /// mixer has stopped is restarted, and reports the load every 10 s. Never waits, and allocates
  /// nothing.
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
