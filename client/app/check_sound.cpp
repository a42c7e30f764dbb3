#include "client/app/check_sound.hpp"

#include "common/device/device_spec.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace voicecli {
namespace {

/// Why `path` cannot be written, or empty. Leaves nothing behind and nothing changed.
std::string cannot_write(const std::string& path) {
  std::error_code ignored;
  const bool existed = std::filesystem::exists(path, ignored);
  errno = 0;
  const bool can_write = std::ofstream{path, std::ios::app}.is_open();
  const int error = errno;
  if (can_write && !existed) std::filesystem::remove(path, ignored);
  if (can_write) return {};
  return "cannot write '" + path + "': " + std::strerror(error) +
         "; give a path in a folder that exists and is writable";
}

std::string cannot_read(const std::string& path) {
  std::error_code ignored;
  errno = EISDIR;
  if (!std::filesystem::is_directory(path, ignored)) {
    errno = 0;
    if (std::ifstream{path}.is_open()) return {};
  }
  const int error = errno;
  return "cannot read '" + path + "': " + std::strerror(error) + "; give a sound file that exists";
}

/// Why the device cannot be used, or empty.
std::string fault_of(const std::string& text, voice::Direction direction) {
  // The call's rate is not known yet: the highest one leaves the last word to the opening of the
  // device.
  const auto format = *voice::AudioFormat::from_rate(voice::rate_hz_max);
  const auto spec = voice::parse_device_spec(text, direction, format);
  if (!spec) return spec.error().message;
  if (spec->kind != voice::DeviceSpec::Kind::file) return {};
  return direction == voice::Direction::playback ? cannot_write(spec->text)
                                                 : cannot_read(spec->text);
}

}  // namespace

voice::expected<void, voice::app::Exit> check_sound(const Config& config,
                                                    const voice::app::Options& options) {
  const auto fail = [&options](const char* name, const std::string& reason) {
    return voice::unexpected(
        voice::app::Exit{voice::app::ExitCode::usage, options.place_of(name) + ": " + reason});
  };
  const std::string input = fault_of(config.input, voice::Direction::capture);
  if (!input.empty()) return fail("input", input);
  const std::string output = fault_of(config.output, voice::Direction::playback);
  if (!output.empty()) return fail("output", output);
  if (config.record.empty()) return {};
  const std::string record = cannot_write(config.record);
  if (!record.empty()) return fail("record", record);
  return {};
}

}  // namespace voicecli
