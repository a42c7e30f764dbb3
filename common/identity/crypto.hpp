// The cryptographic functions that are used, and nothing else (docs/adr/0035-…): random bytes,
// HMAC-SHA-256, SHA-256, Argon2id. Texts and bytes in, bytes out. Only `sodium/` uses libsodium;
// without VOICE_WITH_ACCOUNTS, `absent/` takes its place.
#pragma once

#include "common/core/bytes.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace voice::identity {

using Key = std::array<std::uint8_t, 32>;
using Salt = std::array<std::uint8_t, 16>;

/// Whether this build has the library. If not, everything else here fails or returns nothing.
[[nodiscard]] bool is_available() noexcept;

/// For people: why this build has no library.
inline constexpr const char* absent_text =
    "this build has no accounts, invitations and challenges (VOICE_WITH_ACCOUNTS=OFF)";

/// The cost of one guess at a password.
struct Cost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
  friend auto operator<=>(Cost, Cost) = default;
};

/// The costs that are accepted from others: less would make guessing easy, and more would let a
/// stranger take all memory. RFC 9106 §4 recommends 64 MiB and 3 passes, or more; OWASP 19 MiB and
/// 2 at least.
inline constexpr Cost cost_min{.memory_kib = 8 * 1024, .passes = 1};
inline constexpr Cost cost_max{.memory_kib = 256 * 1024, .passes = 10};
[[nodiscard]] constexpr bool is_bearable(Cost cost) noexcept {
  return cost.memory_kib >= cost_min.memory_kib && cost.memory_kib <= cost_max.memory_kib &&
         cost.passes >= cost_min.passes && cost.passes <= cost_max.passes;
}

void fill_random(std::span<std::uint8_t> bytes) noexcept;
template <class Bytes>
[[nodiscard]] Bytes make_random() noexcept {
  Bytes bytes{};
  fill_random(bytes);
  return bytes;
}

[[nodiscard]] Key hmac(const Key& key, std::string_view text) noexcept;
[[nodiscard]] Key sha256(const Key& bytes) noexcept;
/// Takes the same time whether they are equal or not.
[[nodiscard]] bool are_equal(const Key& a, const Key& b) noexcept;

/// Argon2id, version 1.3, one lane (RFC 9106). Takes tens of milliseconds and `cost.memory_kib`.
/// None when there is no memory for it. `cost` is bearable (asserted).
[[nodiscard]] std::optional<Key> argon2id(std::string_view password, const Salt& salt,
                                          Cost cost) noexcept;

}  // namespace voice::identity
