// Tells the address sanitizer which memory must not be touched, where memory is handed out that the
// allocator does not know of. Without the sanitizer this does nothing.
#pragma once

#include <cstddef>

#ifdef __SANITIZE_ADDRESS__
#define VOICE_WITH_POISON
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VOICE_WITH_POISON
#endif
#endif

#ifdef VOICE_WITH_POISON
#include <sanitizer/asan_interface.h>
#endif

namespace voice {

inline void poison([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef VOICE_WITH_POISON
  __asan_poison_memory_region(at, bytes);
#endif
}

inline void unpoison([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef VOICE_WITH_POISON
  __asan_unpoison_memory_region(at, bytes);
#endif
}

}  // namespace voice
