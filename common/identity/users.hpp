// The users file, with one account per line, `name:role:verifier`, and the ways to change it. Text
// in, text or accounts out; others read and write the file itself. Pure.
//
//   *:decoy:BASE64        a key that makes up salts for names that are not here
//   anna:operator:$argon2id$…
//   # a comment
#pragma once

#include "common/core/result.hpp"
#include "common/identity/proof.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voice::identity {

enum class UserRole : std::uint8_t { listener, speaker, operator_ };
[[nodiscard]] std::string_view to_string(UserRole role) noexcept;
[[nodiscard]] std::optional<UserRole> parse_role(std::string_view word) noexcept;

inline constexpr std::size_t user_name_bytes_max = 64;
inline constexpr std::size_t users_max = 10'000;
/// Of the file; each account takes a line of at most 200 bytes.
inline constexpr std::size_t users_bytes_max = std::size_t{4} * 1024 * 1024;

struct User {
  UserRole role = UserRole::speaker;
  Verifier verifier;
  friend bool operator==(const User&, const User&) = default;
};

struct Users {
  std::map<std::string, User, std::less<>> by_name;
  std::vector<Cost> costs;  // of all accounts, the least first
  std::optional<Key> decoy;

  /// Of an account; for a name without one, a verifier that no password matches. Its salt and cost
  /// are made up from the name, always the same, and each cost is as frequent as among the
  /// accounts: they don't reveal which accounts exist.
  [[nodiscard]] Verifier verifier_of(std::string_view name, const Key& other_decoy) const;
  friend bool operator==(const Users&, const Users&) = default;
};

/// Why this name is not valid; empty: it is.
[[nodiscard]] std::string name_fault(std::string_view name);

/// Reads a whole file. Fails with "LINE: reason", a number from 1.
[[nodiscard]] expected<Users, std::string> parse_users(std::string_view text);

/// `text` with a decoy, if it had none.
[[nodiscard]] std::string with_decoy(std::string_view text);

/// The salt for a new password of `name`: the one that strangers who ask for that name are sent
/// already, so that they don't see the account being added or its password being changed.
/// @param users with a decoy; asserted
[[nodiscard]] Salt salt_for(const Users& users, std::string_view name);

/// `text` with this account added or replaced, and all other lines as they are; with a decoy, if it
/// had none. The result is good if `text` was (asserted for `name`).
[[nodiscard]] std::string with_user(std::string_view text, std::string_view name, const User& user);
/// The same without it.
[[nodiscard]] std::string without_user(std::string_view text, std::string_view name);

}  // namespace voice::identity
