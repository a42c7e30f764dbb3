#include "server/app/write_ledger.hpp"

#include "common/core/assert.hpp"

#include <utility>

namespace voiced {
namespace {

// More than the connections that can ask at a time. Beyond this, changes are not waited for.
constexpr std::size_t waiting_max = 256;
constexpr const char* too_slow = "it was not on disk within 2 s";

}  // namespace

void WriteLedger::changed(Done done, voice::TimePoint now) {
  ++last_;
  if (waiting_.size() >= waiting_max) return done("too many changes are waiting for the disk");
  waiting_.push_back({last_, now + write_answer_max, std::move(done)});
  check();
}

bool WriteLedger::wants_write(voice::TimePoint now) const noexcept {
  if (is_writing() || is_kept()) return false;
  return tried_ != last_ || now >= retry_at_;
}

void WriteLedger::began() noexcept {
  VOICE_ASSERT(!is_writing());
  writing_ = last_;
  check();
}

void WriteLedger::ended(const std::string& error, voice::TimePoint now) {
  VOICE_ASSERT(is_writing());
  tried_ = std::exchange(writing_, 0);
  if (error.empty()) kept_ = tried_;
  retry_at_ = now + write_retry_every;
  note(error);
  check();
  answer_up_to(tried_, error);
}

void WriteLedger::expire(voice::TimePoint now) {
  while (!waiting_.empty() && now >= waiting_.front().until) {
    note(too_slow);
    const Waiting late = std::move(waiting_.front());
    waiting_.pop_front();
    late.done(too_slow);
  }
}

// A saved version has been tried, and a tried version exists.
void WriteLedger::check() const noexcept {
  VOICE_ASSERT(kept_ <= tried_);
  VOICE_ASSERT(tried_ <= last_);
  VOICE_ASSERT(writing_ <= last_);
  VOICE_ASSERT(waiting_.size() <= waiting_max);
  VOICE_ASSERT(waiting_.empty() || waiting_.back().version <= last_);
}

std::optional<std::string> WriteLedger::take_news() {
  return std::exchange(news_, std::nullopt);
}

void WriteLedger::answer_up_to(std::uint64_t version, const std::string& why_not) {
  while (!waiting_.empty() && waiting_.front().version <= version) {
    const Waiting answered = std::move(waiting_.front());
    waiting_.pop_front();
    answered.done(why_not);
  }
}

void WriteLedger::note(const std::string& why_not) {
  if (failing_ == !why_not.empty()) return;
  failing_ = !why_not.empty();
  news_ = why_not;
}

}  // namespace voiced
