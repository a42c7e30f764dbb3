#include "common/identity/proof.hpp"

#include "common/core/number.hpp"
#include "common/identity/base64.hpp"

#include <algorithm>
#include <array>

namespace voice::identity {
namespace {

constexpr std::string_view client_word = "Client Key";
constexpr std::string_view server_word = "Server Key";
constexpr std::string_view method = "$argon2id$v=19$m=";

// The name comes last: it may hold anything.
std::string text_of(const Exchange& exchange) {
  std::string text = "voice/1 challenge/1,c=";
  text += exchange.client_nonce;
  text += ",s=";
  text += exchange.server_nonce;
  text += ",salt=";
  text += exchange.salt;
  text += ",m=" + std::to_string(exchange.cost.memory_kib);
  text += ",t=" + std::to_string(exchange.cost.passes) + ",u=";
  text += exchange.user;
  return text;
}

Key xor_of(const Key& a, const Key& b) noexcept {
  Key result{};
  std::transform(a.begin(), a.end(), b.begin(), result.begin(),
                 [](std::uint8_t x, std::uint8_t y) { return static_cast<std::uint8_t>(x ^ y); });
  return result;
}

template <class Array>
std::optional<Array> array_of(std::string_view text) {
  const auto bytes = from_base64(text);
  Array array{};
  if (!bytes || bytes->size() != array.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), array.begin());
  return array;
}

/// Takes the part before `end` off `text`; all of it if there is none.
std::string_view take(std::string_view& text, char end) noexcept {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

struct Keys {
  Key client;
  Key stored;
  Key server;
};

Keys keys_of(const Key& salted) noexcept {
  const Key client = hmac(salted, client_word);
  return {client, sha256(client), hmac(salted, server_word)};
}

}  // namespace

std::optional<Verifier> make_verifier(std::string_view password, const Salt& salt, Cost cost) {
  const auto salted = argon2id(password, salt, cost);
  if (!salted) return std::nullopt;
  const Keys keys = keys_of(*salted);
  return Verifier{salt, cost, keys.stored, keys.server};
}

Comparison compare(const Verifier& verifier, std::string_view password) {
  const auto made = make_verifier(password, verifier.salt, verifier.cost);
  if (!made) return Comparison::failed;
  return are_equal(made->stored_key, verifier.stored_key) ? Comparison::same
                                                          : Comparison::different;
}

std::string to_string(const Verifier& verifier) {
  std::string text(method);
  text += std::to_string(verifier.cost.memory_kib) + ",t=";
  text += std::to_string(verifier.cost.passes) + ",p=1$";
  text += to_base64(verifier.salt) + '$' + to_base64(verifier.stored_key) + '$';
  return text + to_base64(verifier.server_key);
}

std::optional<Verifier> parse_verifier(std::string_view text) {
  if (!text.starts_with(method)) return std::nullopt;
  text.remove_prefix(method.size());
  const auto memory = parse_number<std::uint32_t>(take(text, ','));
  std::string_view passes_text = take(text, ',');
  if (!memory || !passes_text.starts_with("t=")) return std::nullopt;
  passes_text.remove_prefix(2);
  const auto passes = parse_number<std::uint32_t>(passes_text);
  if (!passes || take(text, '$') != "p=1") return std::nullopt;
  const Cost cost{*memory, *passes};
  const auto salt = array_of<Salt>(take(text, '$'));
  const auto stored = array_of<Key>(take(text, '$'));
  const auto server = array_of<Key>(text);
  if (!is_bearable(cost) || !salt || !stored || !server) return std::nullopt;
  return Verifier{*salt, cost, *stored, *server};
}

std::optional<Proofs> prove(const Exchange& exchange, std::string_view password) {
  const auto salt = array_of<Salt>(exchange.salt);
  if (!salt || !is_bearable(exchange.cost)) return std::nullopt;
  const auto salted = argon2id(password, *salt, exchange.cost);
  if (!salted) return std::nullopt;
  const Keys keys = keys_of(*salted);
  const std::string said = text_of(exchange);
  return Proofs{to_base64(xor_of(keys.client, hmac(keys.stored, said))),
                to_base64(hmac(keys.server, said))};
}

std::optional<std::string> check_proof(const Exchange& exchange, const Verifier& verifier,
                                       std::string_view client_proof) {
  const std::string said = text_of(exchange);
  // A proof of the wrong length is checked in the same way, so that all answers take the same time.
  const auto proof = array_of<Key>(client_proof);
  const Key client = xor_of(proof.value_or(Key{}), hmac(verifier.stored_key, said));
  const std::string ours = to_base64(hmac(verifier.server_key, said));
  const bool is_right = are_equal(sha256(client), verifier.stored_key);
  return proof && is_right ? std::optional(ours) : std::nullopt;
}

}  // namespace voice::identity
