#include "common/wire/text_message.hpp"

#include "common/core/assert.hpp"
#include "common/wire/utf8.hpp"

namespace voice {
namespace {

std::string_view as_text(Bytes bytes) noexcept {
  // char may alias any byte (C++ [basic.lval]); the view lives as long as the bytes.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view without_blanks(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Cuts off and returns the part before the first `separator`; all of `rest` if there is none.
std::string_view cut(std::string_view& rest, char separator) noexcept {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

std::optional<TextError> fault_of(std::string_view text) noexcept {
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (character.size_bytes == 0) return TextError::bad_utf8;
    const bool is_line_end = character.code_point == '\n';
    if (is_control(character.code_point) && !is_line_end) return TextError::control_character;
    text.remove_prefix(character.size_bytes);
  }
  return std::nullopt;
}

void append(std::vector<std::uint8_t>& message, std::string_view text) {
  message.insert(message.end(), text.begin(), text.end());
}

}  // namespace

MessageKind classify(Bytes message) noexcept {
  if (message.empty()) return MessageKind::unknown;
  const std::uint8_t first = message[0];
  if (first >= 0x80 && first <= 0xBF) return MessageKind::rtp;
  if (first >= 0x20 && first <= 0x7E) return MessageKind::text;
  return MessageKind::unknown;
}

const char* to_string(TextError error) noexcept {
  switch (error) {
    case TextError::too_long:
      return "too_long";
    case TextError::too_many_lines:
      return "too_many_lines";
    case TextError::control_character:
      return "control_character";
    case TextError::bad_utf8:
      return "bad_utf8";
    case TextError::missing_colon:
      return "missing_colon";
  }
  return "unknown";
}

std::optional<std::string_view> TextMessage::find(std::string_view key) const noexcept {
  for (std::size_t i = 0; i < field_count_; ++i) {
    if (fields_[i].key == key) return fields_[i].value;
  }
  return std::nullopt;
}

expected<TextMessage, TextError> parse_text(Bytes message) noexcept {
  if (message.size() > text_message_bytes_max) return unexpected(TextError::too_long);
  std::string_view rest = as_text(message);
  if (const auto fault = fault_of(rest)) return unexpected(*fault);

  TextMessage parsed;
  bool more = rest.find('\n') != std::string_view::npos;
  parsed.verb_ = cut(rest, '\n');
  while (more) {
    if (parsed.field_count_ == text_fields_max) return unexpected(TextError::too_many_lines);
    more = rest.find('\n') != std::string_view::npos;
    std::string_view line = cut(rest, '\n');
    if (line.find(':') == std::string_view::npos) return unexpected(TextError::missing_colon);
    const std::string_view key = cut(line, ':');
    parsed.fields_[parsed.field_count_++] = {key, without_blanks(line)};
    VOICE_ASSERT(parsed.field_count_ <= text_fields_max);
  }
  return parsed;
}

std::vector<std::uint8_t> text_wire_message(std::string_view verb,
                                            std::span<const TextField> fields) {
  VOICE_ASSERT(fields.size() <= text_fields_max);
  std::size_t fixed_bytes = verb.size();
  for (const TextField& field : fields) fixed_bytes += field.key.size() + 2;  // '\n' and ':'
  VOICE_ASSERT(fixed_bytes <= text_message_bytes_max);

  std::size_t values_bytes_max = text_message_bytes_max - fixed_bytes;
  std::vector<std::uint8_t> message;
  message.reserve(length_prefix_bytes + text_message_bytes_max);
  message.resize(length_prefix_bytes);
  append(message, verb);
  for (const TextField& field : fields) {
    const std::string value = printable(field.value, values_bytes_max);
    VOICE_ASSERT(value.size() <= values_bytes_max);
    values_bytes_max -= value.size();
    append(message, "\n");
    append(message, field.key);
    append(message, ":");
    append(message, value);
  }
  VOICE_ASSERT(message.size() <= length_prefix_bytes + text_message_bytes_max);
  store_le32(message.data(), static_cast<std::uint32_t>(message.size() - length_prefix_bytes));
  return message;
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string clean;
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (character.size_bytes == 0) {
      text.remove_prefix(1);
      continue;
    }
    if (!is_control(character.code_point) && !rearranges_line(character.code_point)) {
      if (clean.size() + character.size_bytes > bytes_max) break;
      clean.append(text.substr(0, character.size_bytes));
    }
    text.remove_prefix(character.size_bytes);
  }
  VOICE_ASSERT(clean.size() <= bytes_max);
  return clean;
}

std::string visible_name(std::string_view text, std::size_t bytes_max) {
  std::string name;
  std::size_t visible_bytes = 0;  // up to the last character that is not a blank
  for (; !text.empty(); text.remove_prefix(1)) {
    const Utf8Character character = first_character(text);
    if (character.size_bytes == 0) continue;
    const char32_t code_point = character.code_point;
    const std::string_view bytes = text.substr(0, character.size_bytes);
    text.remove_prefix(character.size_bytes - 1);
    if (is_control(code_point) || rearranges_line(code_point) || is_invisible(code_point)) continue;
    // At the front a blank would be trimmed, and a mark would join the character before it.
    if (name.empty() && (is_blank(code_point) || is_combining(code_point))) continue;
    const std::string_view kept = is_blank(code_point) ? " " : bytes;
    if (name.size() + kept.size() > bytes_max) break;
    name += kept;
    if (!is_blank(code_point)) visible_bytes = name.size();
  }
  VOICE_ASSERT(visible_bytes <= name.size() && name.size() <= bytes_max);
  name.resize(visible_bytes);
  return name;
}

}  // namespace voice
