// Takes the place of libsodium in a build without it: no proof succeeds, so nobody can log in.
#include "common/identity/crypto.hpp"

namespace voice::identity {

bool is_available() noexcept {
  return false;
}

void fill_random(std::span<std::uint8_t> /*bytes*/) noexcept {}

Key hmac(const Key& /*key*/, std::string_view /*text*/) noexcept {
  return {};
}

Key sha256(const Key& /*bytes*/) noexcept {
  return {};
}

bool are_equal(const Key& /*a*/, const Key& /*b*/) noexcept {
  return false;
}

std::optional<Key> argon2id(std::string_view /*password*/, const Salt& /*salt*/,
                            Cost /*cost*/) noexcept {
  return std::nullopt;
}

}  // namespace voice::identity
