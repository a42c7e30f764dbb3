// Links a counting operator new into a test binary (tests/support/counted_new.cpp).
#pragma once

#include <cstdint>

namespace voice::test {

/// How often operator new, in any form, has been called so far. One thread only, as the core.
[[nodiscard]] std::uint64_t allocations() noexcept;

}  // namespace voice::test
