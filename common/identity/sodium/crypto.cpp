#include "common/identity/crypto.hpp"

#include "common/core/assert.hpp"

#include <sodium.h>

namespace voice::identity {
namespace {

static_assert(sizeof(Key) == crypto_auth_hmacsha256_BYTES);
static_assert(sizeof(Key) == crypto_auth_hmacsha256_KEYBYTES);
static_assert(sizeof(Key) == crypto_hash_sha256_BYTES);
static_assert(sizeof(Salt) == crypto_pwhash_argon2id_SALTBYTES);

// Any thread may be the first.
void prepare() noexcept {
  static const int ready = sodium_init();
  VOICE_ASSERT(ready >= 0);
}

const unsigned char* data(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

bool is_available() noexcept {
  return true;
}

void fill_random(std::span<std::uint8_t> bytes) noexcept {
  prepare();
  randombytes_buf(bytes.data(), bytes.size());
}

Key hmac(const Key& key, std::string_view text) noexcept {
  Key result{};
  crypto_auth_hmacsha256(result.data(), data(text), text.size(), key.data());
  return result;
}

Key sha256(const Key& bytes) noexcept {
  Key result{};
  crypto_hash_sha256(result.data(), bytes.data(), bytes.size());
  return result;
}

bool are_equal(const Key& a, const Key& b) noexcept {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<Key> argon2id(std::string_view password, const Salt& salt, Cost cost) noexcept {
  VOICE_ASSERT(is_bearable(cost));
  prepare();
  Key key{};
  const int failed = crypto_pwhash_argon2id(
      key.data(), key.size(), password.data(), password.size(), salt.data(), cost.passes,
      std::size_t{cost.memory_kib} * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13);
  return failed == 0 ? std::optional(key) : std::nullopt;
}

}  // namespace voice::identity
