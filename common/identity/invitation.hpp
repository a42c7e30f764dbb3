// Signed invitations: a line that can be part of a URL, and that the holder of the key can check
// without a list of invitations. HMAC-SHA-256, because the server that makes them also checks them
// (docs/adr/0036-invitations.md). Pure, but for the library behind crypto.hpp.
//
//   TOKEN = "vi1." base64(text) "." base64(hmac(key, "vi1." base64(text)))
//   text  = a text message of docs/protocol.md §7 without its prefix: Invitation, and its keys
#pragma once

#include "common/core/result.hpp"
#include "common/identity/users.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace voice::identity {

/// Longest token; longer ones are rejected.
inline constexpr std::size_t token_bytes_max = 512;
/// Longest name of a room or of a guest, in bytes.
inline constexpr std::size_t invitation_text_bytes_max = 64;

/// How long an invitation is valid at most.
inline constexpr std::chrono::hours invitation_time_max{24 * 366};

struct Invitation {
  std::string id;  // 12 letters of base64: names it in lists
  std::chrono::sys_seconds until{};
  std::string room = {};  // the only one that it opens; empty: all that are open to guests
  std::string name = {};  // that the guest must have; empty: any
  UserRole role = UserRole::speaker;
  bool is_once = false;  // valid for one connection

  friend bool operator==(const Invitation&, const Invitation&) = default;
};

[[nodiscard]] std::string make_invitation_id();
[[nodiscard]] bool is_invitation_id(std::string_view text);

/// @param invitation its texts are clean and short enough; asserted.
[[nodiscard]] std::string make_token(const Invitation& invitation, const Key& key);

enum class TokenFault : std::uint8_t {
  malformed,  // not one of ours
  forged,     // made with another key, or changed
  expired,
};
[[nodiscard]] const char* to_string(TokenFault fault) noexcept;

/// What a token says, once it is known that it was made with `key` and is not over.
[[nodiscard]] expected<Invitation, TokenFault> read_token(std::string_view token, const Key& key,
                                                          std::chrono::sys_seconds now);

}  // namespace voice::identity
