// A thread that can be told to stop, and never holds up its owner for long. Everything that it uses
// must be (co-)owned by its function, because a thread that is stuck in the operating system is
// abandoned, and ends by itself.
#pragma once

#include "common/core/time.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace voice {

class Worker {
 public:
  /// What the thread sees of its owner.
  class Control {
   public:
    [[nodiscard]] bool stop_requested() const;
    /// Sleeps until `duration` is over, wake() is called or the worker is to stop; true: stop.
    bool wait(Duration duration);
    /// Any thread: ends the current wait(), or the next one at once.
    void wake();

   private:
    friend class Worker;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool stop_ = false;
    bool woken_ = false;
    bool done_ = false;
  };

  /// @param patience how long the destructor waits for `body` to return once it has been told to
  /// stop.
  Worker(std::function<void(Control&)> body, Duration patience);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void wake() { control_->wake(); }

 private:
  std::shared_ptr<Control> control_;
  Duration patience_;
  std::thread thread_;
};

}  // namespace voice
