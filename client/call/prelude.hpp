// What a server sends before its announcement (docs/protocol.md §3): counted, never answered, and
// kept only as far as it helps to identify the peer. Stream bytes in, a verdict out. Pure; owned by
// a Call.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/time.hpp"
#include "common/wire/limits.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace voicecli {

/// A voice server announces itself as soon as it accepts. A peer that stays silent this long is not
/// a voice server, or is broken.
inline constexpr std::chrono::seconds announce_wait_max{6};

/// What may precede the announcement: sound at the highest rate for as long as we wait.
inline constexpr std::size_t prelude_bytes_max =
    static_cast<std::size_t>(announce_wait_max.count()) * voice::frames_per_second *
    (voice::length_prefix_bytes + voice::rtp_header_bytes +
     voice::rate_hz_max / voice::frames_per_second);

class Prelude {
 public:
  explicit Prelude(voice::TimePoint start) noexcept : start_(start) {}

  /// Takes stream bytes as they arrive, for answer(); only the first few are kept.
  void received(voice::Bytes bytes) noexcept;
  /// Counts one whole message that is not an announcement.
  void ignored(voice::Bytes message) noexcept;

  /// More came than any conference sends in the time we wait.
  [[nodiscard]] bool too_long() const noexcept { return message_bytes_ > prelude_bytes_max; }
  [[nodiscard]] bool overdue(voice::TimePoint now) const noexcept {
    return now - start_ >= announce_wait_max;
  }
  /// A whole message came that is neither sound nor empty: the peer speaks another protocol.
  [[nodiscard]] bool is_foreign() const noexcept { return is_foreign_; }

  /// What the peer said first, for people: its first line in quotes when that is text, else its
  /// first bytes in hexadecimal; empty when it sent no byte. Safe for a terminal, short.
  [[nodiscard]] std::string answer() const;

 private:
  voice::TimePoint start_;
  std::array<std::uint8_t, 64> first_bytes_{};
  std::size_t first_count_ = 0;
  std::size_t message_bytes_ = 0;
  bool is_foreign_ = false;
};

}  // namespace voicecli
