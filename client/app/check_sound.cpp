#include "client/app/check_sound.hpp"

#include "common/background/background_task.hpp"
#include "common/device/device_spec.hpp"
#include "common/device/file/byte_pipe.hpp"
#include "common/device/file/file_capture.hpp"
#include "common/device/file/new_file.hpp"

#include <chrono>
#include <functional>
#include <thread>
#include <tuple>

namespace voicecli {
namespace {

using voice::Direction;
using Kind = voice::DeviceSpec::Kind;
using Fault = std::string;  // empty: none

// After this, a file system that does not answer is waited for in the call, where that does no
// harm.
constexpr std::chrono::seconds check_patience{3};
constexpr std::chrono::milliseconds check_interval{2};

/// Empty if there is no fault, or none is found in time.
Fault fault_in_time(std::function<Fault()> check) {
  voice::BackgroundTask<Fault> task(std::move(check));
  const auto end = std::chrono::steady_clock::now() + check_patience;
  while (std::chrono::steady_clock::now() < end) {
    if (auto fault = task.take()) return *fault;
    std::this_thread::sleep_for(check_interval);
  }
  return {};
}

voice::expected<voice::DeviceSpec, Fault> spec_of(const std::string& text, Direction direction) {
  // The call's rate is not known yet, so this uses the highest one; opening the device decides.
  const auto format = *voice::AudioFormat::from_rate(voice::rate_hz_max);
  const auto spec = voice::parse_device_spec(text, direction, format);
  if (!spec) return voice::unexpected(spec.error().message);
  return *spec;
}

/// The path of the file that `text` names, or empty.
voice::expected<std::string, Fault> file_of(const std::string& text, Direction direction) {
  const auto spec = spec_of(text, direction);
  if (!spec) return voice::unexpected(spec.error());
  return spec->kind == Kind::file ? spec->text : std::string{};
}

Fault input_fault(const std::string& input) {
  const auto spec = spec_of(input, Direction::capture);
  if (!spec) return spec.error();
  if (spec->kind == Kind::pipe && spec->text != "-") {
    const auto can = voice::check_named_pipe(spec->text);
    return can ? Fault{} : "cannot read '" + spec->text + "': " + can.error();
  }
  if (spec->kind != Kind::file) return {};
  const auto heard = voice::check_sound_file(spec->text);
  return heard ? Fault{} : heard.error().message;
}

Fault output_fault(const std::string& output, const std::string& input) {
  const auto file = file_of(output, Direction::playback);
  if (!file) return file.error();
  if (file->empty()) return {};
  const auto source = file_of(input, Direction::capture);
  if (source && !source->empty() && voice::is_same_file(*file, *source)) {
    return "'" + *file + "' is also the input; give another path";
  }
  const auto can = voice::check_new_file(*file);
  return can ? Fault{} : can.error();
}

Fault record_fault(const Config& config) {
  if (config.record.empty() || voice::is_null_device(config.record)) return {};
  if (config.record == "-") {
    return "a recording is a WAV file; raw samples go to stdout with --output -";
  }
  for (const auto& [name, text, direction] :
       {std::tuple{"input", config.input, Direction::capture},
        std::tuple{"output", config.output, Direction::playback}}) {
    const auto file = file_of(text, direction);
    if (!file || file->empty() || !voice::is_same_file(config.record, *file)) continue;
    return "'" + config.record + "' is also the " + name + "; give another path";
  }
  const auto can = voice::check_new_file(config.record);
  return can ? Fault{} : can.error();
}

}  // namespace

voice::expected<void, voice::app::Exit> check_sound(const Config& config,
                                                    const voice::app::Options& options) {
  struct Check {
    const char* name;
    std::function<Fault()> find_fault;
  };
  // By value: a check that hangs outlives this function.
  for (const Check& check :
       {Check{"input", [input = config.input] { return input_fault(input); }},
        Check{"output", [output = config.output,
                        input = config.input] { return output_fault(output, input); }},
        Check{"record", [config] { return record_fault(config); }}}) {
    const Fault fault = fault_in_time(check.find_fault);
    if (fault.empty()) continue;
    return voice::unexpected(
        voice::app::Exit{voice::app::ExitCode::usage, options.place_of(check.name) + ": " + fault});
  }
  return {};
}

}  // namespace voicecli
