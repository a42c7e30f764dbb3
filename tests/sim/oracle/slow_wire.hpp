// The wire format again (docs/protocol.md §1, §2), written to be obvious rather than fast: peers
// read with it, and checks compare with it.
#pragma once

#include "common/core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sim {

using Message = std::vector<std::uint8_t>;

/// Collects bytes, and returns complete messages without their prefixes.
class SlowDeframer {
 public:
  explicit SlowDeframer(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

  void add(voice::Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  /// The next complete message; empty if there is none, or if the stream is invalid.
  [[nodiscard]] std::optional<Message> next();

  /// A length was negative or longer than allowed.
  [[nodiscard]] bool broken() const noexcept { return broken_; }
  [[nodiscard]] bool mid_message() const noexcept { return !bytes_.empty(); }

  /// For prefixes that have not been examined yet.
  void set_bytes_max(std::size_t bytes_max) noexcept { bytes_max_ = bytes_max; }

 private:
  std::size_t bytes_max_;
  std::vector<std::uint8_t> bytes_;
  std::optional<std::int32_t> length_;
  bool broken_ = false;
};

struct SlowPacket {
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  Message payload;
  std::uint8_t payload_type = 0;
};

/// RTP according to RFC 3550 §5.1; empty if a field points past the end.
[[nodiscard]] std::optional<SlowPacket> slow_rtp(const Message& message);

/// A complete wire message: prefix, RTP header, payload.
[[nodiscard]] Message slow_rtp_message(const SlowPacket& packet, std::uint32_t ssrc);

/// A complete wire message with any content.
[[nodiscard]] Message slow_message(voice::Bytes payload);

}  // namespace sim
