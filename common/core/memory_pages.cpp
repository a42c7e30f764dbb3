#include "common/core/memory_pages.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#endif

namespace voice {

#if defined(__linux__)

void give_back_pages(void* memory, std::size_t bytes) noexcept {
  static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::size_t before = (page - address % page) % page;
  if (bytes < before + page) return;
  auto* const first = static_cast<std::uint8_t*>(memory) + before;
  // If it fails, as for locked memory, they stay as they are.
  (void)madvise(first, (bytes - before) / page * page, MADV_DONTNEED);
}

#else

void give_back_pages(void*, std::size_t) noexcept {}

#endif

}  // namespace voice
