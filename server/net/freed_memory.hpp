// Returns memory to the system after many peers have left. In: how many connections there are.
// Owned by Server.
#pragma once

#include <algorithm>
#include <cstddef>

namespace voiced {

/// Returns all unused whole pages of the allocator to the system, if the allocator can do that.
/// Takes some 0.2 ms after 1000 participants at 8 kHz, 1 ms for each 20 MiB.
void return_freed_memory() noexcept;

class CrowdWatch {
 public:
  void arrived(std::size_t connections) noexcept { most_ = std::max(most_, connections); }

  /// True when at least half of the peers have left, counted from the most at a time since it was
  /// last true: then there is enough memory to return. Ask once a second.
  [[nodiscard]] bool has_dispersed(std::size_t connections) noexcept {
    if (most_ == 0 || connections > most_ / 2) return false;
    most_ = connections;
    return true;
  }

 private:
  std::size_t most_ = 0;
};

}  // namespace voiced
