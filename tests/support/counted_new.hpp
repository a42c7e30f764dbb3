// Links a counting operator new and malloc into a test binary (tests/support/counted_new.cpp).
#pragma once

#include <cstdint>

namespace voice::test {

/// How often operator new, in any form, has been called so far; where sees_malloc() is true,
/// malloc, calloc and realloc count as well, as C libraries call them. For one thread only, like
/// the core.
[[nodiscard]] std::uint64_t allocations() noexcept;

/// Whether allocations of C libraries are counted: with glibc and without a sanitizer.
[[nodiscard]] bool sees_malloc() noexcept;

}  // namespace voice::test
