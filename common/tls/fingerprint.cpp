#include "common/tls/fingerprint.hpp"

#include <algorithm>

namespace voice::tls {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::string_view method = "sha256:";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with_method(std::string_view text) {
  return text.size() >= method.size() && std::equal(method.begin(), method.end(), text.begin(),
                                                    [](char a, char b) { return a == lower(b); });
}

std::optional<std::uint8_t> nibble(char c) {
  const auto at = digits.find(lower(c));
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(at);
}

}  // namespace

std::string to_string(const Fingerprint& fingerprint) {
  std::string text(method);
  for (const std::uint8_t byte : fingerprint) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<Fingerprint> parse_fingerprint(std::string_view text) {
  if (begins_with_method(text)) text.remove_prefix(method.size());
  Fingerprint fingerprint{};
  for (std::size_t i = 0; i < fingerprint.size(); ++i) {
    if (i > 0 && !text.empty() && text.front() == ':') text.remove_prefix(1);
    if (text.size() < 2) return std::nullopt;
    const auto high = nibble(text[0]);
    const auto low = nibble(text[1]);
    if (!high || !low) return std::nullopt;
    fingerprint[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    text.remove_prefix(2);
  }
  if (!text.empty()) return std::nullopt;
  return fingerprint;
}

}  // namespace voice::tls
