// Cuts a TCP byte stream into messages (docs/protocol.md §1). Bytes in, message views out.
// Owns one bounded buffer, used only for a message that is split between two reads.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/result.hpp"
#include "common/wire/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace voice {

enum class FramingError : std::uint8_t { negative_length, too_long };

[[nodiscard]] const char* to_string(FramingError error) noexcept;

class Deframer {
 public:
  /// @param message_bytes_max longest payload accepted; a longer one is an error before any of it
  /// is stored.
  explicit Deframer(std::size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

  /// Takes the next whole message from the front of `bytes` (any segmentation of the stream) and
  /// advances `bytes` past what was consumed. Returns nothing when all bytes are consumed and no
  /// message is whole. The view (prefix removed, possibly empty) is valid until the next call and
  /// while the caller's bytes are. After an error the stream has no further meaning: close the
  /// connection.
  [[nodiscard]] expected<std::optional<Bytes>, FramingError> next(Bytes& bytes);

  /// The usual case of next(), and cheaper: a message that lies whole at the front of `bytes`. Null
  /// (not merely empty) when next() must be called instead.
  [[nodiscard]] Bytes next_whole(Bytes& bytes) noexcept {
    if (delivered_ || !partial_.empty() || bytes.size() < length_prefix_bytes) return {};
    const std::size_t length = load_le32(bytes.data());
    if (length > message_bytes_max_ || length > bytes.size() - length_prefix_bytes) return {};
    const Bytes message = bytes.subspan(length_prefix_bytes, length);
    bytes = bytes.subspan(length_prefix_bytes + length);
    return message;
  }

  /// Applies from the next length prefix on.
  void set_message_bytes_max(std::size_t bytes) noexcept { message_bytes_max_ = bytes; }
  [[nodiscard]] std::size_t message_bytes_max() const noexcept { return message_bytes_max_; }

  /// True while a message has begun (a part of its prefix or payload is here) and is not yet whole.
  [[nodiscard]] bool mid_message() const noexcept { return !partial_.empty() && !delivered_; }

 private:
  [[nodiscard]] expected<std::size_t, FramingError> payload_length(
      const std::uint8_t* prefix) const noexcept;
  void store(Bytes& bytes, std::size_t size_wanted);

  std::size_t message_bytes_max_;
  std::vector<std::uint8_t> partial_;  // prefix and payload so far; bounded by the limit
  std::optional<std::size_t> length_;  // of the payload in partial_, once its prefix was accepted
  bool delivered_ = false;             // partial_ holds the message last returned
};

}  // namespace voice
