#include "common/identity/users.hpp"

#include "common/core/assert.hpp"
#include "common/identity/base64.hpp"
#include "common/wire/text_message.hpp"

#include <algorithm>

namespace voice::identity {
namespace {

constexpr std::string_view heading =
    "# The accounts of voiced; kept by voicectl user. name:role:verifier\n";
constexpr std::string_view decoy_begin = "*:decoy:";

std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_about_nobody(std::string_view line) noexcept {
  return line.find_first_not_of(" \t") == std::string_view::npos || line.front() == '#' ||
         line.front() == '*';
}

std::string_view name_of(std::string_view line) noexcept {
  return is_about_nobody(line) ? std::string_view{} : line.substr(0, line.find(':'));
}

/// Reads the line into `users`; returns what is wrong with it, or nothing.
std::string read_decoy(std::string_view line, Users& users) {
  Key key{};
  const bool is_decoy = line.starts_with(decoy_begin);
  const auto bytes = is_decoy ? from_base64(line.substr(decoy_begin.size())) : std::nullopt;
  if (!bytes || bytes->size() != key.size()) {
    return "must be *:decoy: and 43 base64 characters; remove it, and voicectl user makes another";
  }
  std::copy(bytes->begin(), bytes->end(), key.begin());
  users.decoy = key;
  return {};
}

std::string read_user(std::string_view line, Users& users) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
  if (second == std::string_view::npos) {
    return "must be name:role:verifier; use voicectl user add";
  }
  const std::string_view name = line.substr(0, first);
  if (std::string fault = name_fault(name); !fault.empty()) return fault;
  const auto role = parse_role(line.substr(first + 1, second - first - 1));
  if (!role) return "has an unknown role; use listener, speaker or operator";
  const auto verifier = parse_verifier(line.substr(second + 1));
  if (!verifier) return "has an invalid verifier; use voicectl user passwd";
  if (users.by_name.size() == users_max) {
    return "is one account too many; at most " + std::to_string(users_max) + " are allowed";
  }
  const bool is_new = users.by_name.emplace(std::string(name), User{*role, *verifier}).second;
  return is_new ? "" : "repeats the name of an account; remove one of the lines";
}

}  // namespace

std::string_view to_string(UserRole role) noexcept {
  switch (role) {
    case UserRole::listener:
      return "listener";
    case UserRole::speaker:
      break;
    case UserRole::operator_:
      return "operator";
  }
  return "speaker";
}

std::optional<UserRole> parse_role(std::string_view word) noexcept {
  for (const UserRole role : {UserRole::listener, UserRole::speaker, UserRole::operator_}) {
    if (to_string(role) == word) return role;
  }
  return std::nullopt;
}

std::string name_fault(std::string_view name) {
  const bool is_visible = visible_name(name, user_name_bytes_max) == name;
  const bool has_mark = name.find(':') != std::string_view::npos;
  if (!name.empty() && is_visible && !has_mark && name.front() != '#' && name.front() != '*') {
    return {};
  }
  return "invalid name: use 1 to 64 bytes of visible text without a colon, not beginning with # "
         "or *";
}

// Makes up a verifier for every name, also of accounts, so that all names take the same time.
Verifier Users::verifier_of(std::string_view name, const Key& other_decoy) const {
  Verifier nobody;
  const Key made_up = hmac(decoy.value_or(other_decoy), name);
  std::copy_n(made_up.begin(), nobody.salt.size(), nobody.salt.begin());
  std::uint64_t where = 0;  // among the costs, in 2^32 parts
  for (std::size_t i = 0; i < 4; ++i) where = where << 8U | made_up[nobody.salt.size() + i];
  if (!costs.empty()) nobody.cost = costs[(where * costs.size()) >> 32U];
  // Nobody knows a password for these: that would take a preimage of SHA-256.
  nobody.stored_key = make_random<Key>();
  nobody.server_key = make_random<Key>();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nobody : found->second.verifier;
}

expected<Users, std::string> parse_users(std::string_view text) {
  Users users;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    std::string fault;
    if (line.starts_with('*')) {
      fault = read_decoy(line, users);
    } else if (!is_about_nobody(line)) {
      fault = read_user(line, users);
    }
    if (!fault.empty()) return unexpected(std::to_string(number) + ": " + fault);
  }
  users.costs.reserve(users.by_name.size());
  for (const auto& [name, user] : users.by_name) users.costs.push_back(user.verifier.cost);
  std::sort(users.costs.begin(), users.costs.end());
  return users;
}

std::string with_decoy(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    if (take_line(rest).starts_with('*')) return std::string(text);
  }
  std::string whole = text.empty() ? std::string(heading) : std::string{};
  whole += std::string(decoy_begin) + to_base64(make_random<Key>()) + '\n';
  return whole += text;
}

Salt salt_for(const Users& users, std::string_view name) {
  VOICE_ASSERT(users.decoy.has_value());
  return users.verifier_of(name, *users.decoy).salt;
}

std::string with_user(std::string_view text, std::string_view name, const User& user) {
  VOICE_ASSERT(name_fault(name).empty());
  std::string line(name);
  line += ':';
  line += to_string(user.role);
  line += ':' + to_string(user.verifier) + '\n';
  std::string result;
  bool is_replaced = false;
  const std::string whole = with_decoy(text);
  for (std::string_view rest = whole; !rest.empty();) {
    const std::string_view old = take_line(rest);
    if (name_of(old) == name) {
      if (!std::exchange(is_replaced, true)) result += line;
    } else {
      result += std::string(old) + '\n';
    }
  }
  return is_replaced ? result : result + line;
}

std::string without_user(std::string_view text, std::string_view name) {
  std::string result;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (name_of(line) != name || name.empty()) result += std::string(line) + '\n';
  }
  return result;
}

}  // namespace voice::identity
