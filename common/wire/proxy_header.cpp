#include "common/wire/proxy_header.hpp"

#include "common/core/assert.hpp"
#include "common/core/number.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace voice {
namespace {

constexpr std::string_view line_begin = "PROXY ";
constexpr std::string_view line_end = "\r\n";
constexpr std::array<std::uint8_t, 12> signature{0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                                 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
constexpr std::size_t block_at = 16;

// Version 2 §2.2: the 13th byte is version and command, the 14th family and transport.
constexpr unsigned version_2 = 0x2;
constexpr unsigned command_local = 0x0, command_proxy = 0x1;
constexpr unsigned family_unspecified = 0x0, family_ipv4 = 0x1, family_ipv6 = 0x2,
                   family_unix = 0x3;
constexpr unsigned transport_stream = 0x1;
constexpr std::size_t ipv4_block = 12, ipv6_block = 36, unix_block = 216;

/// How many bytes the addresses of this family take; none: the family is unknown.
std::optional<std::size_t> size_of_addresses(unsigned family) noexcept {
  switch (family) {
    case family_unspecified:
      return 0;
    case family_ipv4:
      return ipv4_block;
    case family_ipv6:
      return ipv6_block;
    case family_unix:
      return unix_block;
    default:
      return std::nullopt;
  }
}

/// Takes the first word and the blank after it off `line`. None if either is missing.
std::optional<std::string_view> take_word(std::string_view& line) noexcept {
  const std::size_t end = line.find(' ');
  if (end == 0 || end == std::string_view::npos) return std::nullopt;
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end + 1);
  return word;
}

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return parse_number<std::uint16_t>(text);
}

/// Reads "192.0.2.1 198.51.100.1 50000 7000", which follows the word for the family.
std::optional<ProxyHeader::Source> source_of(std::string_view line, bool is_ipv6) noexcept {
  const auto from = take_word(line);
  const auto to = take_word(line);
  const auto from_port = take_word(line);
  if (!from || !to || !from_port) return std::nullopt;
  const auto parse = is_ipv6 ? parse_ipv6 : parse_ipv4;
  const auto address = parse(*from);
  const auto port = parse_port(*from_port);
  if (!address || !port || !parse(*to) || !parse_port(line)) return std::nullopt;
  return ProxyHeader::Source{*address, *port};
}

}  // namespace

const char* to_string(ProxyHeaderError error) noexcept {
  switch (error) {
    case ProxyHeaderError::no_header:
      return "not a PROXY header";
    case ProxyHeaderError::too_long:
      return "a PROXY header that is too long";
    case ProxyHeaderError::bad_line:
      return "a PROXY line (version 1) that cannot be read";
    case ProxyHeaderError::bad_version:
      return "a PROXY header of an unknown version";
    case ProxyHeaderError::bad_command:
      return "a PROXY header with an unknown command";
    case ProxyHeaderError::bad_transport:
      return "a PROXY header for a transport other than a stream";
    case ProxyHeaderError::bad_family:
      return "a PROXY header with an unknown address family";
    case ProxyHeaderError::short_addresses:
      return "a PROXY header that ends within its addresses";
  }
  return "unknown";
}

ProxyHeaderReader::Step ProxyHeaderReader::next(Bytes& wire) noexcept {
  while (!wire.empty()) {
    if (to_skip_ > 0) {
      const std::size_t count = std::min(to_skip_, wire.size());
      to_skip_ -= count;
      wire = wire.subspan(count);
    } else {
      VOICE_ASSERT(size_ < kept_.size());
      kept_[size_++] = wire.front();
      wire = wire.subspan(1);
    }
    if (to_skip_ > 0) continue;
    const Step step = look();
    if (!step || *step) return step;
  }
  return std::optional<ProxyHeader>{};
}

