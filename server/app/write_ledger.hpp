// Keeps track of a document that something slow writes: which version is on disk, which requests
// are waiting for a version, and when a failed write is to be tried again. Writes nothing itself
// and has no clock. Versions count from 1; of several, only the last needs to be written.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace voiced {

/// How long an answer waits for the disk.
inline constexpr std::chrono::seconds write_answer_max{2};
inline constexpr std::chrono::seconds write_retry_every{2};

class WriteLedger {
 public:
  /// Called once; empty: the version is kept.
  using Done = std::function<void(const std::string& why_not)>;

  /// There is a new version. `done` is called within write_answer_max, provided that expire() is
  /// called.
  void changed(Done done, voice::TimePoint now);

  /// A write should begin: none is under way, and there is something new or a retry is due.
  [[nodiscard]] bool wants_write(voice::TimePoint now) const noexcept;
  /// A write of the last version has begun.
  void began() noexcept;
  /// The write has ended; `error` is empty when that version is kept now.
  void ended(const std::string& error, voice::TimePoint now);

  /// Answers those that have waited long enough. Call it at every tick.
  void expire(voice::TimePoint now);

  /// To be logged: empty if writing works again, otherwise why it does not. Each change is returned
  /// once.
  [[nodiscard]] std::optional<std::string> take_news();

  [[nodiscard]] bool is_kept() const noexcept { return kept_ == last_; }
  [[nodiscard]] bool is_writing() const noexcept { return writing_ != 0; }

 private:
  struct Waiting {
    std::uint64_t version;
    voice::TimePoint until;
    Done done;
  };

  void answer_up_to(std::uint64_t version, const std::string& why_not);
  void note(const std::string& why_not);
  void check() const noexcept;

  std::uint64_t last_ = 0;
  std::uint64_t kept_ = 0;
  std::uint64_t tried_ = 0;
  std::uint64_t writing_ = 0;  // 0: none is under way
  voice::TimePoint retry_at_{};
  std::deque<Waiting> waiting_;
  bool failing_ = false;
  std::optional<std::string> news_;
};

}  // namespace voiced
