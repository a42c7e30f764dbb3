#include "common/device/open/open_devices.hpp"

#include "common/device/card/card_capture.hpp"
#include "common/device/card/card_playback.hpp"
#include "common/device/file/file_capture.hpp"
#include "common/device/file/file_playback.hpp"
#include "common/device/file/new_file.hpp"
#include "common/device/file/pipe_capture.hpp"
#include "common/device/file/pipe_playback.hpp"
#include "common/device/open/null_device.hpp"
#include "common/device/open/tone_capture.hpp"
#include "common/device/pulse/pulse_system.hpp"

namespace voice {
namespace {

using Kind = DeviceSpec::Kind;

constexpr int stdin_descriptor = 0;
constexpr int stdout_descriptor = 1;

// How long to wait for a disk; a file that is created later is reported later.
constexpr std::chrono::milliseconds create_patience{500};

std::shared_ptr<PipeSource> read_pipe(const DeviceSpec& spec) {
  if (spec.text == "-") return std::make_shared<PipeSource>(stdin_descriptor);
  return std::make_shared<PipeSource>(spec.text);
}

// One card for both directions, so that one thread looks after PortAudio.
std::shared_ptr<SoundCard> open_sound_card(const DeviceSpec& input, const DeviceSpec& output,
                                           AudioFormat format, Latency latency) {
  const auto name = [](const DeviceSpec& spec) {
    return spec.kind == Kind::sound_card ? std::optional(spec.text) : std::nullopt;
  };
  if (!name(input) && !name(output)) return nullptr;
  return std::make_shared<SoundCard>(name(input), name(output), format, latency, connect_pulse);
}

expected<std::unique_ptr<CaptureDevice>, DeviceError> open_capture(
    const DeviceSpec& spec, const std::shared_ptr<SoundCard>& card,
    std::shared_ptr<PipeSource> pipe, AudioFormat format) {
  switch (spec.kind) {
    case Kind::sound_card:
      return std::make_unique<CardCapture>(card, format);
    case Kind::null:
      return std::make_unique<NullCapture>();
    case Kind::tone:
      return std::make_unique<ToneCapture>(format, spec.tone_hz);
    case Kind::pipe:
      if (!pipe) pipe = read_pipe(spec);
      return std::make_unique<PipeCapture>(std::move(pipe), format);
    case Kind::file:
      break;
  }
  auto file = FileCapture::open(spec.text, format);
  if (!file) return unexpected(file.error());
  return std::move(*file);
}

expected<Devices, DeviceError> open_output_file(const std::string& path, AudioFormat format) {
  auto file = std::make_shared<WavRecorder>(path, format);
  const auto status = file->wait_until_open(create_patience);
  if (status.state == WavRecorder::State::failed) {
    return unexpected(DeviceError{"output: " + status.reason});
  }
  auto playback = std::make_unique<FilePlayback>(file, format);
  return Devices{nullptr, std::move(playback), std::move(file)};
}

// The result has no capture yet.
expected<Devices, DeviceError> open_playback(const DeviceSpec& spec,
                                             const std::shared_ptr<SoundCard>& card,
                                             AudioFormat format, SoundTiming timing) {
  switch (spec.kind) {
    case Kind::sound_card:
      return Devices{nullptr, std::make_unique<CardPlayback>(card, format, timing), nullptr};
    case Kind::pipe:
      return Devices{nullptr, std::make_unique<PipePlayback>(stdout_descriptor, format), nullptr};
    case Kind::file:
      break;
    case Kind::null:
    case Kind::tone:
      return Devices{nullptr, std::make_unique<NullPlayback>(format), nullptr};
  }
  return open_output_file(spec.text, format);
}

}  // namespace

std::shared_ptr<PipeSource> open_pipe(const std::string& input) {
  // No rate is known yet, and none is needed to recognise a pipe.
  const auto format = *AudioFormat::from_rate(rate_hz_max);
  const auto spec = parse_device_spec(input, Direction::capture, format);
  return spec && spec->kind == Kind::pipe ? read_pipe(*spec) : nullptr;
}

expected<Devices, DeviceError> open_devices(const std::string& input, const std::string& output,
                                            AudioFormat format, std::shared_ptr<PipeSource> pipe,
                                            SoundTiming timing) {
  const auto input_spec = parse_device_spec(input, Direction::capture, format);
  if (!input_spec) return unexpected(input_spec.error());
  const auto output_spec = parse_device_spec(output, Direction::playback, format);
  if (!output_spec) return unexpected(output_spec.error());
  if (input_spec->kind == Kind::file && output_spec->kind == Kind::file &&
      is_same_file(input_spec->text, output_spec->text)) {
    return unexpected(DeviceError{"output '" + output + "': is also the input; give another path"});
  }
  const auto card = open_sound_card(*input_spec, *output_spec, format, timing.latency);
  auto capture = open_capture(*input_spec, card, std::move(pipe), format);
  if (!capture) return unexpected(capture.error());
  auto devices = open_playback(*output_spec, card, format, timing);
  if (!devices) return unexpected(devices.error());
  devices->capture = std::move(*capture);
  return devices;
}

}  // namespace voice
