#include "client/call/redial.hpp"

#include "common/core/assert.hpp"

namespace voicecli {

void Redial::joined(voice::TimePoint now) noexcept {
  if (!joined_) joined_at_ = now;
  joined_ = was_ever_joined_ = true;
  patience_.joined();
  last_failure_.clear();
}

Outcome Redial::outcome_of(CallFailure failure) noexcept {
  return patience_.ends_with(failure) ? Outcome::no_voice_server : outcome_of_loss();
}

Redial::Verdict Redial::lost(const std::string& reason, Outcome outcome, voice::TimePoint now,
                             voice::Duration delay_min, std::uint32_t random) {
  VOICE_ASSERT(delay_min >= voice::Duration{0});
  // Do not reconnect after a kick: that invites a ban.
  const bool is_hopeless = outcome == Outcome::unwanted || outcome == Outcome::no_voice_server ||
                           outcome == Outcome::untrusted;
  const bool again = on_loss_ == OnLoss::reconnect && !is_hopeless;
  if (joined_ && now - joined_at_ >= good_call_min) backoff_.reset();
  const voice::Duration delay = delay_min + backoff_.next(random);
  Verdict verdict;
  if (again) verdict.retry_in = delay;
  verdict.was_joined = joined_;
  // A server that is down for a night would fill the log, so each reason is reported once.
  verdict.is_told = joined_ || is_news(reason) || !again;
  last_failure_ = joined_ ? std::string{} : reason;
  joined_ = false;
  VOICE_ASSERT(!verdict.was_joined || was_ever_joined_);
  VOICE_ASSERT(!verdict.retry_in || *verdict.retry_in > voice::Duration{0});
  return verdict;
}

}  // namespace voicecli
