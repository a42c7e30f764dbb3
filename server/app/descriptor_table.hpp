// The kernel's table of this process's open files.
#pragma once

#include <cstddef>

namespace voiced {

/// Lets the table grow to `descriptors` at once, or to the limit of the process if that is lower.
/// Call it before the first thread is started: from then on, Linux waits some 15 ms for all
/// processors whenever the table doubles, at the start or when participants arrive beside a call.
void reserve_descriptors(std::size_t descriptors) noexcept;

}  // namespace voiced
