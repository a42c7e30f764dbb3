#include "client/call/prelude.hpp"

#include "common/core/assert.hpp"
#include "common/wire/text_message.hpp"

#include <algorithm>
#include <string_view>

namespace voicecli {
namespace {

// Fewer printable characters than this are not text, but bytes that happen to look like it.
constexpr std::size_t text_bytes_min = 4;
constexpr std::size_t hex_bytes_max = 16;

std::string hex(voice::Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), hex_bytes_max))) {
    text += ' ';
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

// The header of an alert or of a handshake (RFC 8446 §5.1).
bool is_tls(voice::Bytes bytes) {
  return bytes.size() >= 3 && (bytes[0] == 21 || bytes[0] == 22) && bytes[1] == 3 && bytes[2] <= 4;
}

}  // namespace

void Prelude::received(voice::Bytes bytes) noexcept {
  const std::size_t count = std::min(bytes.size(), first_bytes_.size() - first_count_);
  std::copy_n(bytes.begin(), count,
              first_bytes_.begin() + static_cast<std::ptrdiff_t>(first_count_));
  first_count_ += count;
  VOICE_ASSERT(first_count_ <= first_bytes_.size());
}

void Prelude::ignored(voice::Bytes message) noexcept {
  message_bytes_ += voice::length_prefix_bytes + message.size();
  VOICE_ASSERT(message_bytes_ >= voice::length_prefix_bytes);
  const bool is_sound = voice::classify(message) == voice::MessageKind::rtp;
  is_foreign_ = is_foreign_ || (!message.empty() && !is_sound);
}

std::string Prelude::answer() const {
  if (first_count_ == 0) return {};
  const voice::Bytes bytes = voice::Bytes{first_bytes_}.first(first_count_);
  const std::string_view all{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  const std::string text =
      voice::printable(all.substr(0, all.find_first_of("\r\n")), first_bytes_.size());
  if (is_tls(bytes)) return "in TLS; use --tls";
  if (text.size() >= text_bytes_min) return '"' + text + '"';
  return "the bytes" + hex(bytes);
}

}  // namespace voicecli
