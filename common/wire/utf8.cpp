#include "common/wire/utf8.hpp"

#include <cstdint>

namespace voice {
namespace {

struct Lead {
  std::size_t size_bytes;
  char32_t bits;
  char32_t code_point_min;  // what needs fewer bytes is overlong
};

Lead lead_of(std::uint8_t byte) noexcept {
  if (byte < 0x80) return {1, byte, 0};
  if ((byte & 0xE0) == 0xC0) return {2, byte & 0x1Fu, 0x80};
  if ((byte & 0xF0) == 0xE0) return {3, byte & 0x0Fu, 0x800};
  if ((byte & 0xF8) == 0xF0) return {4, byte & 0x07u, 0x10000};
  return {0, 0, 0};
}

bool is_within(char32_t value, char32_t first, char32_t last) noexcept {
  return value >= first && value <= last;
}

}  // namespace

Utf8Character first_character(std::string_view text) noexcept {
  if (text.empty()) return {};
  const Lead lead = lead_of(static_cast<std::uint8_t>(text[0]));
  if (lead.size_bytes == 0 || lead.size_bytes > text.size()) return {};
  char32_t code_point = lead.bits;
  for (const char next : text.substr(1, lead.size_bytes - 1)) {
    const auto byte = static_cast<std::uint8_t>(next);
    if ((byte & 0xC0) != 0x80) return {};
    code_point = (code_point << 6) | (byte & 0x3Fu);
  }
  const bool is_surrogate = is_within(code_point, 0xD800, 0xDFFF);
  if (code_point < lead.code_point_min || code_point > 0x10FFFF || is_surrogate) return {};
  return {code_point, lead.size_bytes};
}

bool is_control(char32_t code_point) noexcept {
  return code_point < 0x20 || is_within(code_point, 0x7F, 0x9F);
}

bool rearranges_line(char32_t code_point) noexcept {
  return is_within(code_point, 0x2028, 0x202E) || is_within(code_point, 0x2066, 0x2069) ||
         is_within(code_point, 0x200E, 0x200F) || code_point == 0x061C;
}

}  // namespace voice
