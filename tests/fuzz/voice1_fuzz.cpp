// Messages of voice/1 as types: every message that was read can be written, and is then read back
// as the same message.
#include "common/core/assert.hpp"
#include "common/wire/voice1.hpp"

#include "tests/fuzz/input.hpp"

#include <string_view>
#include <vector>

namespace {

namespace voice1 = voice::voice1;

// In a long message, values may be cut to make room for keys that it lacks.
constexpr std::size_t short_bytes_max = 900;

voice1::Message read(const std::vector<std::uint8_t>& wire) {
  const voice::Bytes bytes{wire};
  VOICE_ASSERT(voice::load_le32(bytes.data()) == bytes.size() - voice::length_prefix_bytes);
  VOICE_ASSERT(bytes.size() <= voice::length_prefix_bytes + voice::text_message_bytes_max);
  const auto message = voice1::parse(bytes.subspan(voice::length_prefix_bytes));
  VOICE_ASSERT(message.has_value());
  return *message;
}

// True if nothing in the message must be cleaned or cut before it is written.
bool is_clean(voice::Bytes bytes) {
  if (bytes.size() > short_bytes_max) return false;
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  std::size_t lines = 1;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  return voice::printable(text, text.size()).size() + lines - 1 == text.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const voice::Bytes bytes{data, size};
  const auto message = voice1::parse(bytes);
  VOICE_ASSERT(message.has_value() == voice::parse_text(bytes).has_value());
  if (!message || std::holds_alternative<voice1::Unknown>(*message)) return 0;

  const auto wire = voice1::write(*message);
  const voice1::Message again = read(wire);
  VOICE_ASSERT(again.index() == message->index());
  if (is_clean(bytes)) VOICE_ASSERT(again == *message);

  // From here on, nothing needs to be cleaned or cut.
  const auto wire_again = voice1::write(again);
  VOICE_ASSERT(read(wire_again) == again);
  return 0;
}
