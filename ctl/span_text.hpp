// Durations as text for a narrow column.
#pragma once

#include <cstdint>
#include <string>

namespace voicectl {

/// "0:42", "12:05", "2:03:11", "3 d 4 h".
[[nodiscard]] std::string span_text(std::int64_t seconds);

}  // namespace voicectl
