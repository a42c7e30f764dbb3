#include "common/wire/utf8.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace voice {
namespace {

struct Lead {
  std::size_t size_bytes;
  char32_t bits;
  char32_t code_point_min;  // below this, the form is overlong
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

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t Count>
bool is_in(const std::array<Range, Count>& ranges, char32_t code_point) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& each) {
    return is_within(code_point, each.first, each.last);
  });
}

// Default_Ignorable_Code_Point of Unicode 15, and also annotation anchors, the object replacement
// character, and musical marks without a note.
constexpr std::array<Range, 21> invisible{
    {{0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C},   {0x115F, 0x1160},
     {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
     {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},
     {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFC},   {0x133FC, 0x133FC},
     {0x16FE4, 0x16FE4}, {0x1BCA0, 0x1BCA3}, {0x1D159, 0x1D159}, {0x1D173, 0x1D17A},
     {0xE0000, 0xE0FFF}}};

constexpr std::array<Range, 8> blank{{{0x0020, 0x0020},
                                      {0x00A0, 0x00A0},
                                      {0x1680, 0x1680},
                                      {0x2000, 0x200A},
                                      {0x202F, 0x202F},
                                      {0x205F, 0x205F},
                                      {0x2800, 0x2800},
                                      {0x3000, 0x3000}}};

// tests/support/name_characters.cpp checks that none is missing of those that stand on letters of
// Latin, Greek, Cyrillic or Armenian.
constexpr std::array<Range, 13> combining{{{0x0300, 0x036F},
                                           {0x0483, 0x0489},
                                           {0x0951, 0x0952},
                                           {0x1AB0, 0x1AFF},
                                           {0x1DC0, 0x1DFF},
                                           {0x20D0, 0x20FF},
                                           {0x2DE0, 0x2DFF},
                                           {0xA66F, 0xA672},
                                           {0xA674, 0xA67D},
                                           {0xA69E, 0xA69F},
                                           {0xFE20, 0xFE2F},
                                           {0x1D242, 0x1D244},
                                           {0x1E08F, 0x1E08F}}};

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
  VOICE_ASSERT(lead.size_bytes <= text.size());
  return {code_point, lead.size_bytes};
}

bool is_control(char32_t code_point) noexcept {
  return code_point < 0x20 || is_within(code_point, 0x7F, 0x9F);
}

bool rearranges_line(char32_t code_point) noexcept {
  return is_within(code_point, 0x2028, 0x202E) || is_within(code_point, 0x2066, 0x2069) ||
         is_within(code_point, 0x200E, 0x200F) || code_point == 0x061C;
}

bool is_invisible(char32_t code_point) noexcept {
  const bool is_no_character = (code_point & 0xFFFE) == 0xFFFE;
  return is_no_character || is_in(invisible, code_point);
}

bool is_blank(char32_t code_point) noexcept {
  return is_in(blank, code_point);
}

bool is_combining(char32_t code_point) noexcept {
  return is_in(combining, code_point);
}

}  // namespace voice
