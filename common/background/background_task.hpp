// One piece of work in another thread, for an owner that must not wait: reading a file from a file
// system that may hang, hashing a password. The owner polls for the result.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace voice {

template <class Result>
class BackgroundTask {
 public:
  /// Starts `work` in a thread of its own. `work` owns everything that it uses, by value, because
  /// destroying a task abandons a stuck thread, which then ends by itself. It must not throw.
  /// Throws std::system_error if the system has no thread left.
  explicit BackgroundTask(std::function<Result()> work) : shared_(std::make_shared<Shared>()) {
    std::thread([shared = shared_, work = std::move(work)] {
      Result result = work();
      const std::lock_guard lock(shared->mutex);
      shared->result = std::move(result);
    }).detach();
  }

  /// The result, once; empty while the work goes on. Never waits for it.
  [[nodiscard]] std::optional<Result> take() {
    const std::lock_guard lock(shared_->mutex);
    return std::exchange(shared_->result, std::nullopt);
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::optional<Result> result;
  };

  std::shared_ptr<Shared> shared_;
};

}  // namespace voice
