// Decides what follows a failed connection: whether and when to connect again, and whether to tell
// the user. Failures and random bits in, verdicts out. Pure; owned by a Caller.
#pragma once

#include "client/call/backoff.hpp"
#include "client/call/outcome.hpp"
#include "client/call/patience.hpp"

#include <optional>
#include <string>

namespace voicecli {

enum class OnLoss : std::uint8_t { reconnect, end };

enum class Telling : std::uint8_t {
  changes,        // the same failure again and again is told once
  every_attempt,  // --verbose
};

/// A call that lasted this long was a good one: the next attempt follows soon. A server that lets
/// us in and drops us at once is asked as rarely as one that is away.
inline constexpr std::chrono::seconds good_call_min{5};

class Redial {
 public:
  Redial(OnLoss on_loss, Telling telling) noexcept : on_loss_(on_loss), telling_(telling) {}

  /// We are in the conference, or still in it.
  void joined(voice::TimePoint now) noexcept;

  /// The connection ended, and the server gave no reason.
  void link_ended() noexcept { patience_.other_failure(); }
  /// What the run ends with when it ends with this failure.
  [[nodiscard]] Outcome outcome_of(CallFailure failure) noexcept;
  [[nodiscard]] Outcome outcome_of_loss() const noexcept {
    return joined_ ? Outcome::connection_lost : Outcome::cannot_connect;
  }

  struct Verdict {
    std::optional<voice::Duration> retry_in;  // none: the run ends
    bool was_joined = false;                  // the connection that failed was in the conference
    bool is_told = false;
  };

  /// The connection failed, or could not be made.
  /// @param outcome    what the run ends with, if it ends.
  /// @param delay_min  added to the usual delay.
  /// @param random     any 32 random bits.
  [[nodiscard]] Verdict lost(const std::string& reason, Outcome outcome, voice::TimePoint now,
                             voice::Duration delay_min, std::uint32_t random);

  [[nodiscard]] bool is_joined() const noexcept { return joined_; }
  [[nodiscard]] bool was_ever_joined() const noexcept { return was_ever_joined_; }
  /// A failure has been reported, and we have not been in the conference since.
  [[nodiscard]] bool is_failing() const noexcept { return !last_failure_.empty(); }
  /// Whether to tell the user about this failure: it differs from the one reported last.
  [[nodiscard]] bool is_news(const std::string& reason) const noexcept {
    return reason != last_failure_ || telling_ == Telling::every_attempt;
  }
  /// Whether to tell the user about the next attempt.
  [[nodiscard]] bool attempt_is_told() const noexcept {
    return !is_failing() || telling_ == Telling::every_attempt;
  }

 private:
  OnLoss on_loss_;
  Telling telling_;
  Backoff backoff_;
  Patience patience_;
  std::string last_failure_;  // told already: the same one again and again is told once
  bool joined_ = false;
  voice::TimePoint joined_at_{};
  bool was_ever_joined_ = false;
};

}  // namespace voicecli
