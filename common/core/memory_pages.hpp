// Memory that is kept for later need not stay resident meanwhile. The one place in the core that
// asks the system for more than operator new does (docs/adr/0045-rare-memory-goes-back.md).
#pragma once

#include <cstddef>

namespace voice {

/// Afterwards the contents of `bytes` bytes are undefined, and the pages that lie wholly within
/// them are no longer resident, until they are written to again. Linux only: elsewhere, and where
/// memory is locked (mlockall), nothing changes.
void give_back_pages(void* memory, std::size_t bytes) noexcept;

}  // namespace voice
