// A drain: no newcomers, and an end when nobody is left whose call it would cut off. It has a
// deadline, and reports now and then which peers it is waiting for. Pure; polled about once a
// second.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace voiced {

/// How many are in the room; the server's own sound is not counted.
struct DrainCrowd {
  std::size_t participants = 0;
  std::size_t strangers = 0;   // of those: have neither spoken nor said Hello
  bool server_speaks = false;  // the server's own sound takes part, and listeners hear it
};

enum class DrainStep : std::uint8_t {
  wait,
  tell,      // wait, and say for which peers
  empty,     // nobody is left
  deadline,  // time is over
};

class Drain {
 public:
  explicit Drain(voice::Duration limit) noexcept : limit_(limit) {}

  void begin(voice::TimePoint now) noexcept;
  void cancel() noexcept { active_ = false; }
  /// Also applies to a drain in progress.
  void set_limit(voice::Duration limit) noexcept { limit_ = limit; }

  [[nodiscard]] bool is_active() const noexcept { return active_; }
  [[nodiscard]] DrainStep step(const DrainCrowd& crowd, voice::TimePoint now) noexcept;
  /// How much longer the others may stay; zero when the time is over.
  [[nodiscard]] voice::Duration left(voice::TimePoint now) const noexcept;

 private:
  voice::Duration limit_;
  voice::TimePoint began_{};
  voice::TimePoint next_tell_{};
  bool active_ = false;
};

/// How many peers hold up a drain. Strangers alone do not, because they hear nobody.
[[nodiscard]] std::size_t drain_holders(const DrainCrowd& crowd) noexcept;

}  // namespace voiced
