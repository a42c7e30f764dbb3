// A connection to a PulseAudio server, and the thread on which libpulse does its work. Libpulse's
// own ways to wait have no limit, and a server may hang: here, every wait has one.
#pragma once

#include <pulse/pulseaudio.h>

#include <chrono>
#include <functional>
#include <memory>

namespace voice {

class PulseConnection {
 public:
  /// Null: no server answers in time.
  [[nodiscard]] static std::shared_ptr<PulseConnection> open();
  ~PulseConnection();
  PulseConnection(const PulseConnection&) = delete;
  PulseConnection& operator=(const PulseConnection&) = delete;

  /// While it exists, libpulse's thread does nothing, and its functions may be called.
  class Lock {
   public:
    explicit Lock(const PulseConnection& connection) : loop_(connection.loop_.get()) {
      pa_threaded_mainloop_lock(loop_);
    }
    ~Lock() { pa_threaded_mainloop_unlock(loop_); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    pa_threaded_mainloop* loop_;
  };

  [[nodiscard]] pa_context* context() const noexcept { return context_; }
  /// With the lock held.
  [[nodiscard]] bool is_ready() const noexcept {
    return pa_context_get_state(context_) == PA_CONTEXT_READY;
  }

  /// Waits until `is_done` (asked with the lock held), for a second at most. Call it without the
  /// lock.
  bool wait_until(const std::function<bool()>& is_done) const;

  /// Waits for the end of what `begin` (called with the lock held) has begun, and forgets it where
  /// that takes too long. False: it has not been done.
  bool run(const std::function<pa_operation*()>& begin) const;

 private:
  struct FreeLoop {
    void operator()(pa_threaded_mainloop* loop) const noexcept;
  };
  PulseConnection();

  std::unique_ptr<pa_threaded_mainloop, FreeLoop> loop_;
  pa_context* context_ = nullptr;
};

}  // namespace voice
