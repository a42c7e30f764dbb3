#include "common/device/card_capture.hpp"
#include "common/device/card_playback.hpp"
#include "common/device/device.hpp"
#include "common/device/file_capture.hpp"
#include "common/device/file_playback.hpp"
#include "common/device/null_device.hpp"
#include "common/device/pipe_capture.hpp"
#include "common/device/pipe_playback.hpp"
#include "common/device/tone_capture.hpp"

#include <filesystem>
#include <system_error>

namespace voice {
namespace {

using Kind = DeviceSpec::Kind;

constexpr int stdin_descriptor = 0;
constexpr int stdout_descriptor = 1;

// Opening the output empties it: a file that is heard and written at once would be lost before it
// is read.
bool is_same_file(const DeviceSpec& input, const DeviceSpec& output) {
  if (input.kind != Kind::file || output.kind != Kind::file) return false;
  std::error_code error;
  return std::filesystem::equivalent(input.text, output.text, error) && !error;
}

// One card for both directions, so that one thread looks after PortAudio.
std::shared_ptr<SoundCard> open_sound_card(const DeviceSpec& input, const DeviceSpec& output,
                                           AudioFormat format) {
  const auto name = [](const DeviceSpec& spec) {
    return spec.kind == Kind::sound_card ? std::optional(spec.text) : std::nullopt;
  };
  if (!name(input) && !name(output)) return nullptr;
  return std::make_shared<SoundCard>(name(input), name(output), format);
}

expected<std::unique_ptr<CaptureDevice>, DeviceError> open_capture(
    const DeviceSpec& spec, const std::shared_ptr<SoundCard>& card, AudioFormat format) {
  switch (spec.kind) {
    case Kind::sound_card:
      return std::make_unique<CardCapture>(card, format);
    case Kind::null:
      return std::make_unique<NullCapture>();
    case Kind::tone:
      return std::make_unique<ToneCapture>(format, spec.tone_hz);
    case Kind::pipe:
      return std::make_unique<PipeCapture>(stdin_descriptor, format);
    case Kind::file:
      break;
  }
  auto file = FileCapture::open(spec.text, format);
  if (!file) return unexpected(file.error());
  return std::move(*file);
}

expected<std::unique_ptr<PlaybackDevice>, DeviceError> open_playback(
    const DeviceSpec& spec, const std::shared_ptr<SoundCard>& card, AudioFormat format) {
  switch (spec.kind) {
    case Kind::sound_card:
      return std::make_unique<CardPlayback>(card, format);
    case Kind::pipe:
      return std::make_unique<PipePlayback>(stdout_descriptor, format);
    case Kind::file:
      break;
    case Kind::null:
    case Kind::tone:
      return std::make_unique<NullPlayback>(format);
  }
  auto writer = WavWriter::open(spec.text, format);
  if (!writer) return unexpected(DeviceError{"output: " + writer.error().message});
  return std::make_unique<FilePlayback>(std::move(*writer), spec.text, format);
}

}  // namespace

expected<Devices, DeviceError> open_devices(const std::string& input, const std::string& output,
                                            AudioFormat format, TimePoint) {
  const auto input_spec = parse_device_spec(input, Direction::capture, format);
  if (!input_spec) return unexpected(input_spec.error());
  const auto output_spec = parse_device_spec(output, Direction::playback, format);
  if (!output_spec) return unexpected(output_spec.error());
  if (is_same_file(*input_spec, *output_spec)) {
    return unexpected(DeviceError{"output '" + output + "': is the input, too; give another path"});
  }
  const auto card = open_sound_card(*input_spec, *output_spec, format);
  auto capture = open_capture(*input_spec, card, format);
  if (!capture) return unexpected(capture.error());
  auto playback = open_playback(*output_spec, card, format);
  if (!playback) return unexpected(playback.error());
  return Devices{std::move(*capture), std::move(*playback)};
}

}  // namespace voice
