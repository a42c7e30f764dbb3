// Text messages of voice/1 (docs/protocol.md §7): a verb line, then `Key:Value` lines, separated by
// '\n'. Also the original's one text message, `SamplesPerSecond:8000`, which announces the rate.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/result.hpp"
#include "common/wire/limits.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voice {

enum class MessageKind : std::uint8_t { rtp, text, unknown };

/// Tells messages apart by their first byte: 0x80–0xBF is RTP (version 2), 0x20–0x7E starts a text
/// message. An empty message is `unknown`.
[[nodiscard]] MessageKind classify(Bytes message) noexcept;

enum class TextError : std::uint8_t {
  too_long,           // more than 1024 bytes
  too_many_lines,     // more than text_fields_max
  control_character,  // C0 other than '\n', DEL, C1 (U+0080…U+009F)
  bad_utf8,
  missing_colon,  // a line after the verb without ':'
};

[[nodiscard]] const char* to_string(TextError error) noexcept;

inline constexpr std::size_t text_fields_max = 16;

struct TextField {
  std::string_view key;
  std::string_view value;
};

/// A parsed message; views point into the parsed bytes.
class TextMessage {
 public:
  [[nodiscard]] std::string_view verb() const noexcept { return verb_; }
  /// Value of the first field of that name (compared exactly), or none.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const noexcept;

 private:
  friend expected<TextMessage, TextError> parse_text(Bytes) noexcept;
  std::string_view verb_;
  std::array<TextField, text_fields_max> fields_{};
  std::size_t field_count_ = 0;
};

/// Reads one text message. Removes blanks around values; the caller ignores unknown verbs and keys.
[[nodiscard]] expected<TextMessage, TextError> parse_text(Bytes message) noexcept;

/// Builds a whole wire message, length prefix included. Values are cleaned with `printable` first
/// and cut so that the message stays legal whatever they hold.
/// @param fields at most text_fields_max, whose keys leave room for values; asserted.
[[nodiscard]] std::vector<std::uint8_t> text_wire_message(std::string_view verb,
                                                          std::span<const TextField> fields);

/// `text` without control characters, line separators, direction marks and broken UTF-8, cut to at
/// most `bytes_max` bytes at a character boundary: safe for a terminal, a log line and a text
/// message.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max);

/// `text` as a name that people can see and type: like `printable`, and without invisible
/// characters. Blanks of any kind become ordinary ones, and those at either end are removed. Empty
/// if no visible character is left.
[[nodiscard]] std::string visible_name(std::string_view text, std::size_t bytes_max);

/// The server's first message.
struct Announce {
  std::int64_t rate_hz = 0;  // as sent; AudioFormat::from_rate decides whether it is usable
  bool voice1 = false;       // the server speaks voice/1
  std::optional<std::int64_t> room_rate_hz = {};  // that a voice/1 client may ask for, as sent
  bool challenges = false;                        // asks for passwords by Challenge (Hello: Nonce)
};

/// Whole wire message `SamplesPerSecond:<rate>:voice/1`, with `:rate/<rate>` if the room has
/// another rate, and with `:challenge/1` if the server asks for passwords by Challenge.
[[nodiscard]] std::vector<std::uint8_t> announce_wire_message(AudioFormat format, AudioFormat room,
                                                              bool challenges = false);
[[nodiscard]] inline std::vector<std::uint8_t> announce_wire_message(AudioFormat format) {
  return announce_wire_message(format, format);
}

/// Reads an announcement as the original does: split at ':'; the first part is compared ignoring
/// case, the second is an integer that may have blanks around it, further parts are optional. None
/// if it is anything else.
[[nodiscard]] std::optional<Announce> parse_announce(Bytes message) noexcept;

}  // namespace voice
