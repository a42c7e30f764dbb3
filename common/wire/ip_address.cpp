#include "common/wire/ip_address.hpp"

#include "common/core/assert.hpp"
#include "common/core/number.hpp"

#include <algorithm>
#include <cstddef>

namespace voice {
namespace {

constexpr std::size_t groups_max = 8;

using Bytes4 = std::array<std::uint8_t, 4>;

std::optional<Bytes4> parse_four(std::string_view text) noexcept {
  Bytes4 bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t end = std::min(text.find('.'), text.size());
    const std::string_view part = text.substr(0, end);
    const bool is_last = i + 1 == bytes.size();
    if (is_last != (end == text.size()) || (part.size() > 1 && part.front() == '0')) return {};
    const auto number = parse_number<std::uint8_t>(part);
    if (!number) return {};
    bytes[i] = *number;
    text.remove_prefix(is_last ? end : end + 1);
  }
  return bytes;
}

/// One to four hexadecimal digits.
std::optional<std::uint16_t> parse_group(std::string_view text) noexcept {
  const bool are_digits =
      text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  if (text.empty() || text.size() > 4 || !are_digits) return {};
  return parse_number<std::uint16_t>(text, 16);
}

/// The groups before the gap, or those after it.
struct Groups {
  std::array<std::uint16_t, groups_max> of{};
  std::size_t count = 0;

  [[nodiscard]] bool add(std::uint16_t group) noexcept {
    if (count == groups_max) return false;
    of[count++] = group;
    return true;
  }
};

/// Reads "1:2:3", whose last part may be "192.0.2.1"; an empty text has no groups.
[[nodiscard]] bool read_groups(std::string_view text, bool may_end_in_ipv4,
                               Groups& groups) noexcept {
  if (text.empty()) return true;
  for (;;) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view part = text.substr(0, end);
    const bool is_last = end == text.size();
    if (is_last && may_end_in_ipv4 && part.find('.') != std::string_view::npos) {
      const auto four = parse_four(part);
      return four && groups.add(static_cast<std::uint16_t>((*four)[0] << 8 | (*four)[1])) &&
             groups.add(static_cast<std::uint16_t>((*four)[2] << 8 | (*four)[3]));
    }
    const auto group = parse_group(part);
    if (!group || !groups.add(*group)) return false;
    if (is_last) return true;
    text.remove_prefix(end + 1);
  }
}

std::uint16_t group_of(const IpAddress& address, std::size_t index) noexcept {
  VOICE_ASSERT(index < groups_max);
  return static_cast<std::uint16_t>(address[2 * index] << 8 | address[2 * index + 1]);
}

struct Run {
  std::size_t begin = groups_max;
  std::size_t length = 0;
};

/// The first of the longest runs of at least two groups that are zero (RFC 5952 §4.2).
Run longest_run(const IpAddress& address) noexcept {
  Run longest;
  for (std::size_t i = 0; i < groups_max;) {
    std::size_t end = i;
    while (end < groups_max && group_of(address, end) == 0) ++end;
    if (end - i >= 2 && end - i > longest.length) longest = {i, end - i};
    i = std::max(end, i + 1);
  }
  VOICE_ASSERT(longest.begin + longest.length <= groups_max);
  return longest;
}

std::string hexadecimal(std::uint16_t group) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = (unsigned{group} >> shift) & 0xFU;
    if (digit != 0 || !text.empty() || shift == 0) text += digits[digit];
  }
  return text;
}

std::string ipv6_text(const IpAddress& address) {
  const Run gap = longest_run(address);
  std::string text;
  for (std::size_t i = 0; i < groups_max;) {
    if (i == gap.begin) {
      text += "::";
      i += gap.length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += hexadecimal(group_of(address, i++));
  }
  return text;
}

}  // namespace

IpAddress mapped_ipv4(const std::array<std::uint8_t, 4>& bytes) noexcept {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, bytes[0], bytes[1], bytes[2], bytes[3]};
}

std::optional<IpAddress> parse_ipv4(std::string_view text) noexcept {
  const auto bytes = parse_four(text);
  if (!bytes) return {};
  return mapped_ipv4(*bytes);
}

std::optional<IpAddress> parse_ipv6(std::string_view text) noexcept {
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  Groups left;
  Groups right;
  if (!read_groups(text.substr(0, gap), !has_gap, left)) return {};
  if (has_gap && !read_groups(text.substr(gap + 2), true, right)) return {};
  const std::size_t count = left.count + right.count;
  // A gap stands for at least one group.
  if (has_gap ? count >= groups_max : count != groups_max) return {};
  IpAddress address{};
  const auto put = [&address](std::size_t index, std::uint16_t group) {
    address[2 * index] = static_cast<std::uint8_t>(group >> 8);
    address[2 * index + 1] = static_cast<std::uint8_t>(group & 0xFF);
  };
  for (std::size_t i = 0; i < left.count; ++i) put(i, left.of[i]);
  for (std::size_t i = 0; i < right.count; ++i) put(groups_max - right.count + i, right.of[i]);
  return address;
}

std::string to_string(const IpAddress& address, std::uint16_t port) {
  std::string text;
  const IpAddress as_ipv4 = mapped_ipv4({address[12], address[13], address[14], address[15]});
  if (address == as_ipv4) {
    for (std::size_t i = 12; i < address.size(); ++i) {
      text += (i == 12 ? "" : ".") + std::to_string(address[i]);
    }
  } else {
    text = '[' + ipv6_text(address) + ']';
  }
  return text + ':' + std::to_string(port);
}

}  // namespace voice
