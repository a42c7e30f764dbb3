// Text messages and announcements: whatever arrives, the text that the program keeps is safe for a
// terminal, and the program can read back its own messages.
#include "common/core/assert.hpp"
#include "common/wire/name_look.hpp"
#include "common/wire/text_message.hpp"
#include "common/wire/utf8.hpp"

#include "tests/fuzz/input.hpp"

#include <string_view>

namespace {

std::string_view as_text(voice::Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void check_printable(std::string_view text, std::size_t bytes_max) {
  const std::string clean = voice::printable(text, bytes_max);
  VOICE_ASSERT(clean.size() <= bytes_max);
  VOICE_ASSERT(voice::printable(clean, bytes_max) == clean);
  for (std::string_view rest = clean; !rest.empty();) {
    const auto character = voice::first_character(rest);
    VOICE_ASSERT(character.size_bytes != 0 && !voice::is_control(character.code_point));
    rest.remove_prefix(character.size_bytes);
  }
}

// Any text has a bounded skeleton, and a name looks like itself.
void check_look(std::string_view text, std::size_t bytes_max) {
  const std::string name = voice::visible_name(text, bytes_max);
  const voice::NameLook look = voice::look_of(name);
  VOICE_ASSERT(look.as_written.size() <= 8 * name.size());
  VOICE_ASSERT(is_alike(look, voice::look_of(name)));
  (void)voice::mixes_scripts(name);
  (void)voice::look_of(text);
}

// Messages that we make from these words are legal, whatever the words, and are understood.
void check_round_trip(std::string_view name, std::string_view reason) {
  const voice::TextField fields[] = {{"Name", name}, {"Reason", reason}};
  const auto message = voice::text_wire_message("Hello", fields);
  VOICE_ASSERT(voice::load_le32(message.data()) == message.size() - voice::length_prefix_bytes);
  const auto parsed = voice::parse_text(voice::Bytes{message}.subspan(voice::length_prefix_bytes));
  VOICE_ASSERT(parsed && parsed->verb() == "Hello");
  VOICE_ASSERT(parsed->find("Name").has_value() && parsed->find("Reason").has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const voice::Bytes bytes{data, size};
  const std::string_view text = as_text(bytes);
  check_printable(text, size / 2);
  check_look(text.substr(0, 200), size / 2);  // more takes too long
  check_round_trip(text.substr(0, size / 2), text.substr(size / 2));

  VOICE_ASSERT(voice::first_character({}).size_bytes == 0 && !voice::parse_announce({}));
  (void)voice::classify(bytes);
  if (const auto announce = voice::parse_announce(bytes)) {
    (void)voice::AudioFormat::from_rate(announce->rate_hz);
  }
  const auto parsed = voice::parse_text(bytes);
  if (!parsed) {
    VOICE_ASSERT(*voice::to_string(parsed.error()) != '\0');
    return 0;
  }
  VOICE_ASSERT(size <= voice::text_message_bytes_max);
  for (const std::string_view key : {"Name", "Id", "Room", ""}) {
    if (const auto value = parsed->find(key))
      check_printable(*value, voice::text_message_bytes_max);
  }
  return 0;
}
