#include "common/core/number.hpp"
#include "common/wire/text_message.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr std::string_view announce_key = "SamplesPerSecond";
constexpr std::string_view announce_voice1 = "voice/1";
constexpr std::string_view announce_rate = "rate/";
constexpr std::string_view announce_challenge = "challenge/1";

// The original is a .NET program: these are the blanks it allows around an integer.
constexpr std::string_view blanks = " \t\n\v\f\r";

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool equal_without_case(std::string_view left, std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<std::int64_t> integer(std::string_view text) noexcept {
  text = trim(text);
  const bool has_plus = !text.empty() && text[0] == '+';
  if (has_plus) text.remove_prefix(1);
  if (has_plus && text.starts_with('-')) return std::nullopt;  // "+-1"
  return parse_number<std::int64_t>(text);
}

}  // namespace

std::vector<std::uint8_t> announce_wire_message(AudioFormat format, AudioFormat room,
                                                bool challenges) {
  std::string text{announce_key};
  text += ':';
  text += std::to_string(format.rate_hz());
  text += ':';
  text += announce_voice1;
  if (room != format) {
    text += ':';
    text += announce_rate;
    text += std::to_string(room.rate_hz());
  }
  if (challenges) {
    text += ':';
    text += announce_challenge;
  }
  return text_wire_message(text, {});
}

std::optional<Announce> parse_announce(Bytes message) noexcept {
  std::string_view rest{reinterpret_cast<const char*>(message.data()), message.size()};
  const auto next_part = [&rest]() -> std::optional<std::string_view> {
    if (rest.data() == nullptr) return std::nullopt;
    const std::size_t at = rest.find(':');
    const std::string_view part = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    return part;
  };

  const auto key = next_part();
  if (!key || !equal_without_case(*key, announce_key)) return std::nullopt;
  const auto rate = next_part();
  if (!rate) return std::nullopt;
  const auto rate_hz = integer(*rate);
  if (!rate_hz) return std::nullopt;

  Announce announce{*rate_hz, false};
  while (const auto part = next_part()) {
    const std::string_view word = trim(*part);
    if (word == announce_voice1) announce.voice1 = true;
    if (word == announce_challenge) announce.challenges = true;
    if (word.starts_with(announce_rate)) {
      announce.room_rate_hz = parse_number<std::int64_t>(word.substr(announce_rate.size()));
    }
  }
  return announce;
}

}  // namespace voice
