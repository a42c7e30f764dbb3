// Asks the processor to fetch memory that will be needed soon. A hint: it may do nothing.
#pragma once

#include <cstddef>

namespace voice {

/// Fetches `bytes` bytes from `at` on, in steps of a cache line. Any address is allowed.
inline void prefetch(const void* at, std::size_t bytes) noexcept {
#if defined(__GNUC__) || defined(__clang__)
  constexpr std::size_t line_bytes = 64;
  const char* const first = static_cast<const char*>(at);
  for (std::size_t offset = 0; offset < bytes; offset += line_bytes) {
    __builtin_prefetch(first + offset);
  }
  // GCC takes a function that only prefetches for one without effects, and drops its calls.
  asm volatile("");
#else
  (void)at;
  (void)bytes;
#endif
}

}  // namespace voice
