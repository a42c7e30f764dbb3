// Bytes as text that may stand in a URL, a file of lines, and a message: base64url without padding
// (RFC 4648 §5). Pure.
#pragma once

#include "common/core/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voice::identity {

[[nodiscard]] std::string to_base64(Bytes bytes);

/// None if `text` is not what to_base64() makes: another letter, padding, or bits that are left
/// over and not zero, so that no two texts mean the same bytes.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace voice::identity
