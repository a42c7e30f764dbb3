#include "common/device/pulse/pulse_connection.hpp"

#include <thread>

namespace voice {
namespace {

constexpr std::chrono::seconds patience{1};
constexpr std::chrono::milliseconds look_interval{5};

}  // namespace

void PulseConnection::FreeLoop::operator()(pa_threaded_mainloop* loop) const noexcept {
  pa_threaded_mainloop_stop(loop);
  pa_threaded_mainloop_free(loop);
}

PulseConnection::PulseConnection() : loop_(pa_threaded_mainloop_new()) {
  if (!loop_) return;
  pa_proplist* const about = pa_proplist_new();
  pa_proplist_sets(about, PA_PROP_APPLICATION_NAME, "voice conference");
  pa_proplist_sets(about, PA_PROP_MEDIA_ROLE, "phone");
  context_ =
      pa_context_new_with_proplist(pa_threaded_mainloop_get_api(loop_.get()), nullptr, about);
  pa_proplist_free(about);
}

PulseConnection::~PulseConnection() {
  if (context_ == nullptr) return;
  const Lock lock(*this);
  pa_context_disconnect(context_);
  pa_context_unref(context_);
}

std::shared_ptr<PulseConnection> PulseConnection::open() {
  std::shared_ptr<PulseConnection> opened(new PulseConnection);
  if (opened->context_ == nullptr) return nullptr;
  // Does not start a server if none is running.
  if (pa_context_connect(opened->context_, nullptr, PA_CONTEXT_NOAUTOSPAWN, nullptr) < 0) {
    return nullptr;
  }
  if (pa_threaded_mainloop_start(opened->loop_.get()) < 0) return nullptr;
  bool is_ready = false;
  opened->wait_until([&] {
    is_ready = opened->is_ready();
    return is_ready || !PA_CONTEXT_IS_GOOD(pa_context_get_state(opened->context_));
  });
  return is_ready ? opened : nullptr;
}

bool PulseConnection::wait_until(const std::function<bool()>& is_done) const {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    {
      const Lock lock(*this);
      if (is_done()) return true;
    }
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(look_interval);
  }
}

bool PulseConnection::run(const std::function<pa_operation*()>& begin) const {
  pa_operation* operation = nullptr;
  {
    const Lock lock(*this);
    if (is_ready()) operation = begin();
  }
  if (operation == nullptr) return false;
  wait_until([operation] { return pa_operation_get_state(operation) != PA_OPERATION_RUNNING; });
  const Lock lock(*this);
  const bool is_done = pa_operation_get_state(operation) == PA_OPERATION_DONE;
  // What it would write to is about to be destroyed.
  if (!is_done) pa_operation_cancel(operation);
  pa_operation_unref(operation);
  return is_done;
}

}  // namespace voice
