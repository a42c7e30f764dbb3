// Whether the server is alive, and whether it accepts newcomers, for load balancers and
// supervisors. Looks at counters and at the time it is told (docs/metrics.md, "Health").
#pragma once

#include "server/host/status.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace voiced {

struct Verdict {
  bool good = true;
  std::string reason;  // one line for people, empty when good
};

class HealthWatch {
 public:
  /// Whether it is time for note(): once a second.
  [[nodiscard]] bool is_due(voice::TimePoint now) const noexcept { return now >= next_; }
  void note(const ServerStatus& status, voice::TimePoint now) noexcept;

  /// Good while ticks are on time: in the last ten seconds none was skipped and few were late, and
  /// none is overdue now.
  [[nodiscard]] Verdict health(const ServerStatus& status) const;

 private:
  struct Sample {
    std::uint64_t late = 0;
    std::uint64_t skipped = 0;
  };
  [[nodiscard]] const Sample& oldest() const noexcept;

  // The state ten seconds ago is among these; before that, the state at the start.
  std::array<Sample, 10> samples_{};
  std::size_t count_ = 0;
  voice::TimePoint next_{};
};

/// Good while a newcomer would be let in: not stopping, not draining, not full, not too busy.
[[nodiscard]] Verdict readiness(const ServerStatus& status);

}  // namespace voiced
