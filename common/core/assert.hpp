// VOICE_ASSERT states what we believe about our own code; it stays on in release builds.
// Bytes from a peer must never be able to reach one: they are answered with a returned error.
#pragma once

namespace voice {

/// Prints where and what to stderr, then aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace voice

#ifdef VOICE_WITHOUT_ASSERTS
// Only to measure what they cost: ./bench.sh --asserts.
#define VOICE_ASSERT(expression) static_cast<void>(sizeof(static_cast<bool>(expression)))
#else
#define VOICE_ASSERT(expression)           \
  (static_cast<bool>(expression) ? void(0) \
                                 : ::voice::assertion_failed(#expression, __FILE__, __LINE__))
#endif
