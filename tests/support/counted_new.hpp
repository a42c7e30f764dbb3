// Links a counting operator new and malloc into a test binary (tests/support/counted_new.cpp).
#pragma once

#include <cstdint>

namespace voice::test {

/// How often operator new, in any form, has been called so far, and where sees_malloc() is true,
/// malloc, calloc and realloc as well, as C libraries do. One thread only, as the core.
[[nodiscard]] std::uint64_t allocations() noexcept;

/// Whether allocations of C libraries are counted: with glibc, without a sanitizer.
[[nodiscard]] bool sees_malloc() noexcept;

}  // namespace voice::test
