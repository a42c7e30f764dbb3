#include "common/device/device_spec.hpp"

#include "common/core/number.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace voice {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  // ASCII only: other letters must match as they are written.
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool has_sound_ending(const std::string& text) {
  constexpr std::array<std::string_view, 23> endings = {
      ".wav",  ".wave", ".flac", ".ogg", ".oga",  ".opus", ".aiff", ".aif",
      ".aifc", ".au",   ".snd",  ".caf", ".w64",  ".rf64", ".mp3",  ".voc",
      ".m4a",  ".mp4",  ".aac",  ".wma", ".webm", ".amr",  ".mka"};
  const std::string small = lower(text);
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return small.ends_with(ending); });
}

bool has_separator(const std::string& text) {
#ifdef _WIN32
  return text.find_first_of("/\\") != std::string::npos;
#else
  return text.find('/') != std::string::npos;
#endif
}

bool is_index(const std::string& text) {
  return text.find_first_not_of("0123456789") == std::string::npos;
}

// Cards may have names such as "17h/19h", so a text with a slash is a path only if it begins like
// one, exists, or is in a folder that exists.
bool is_path(const std::string& text) {
  namespace fs = std::filesystem;
  const fs::path path(text);
  std::error_code error;
  if (path.is_absolute() || text.starts_with("./") || text.starts_with("../")) return true;
  if (fs::exists(fs::symlink_status(path, error))) return true;
  return path.has_parent_path() && fs::is_directory(path.parent_path(), error);
}

bool names_file(const std::string& text, Direction direction) {
  if (has_sound_ending(text)) return true;
  if (has_separator(text)) return is_path(text);
  if (direction == Direction::playback || is_index(text)) return false;
  std::error_code error;
  const auto status = std::filesystem::status(text, error);
  return std::filesystem::exists(status) && !std::filesystem::is_directory(status);
}

expected<DeviceSpec, DeviceError> parse_tone(const std::string& text, Direction direction,
                                             AudioFormat format) {
  if (direction == Direction::playback) {
    return unexpected(DeviceError{"output '" + text + "': a tone can only be an input"});
  }
  const std::string_view number = std::string_view(text).substr(std::string_view("tone:").size());
  const auto hz = parse_number<int>(number);
  const int hz_max = (format.rate_hz() - 1) / 2;
  if (!hz || *hz < 1 || *hz > hz_max) {
    return unexpected(
        DeviceError{"input '" + text + "': a tone is 'tone:HZ' with a whole number from 1 to " +
                    std::to_string(hz_max) + " at " + std::to_string(format.rate_hz()) + " Hz"});
  }
  return DeviceSpec{DeviceSpec::Kind::tone, text, static_cast<double>(*hz)};
}

bool has_channels(const SoundCardInfo& card, Direction direction) {
  return (direction == Direction::capture ? card.input_channels_max : card.output_channels_max) > 0;
}

}  // namespace

bool is_null_device(const std::string& text) noexcept {
  return text == "/dev/null";
}

bool is_stdin_device(const std::string& text) noexcept {
  return text == "-" || text == "/dev/stdin" || text == "/dev/fd/0" || text == "/proc/self/fd/0";
}

expected<DeviceSpec, DeviceError> parse_device_spec(const std::string& text, Direction direction,
                                                    AudioFormat format) {
  using Kind = DeviceSpec::Kind;
  if (text.empty() || text == "default") return DeviceSpec{Kind::sound_card, "", 0};
  if (text == "null" || is_null_device(text)) return DeviceSpec{Kind::null, text, 0};
  const bool is_capture = direction == Direction::capture;
  if (text == "-" || (is_capture && is_stdin_device(text))) return DeviceSpec{Kind::pipe, "-", 0};
  if (text.starts_with("tone:")) return parse_tone(text, direction, format);
  if (!names_file(text, direction)) return DeviceSpec{Kind::sound_card, text, 0};
  std::error_code error;
  if (is_capture && std::filesystem::is_fifo(text, error)) return DeviceSpec{Kind::pipe, text, 0};
  if (!is_capture && !lower(text).ends_with(".wav")) {
    return unexpected(
        DeviceError{"output '" + text +
                    "': only WAV files are written; give a path that ends in .wav, a device "
                    "name from --list-devices, 'null' or '-'"});
  }
  return DeviceSpec{Kind::file, text, 0};
}

expected<SoundCardInfo, std::string> choose_sound_card(const std::vector<SoundCardInfo>& cards,
                                                       const std::string& text,
                                                       Direction direction) {
  const char* const what = direction == Direction::capture ? "microphone" : "loudspeaker";
  const auto first = [&](auto&& matches) -> const SoundCardInfo* {
    const auto found = std::find_if(cards.begin(), cards.end(), [&](const SoundCardInfo& card) {
      return has_channels(card, direction) && matches(card);
    });
    return found == cards.end() ? nullptr : &*found;
  };
  if (text.empty()) {
    const auto* card = first([&](const SoundCardInfo& c) {
      return direction == Direction::capture ? c.is_default_input : c.is_default_output;
    });
    if (card != nullptr) return *card;
    return unexpected(std::string("the system has no default ") + what);
  }
  if (is_index(text)) {
    const auto* card =
        first([&](const SoundCardInfo& c) { return std::to_string(c.index) == text; });
    if (card != nullptr) return *card;
    return unexpected(std::string("no ") + what + " has the index " + text);
  }
  const std::string small = lower(text);
  if (const auto* card =
          first([&](const SoundCardInfo& c) { return c.name == text || c.id == text; })) {
    return *card;
  }
  if (const auto* card = first([&](const SoundCardInfo& c) { return lower(c.name) == small; })) {
    return *card;
  }
  if (const auto* card = first(
          [&](const SoundCardInfo& c) { return lower(c.name).find(small) != std::string::npos; })) {
    return *card;
  }
  if (const auto* card = first(
          [&](const SoundCardInfo& c) { return lower(c.id).find(small) != std::string::npos; })) {
    return *card;
  }
  return unexpected(std::string("no ") + what +
                    (direction == Direction::capture ? " or file" : "") + " is called '" + text +
                    "'");
}

}  // namespace voice
