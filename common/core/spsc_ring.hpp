// A bounded queue between exactly two threads: one pushes, one pops. Samples cross here between the
// sound card's callback and the main thread. Realtime-safe: no lock, no allocation after
// construction.
#pragma once

#include "common/core/assert.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace voice {

template <class T>
class SpscRing {  // NOLINT(clang-analyzer-optin.performance.Padding): one writer a cache line
 public:
  /// Holds up to `capacity` elements (at least one).
  explicit SpscRing(std::size_t capacity) : cells_(std::max<std::size_t>(capacity, 1)) {}

  [[nodiscard]] std::size_t capacity() const noexcept { return cells_.size(); }

  /// Either thread: a lower bound for the popping thread, an upper bound for the pushing one.
  [[nodiscard]] std::size_t size() const noexcept {
    const std::uint64_t popped = popped_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(pushed_.load(std::memory_order_acquire) - popped);
  }

  /// Pushing thread only. Realtime-safe. Takes as many as fit and returns how many.
  std::size_t push(std::span<const T> items) noexcept {
    const std::uint64_t tail = pushed_.load(std::memory_order_relaxed);
    const auto used = static_cast<std::size_t>(tail - popped_.load(std::memory_order_acquire));
    VOICE_ASSERT(used <= cells_.size());
    const std::size_t count = std::min(items.size(), cells_.size() - used);
    for (std::size_t i = 0; i < count; ++i) cells_[index(tail + i)] = items[i];
    pushed_.store(tail + count, std::memory_order_release);
    return count;
  }

  /// Popping thread only. Realtime-safe. Fills the front of `out` and returns how many it filled.
  std::size_t pop(std::span<T> out) noexcept {
    const std::uint64_t head = popped_.load(std::memory_order_relaxed);
    const std::size_t count = std::min(out.size(), readable(head));
    for (std::size_t i = 0; i < count; ++i) out[i] = cells_[index(head + i)];
    popped_.store(head + count, std::memory_order_release);
    return count;
  }

  /// Popping thread only. Realtime-safe. Throws away up to `count` elements, oldest first.
  std::size_t drop(std::size_t count) noexcept {
    const std::uint64_t head = popped_.load(std::memory_order_relaxed);
    count = std::min(count, readable(head));
    popped_.store(head + count, std::memory_order_release);
    return count;
  }

 private:
  [[nodiscard]] std::size_t index(std::uint64_t counter) const noexcept {
    return static_cast<std::size_t>(counter % cells_.size());
  }
  [[nodiscard]] std::size_t readable(std::uint64_t head) const noexcept {
    const auto count = static_cast<std::size_t>(pushed_.load(std::memory_order_acquire) - head);
    VOICE_ASSERT(count <= cells_.size());
    return count;
  }

  std::vector<T> cells_;
  // Free-running counters, reduced when indexing. 64 bit on every target: 2^32 samples at 48 kHz
  // are one day, and a wrap at a value that is not a multiple of the capacity would tear the sound.
  static constexpr std::size_t cache_line_bytes = 64;
  alignas(cache_line_bytes) std::atomic<std::uint64_t> pushed_{0};
  alignas(cache_line_bytes) std::atomic<std::uint64_t> popped_{0};
};

}  // namespace voice
