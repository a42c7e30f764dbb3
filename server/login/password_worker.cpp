#include "server/login/password_worker.hpp"

#include "common/core/assert.hpp"

#include <deque>
#include <mutex>
#include <system_error>
#include <utility>

namespace voiced {

struct PasswordWorker::Shared {
  std::mutex mutex;
  std::deque<Job> jobs;
  std::vector<Outcome> outcomes;

  static Outcome outcome_of(const Job& job, Compare compare) {
    namespace identity = voice::identity;
    if (job.verifier) return {job.peer, compare(*job.verifier, job.password), {}};
    const auto salt = identity::make_random<identity::Salt>();
    return {job.peer, identity::Comparison::failed, identity::make_verifier(job.password, salt)};
  }
  std::optional<Job> next() {
    const std::lock_guard lock(mutex);
    if (jobs.empty()) return std::nullopt;
    std::optional<Job> job(std::move(jobs.front()));
    jobs.pop_front();
    return job;
  }
};

PasswordWorker::PasswordWorker(Compare compare)
    : compare_(compare), shared_(std::make_shared<Shared>()) {
  VOICE_ASSERT(compare != nullptr);
}

bool PasswordWorker::ask(Job job) {
  constexpr std::chrono::seconds patience{1};
  constexpr std::chrono::hours until_woken{1};
  const auto body = [shared = shared_, compare = compare_,
                     until_woken](voice::Worker::Control& control) {
    while (!control.stop_requested()) {
      if (const auto next = shared->next()) {
        Outcome outcome = Shared::outcome_of(*next, compare);
        const std::lock_guard lock(shared->mutex);
        shared->outcomes.push_back(std::move(outcome));
      } else if (control.wait(until_woken)) {
        return;
      }
    }
  };
  try {
    if (!worker_) worker_.emplace(body, patience);
  } catch (const std::system_error&) {
    return false;
  }
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->jobs.size() == jobs_max) return false;
    shared_->jobs.push_back(std::move(job));
  }
  worker_->wake();
  return true;
}

std::vector<PasswordWorker::Outcome> PasswordWorker::take() {
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->outcomes, {});
}

}  // namespace voiced
