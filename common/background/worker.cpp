#include "common/background/worker.hpp"

namespace voice {

bool Worker::Control::stop_requested() const {
  const std::lock_guard lock(mutex_);
  return stop_;
}

bool Worker::Control::wait(Duration duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, duration, [this] { return stop_ || woken_; });
  woken_ = false;
  return stop_;
}

void Worker::Control::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

Worker::Worker(std::function<void(Control&)> body, Duration patience)
    : control_(std::make_shared<Control>()), patience_(patience) {
  thread_ = std::thread([control = control_, body = std::move(body)]() mutable {
    body(*control);
    body = nullptr;  // what it owns ends here, in its own thread, before anybody is told
    const std::lock_guard lock(control->mutex_);
    control->done_ = true;
    control->changed_.notify_all();
  });
}

Worker::~Worker() {
  std::unique_lock lock(control_->mutex_);
  control_->stop_ = true;
  control_->changed_.notify_all();
  const bool done =
      control_->changed_.wait_for(lock, patience_, [this] { return control_->done_; });
  lock.unlock();
  if (done) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

}  // namespace voice