ProxyHeaderReader::Step ProxyHeaderReader::look() noexcept {
  VOICE_ASSERT(size_ > 0 && to_skip_ == 0);
  const bool may_be_line = std::equal(
      kept_.begin(), kept_.begin() + std::min(size_, line_begin.size()), line_begin.begin());
  const bool may_be_block = std::equal(
      kept_.begin(), kept_.begin() + std::min(size_, signature.size()), signature.begin());
  VOICE_ASSERT(!(may_be_line && may_be_block));
  if (may_be_line) return look_at_line();
  if (may_be_block) return look_at_block();
  return unexpected(ProxyHeaderError::no_header);
}

ProxyHeaderReader::Step ProxyHeaderReader::look_at_line() const noexcept {
  std::string_view line(reinterpret_cast<const char*>(kept_.data()), size_);
  if (!line.ends_with(line_end)) {
    if (size_ == kept_.size()) return unexpected(ProxyHeaderError::too_long);
    return std::optional<ProxyHeader>{};
  }
  VOICE_ASSERT(size_ > line_begin.size());
  line.remove_prefix(line_begin.size());
  line.remove_suffix(line_end.size());
  // Anything may follow UNKNOWN.
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return std::optional{ProxyHeader{}};
  const auto family = take_word(line);
  const bool is_ipv6 = family == "TCP6";
  if (!is_ipv6 && family != "TCP4") return unexpected(ProxyHeaderError::bad_line);
  const auto source = source_of(line, is_ipv6);
  if (!source) return unexpected(ProxyHeaderError::bad_line);
  return std::optional{ProxyHeader{.source = source}};
}

// Reads what the first 16 bytes say about the block after them.
std::optional<ProxyHeaderError> ProxyHeaderReader::begin_block() noexcept {
  VOICE_ASSERT(size_ == block_at && !has_block_);
  const unsigned command = kept_[12] & 0xFU;
  const unsigned family = unsigned{kept_[13]} >> 4;
  const std::size_t block = load_be16(kept_.data() + 14);
  if (unsigned{kept_[12]} >> 4 != version_2) return ProxyHeaderError::bad_version;
  if (command != command_local && command != command_proxy) return ProxyHeaderError::bad_command;
  if (block > block_bytes_max) return ProxyHeaderError::too_long;
  has_block_ = true;
  extension_bytes_ = block;
  // The family of a LOCAL header is ignored.
  if (command == command_local) return std::nullopt;
  const auto addresses = size_of_addresses(family);
  if (!addresses) return ProxyHeaderError::bad_family;
  const bool is_stream = (kept_[13] & 0xFU) == transport_stream;
  if (family != family_unspecified && !is_stream) return ProxyHeaderError::bad_transport;
  if (block < *addresses) return ProxyHeaderError::short_addresses;
  if (family == family_ipv4 || family == family_ipv6) address_bytes_ = *addresses;
  extension_bytes_ = block - address_bytes_;
  VOICE_ASSERT(block_at + address_bytes_ <= kept_.size());
  return std::nullopt;
}

ProxyHeaderReader::Step ProxyHeaderReader::look_at_block() noexcept {
  if (size_ < block_at) return std::optional<ProxyHeader>{};
  if (!has_block_) {
    if (const auto error = begin_block()) return unexpected(*error);
  }
  if (size_ < block_at + address_bytes_) return std::optional<ProxyHeader>{};
  VOICE_ASSERT(size_ == block_at + address_bytes_);
  to_skip_ = std::exchange(extension_bytes_, 0);
  if (to_skip_ > 0) return std::optional<ProxyHeader>{};
  const bool is_own = (kept_[12] & 0xFU) == command_local;
  if (address_bytes_ == 0) return std::optional{ProxyHeader{.source = {}, .is_own = is_own}};
  // §2.2: both addresses, then both ports.
  const std::uint8_t* const block = kept_.data() + block_at;
  ProxyHeader::Source source{{}, load_be16(block + address_bytes_ - 4)};
  if (address_bytes_ == ipv4_block) {
    source.address = mapped_ipv4({block[0], block[1], block[2], block[3]});
  } else {
    std::copy_n(block, source.address.size(), source.address.begin());
  }
  return std::optional{ProxyHeader{.source = source}};
}

}  // namespace voice
