#include "client/net/sound.hpp"

#include "common/device/device_spec.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace voicecli {
namespace {

// A disk that hangs must hold up neither the call nor, at the end, the user who quits.
constexpr std::chrono::milliseconds create_patience{500};
constexpr std::chrono::seconds finish_patience{5};
constexpr std::size_t ending_files_max = 8;

bool is_card(const std::string& text, voice::Direction direction) {
  const auto format = *voice::AudioFormat::from_rate(voice::rate_hz_max);
  const auto spec = voice::parse_device_spec(text, direction, format);
  return spec && spec->kind == voice::DeviceSpec::Kind::sound_card;
}

bool is_named_card(const std::string& text, voice::Direction direction) {
  return is_card(text, direction) && !text.empty() && text != "default";
}

std::unique_ptr<VoiceProcessor> processor_for(voice::AudioFormat format, VoiceTasks tasks) {
  if (!tasks.any()) return nullptr;
  return make_voice_processor(voice_processing_rate_hz(format.rate_hz()), tasks);
}

}  // namespace

Sound::Sound(SoundOptions options)
    : options_(std::move(options)),
      tasks_(tasks_of(options_.voice, is_card(options_.input, voice::Direction::capture),
                      is_card(options_.output, voice::Direction::playback))),
      pipe_(voice::open_pipe(options_.input)),
      input_came_(!is_named_card(options_.input, voice::Direction::capture)),
      output_came_(!is_named_card(options_.output, voice::Direction::playback)) {}

voice::expected<void, voice::DeviceError> Sound::open(voice::AudioFormat format) {
  if (pump_ && pump_->format() == format) return {};
  pump_.reset();  // a sound card may be open only once
  finish_files();
  auto devices = voice::open_devices(options_.input, options_.output, format, pipe_,
                                     {options_.latency, pump_period});
  if (!devices) return voice::unexpected(devices.error());
  if (devices->output_file) {
    watch_file(FileWatch::Role::output, options_.output, devices->output_file, format);
  }
  auto recorder = open_recorder(format);
  if (!recorder) return voice::unexpected(recorder.error());
  pump_.emplace(std::move(*devices), std::move(*recorder), format, processor_for(format, tasks_));
  opened_before_ = true;
  return {};
}

voice::expected<std::shared_ptr<voice::WavRecorder>, voice::DeviceError> Sound::open_recorder(
    voice::AudioFormat format) {
  if (options_.record.empty() || voice::is_null_device(options_.record)) return nullptr;
  auto recorder = std::make_shared<voice::WavRecorder>(options_.record, format);
  const auto status = recorder->wait_until_open(create_patience);
  // The disk may have become full during the call: the call goes on without its recording.
  if (status.state == voice::WavRecorder::State::failed && !opened_before_) {
    return voice::unexpected(voice::DeviceError{status.reason});
  }
  watch_file(FileWatch::Role::recording, options_.record, recorder, format);
  return recorder;
}

void Sound::watch_file(FileWatch::Role role, const std::string& wanted,
                       std::shared_ptr<voice::WavRecorder> file, voice::AudioFormat format) {
  add(files_.emplace_back(role, wanted, std::move(file), format).changes());
}

void Sound::finish_files() {
  for (FileWatch& watch : files_) {
    watch.end();
    ending_.push_back(std::move(watch));
  }
  files_.clear();
  // At most a few threads may hang in a file system.
  while (ending_.size() > ending_files_max) {
    add(ending_.front().finish(std::chrono::steady_clock::now()));
    recording_failed_ = recording_failed_ || ending_.front().incomplete();
    ending_.erase(ending_.begin());
  }
}

void Sound::add(std::vector<SoundEvent> events) {
  for (SoundEvent& event : events) events_.push_back(std::move(event));
}

std::optional<SoundEvent> Sound::poll_event() {
  if (events_.empty()) return std::nullopt;
  std::optional<SoundEvent> event{std::move(events_.front())};
  events_.pop_front();
  return event;
}

void Sound::watch() {
  for (auto* const files : {&files_, &ending_}) {
    for (FileWatch& watch : *files) {
      add(watch.changes());
      recording_failed_ = recording_failed_ || watch.incomplete();
    }
  }
  std::erase_if(ending_, [](FileWatch& watch) {
    return watch.file().status().state == voice::WavRecorder::State::finished;
  });
  if (!pump_) return;
  const auto input = pump_->capture().status();
  const auto output = pump_->playback().status();
  input_came_ = input_came_ || input.state == voice::DeviceState::running;
  output_came_ = output_came_ || output.state == voice::DeviceState::running;
  if (auto event = input_watch_.changed(input)) events_.emplace_back(std::move(*event));
  if (auto event = output_watch_.changed(output)) events_.emplace_back(std::move(*event));
}

void Sound::close() {
  pump_.reset();
  const auto deadline = std::chrono::steady_clock::now() + finish_patience;
  for (auto* const files : {&ending_, &files_}) {
    for (FileWatch& watch : *files) {
      watch.end();  // all of them at the same time; then waits
    }
  }
  for (auto* const files : {&ending_, &files_}) {
    for (FileWatch& watch : *files) {
      add(watch.finish(deadline));
      recording_failed_ = recording_failed_ || watch.incomplete();
    }
    files->clear();
  }
}

void Sound::add_to(Status& status) const {
  if (!pump_) return;
  status.rate_hz = pump_->format().rate_hz();
  status.echo_cancel = tasks_.cancel_echo;
  status.noise_suppression = tasks_.suppress_noise;
  status.auto_gain = tasks_.control_gain;
  if (pump_->voice() != nullptr && tasks_.cancel_echo) {
    status.echo_reduction_db = pump_->voice()->echo_reduction_db();
  }
  status.microphone_gap_samples = pump_->capture().status().gap_samples;
  status.loudspeaker_gap_samples = pump_->playback().status().gap_samples;
  status.delay = delay_.mean();
}

void Sound::measure_delay(const Call* call, voice::TimePoint now) noexcept {
  if (!pump_ || call == nullptr || call->format() != pump_->format()) return delay_.reset();
  DelayStages stages = call->delays(now);
  stages.microphone = pump_->capture().latency();
  if (pump_->voice() != nullptr) stages.voice = pump_->voice()->delay();
  stages.loudspeaker = pump_->playback().latency();
  delay_.observe(stages, now);
}

bool Sound::loudspeaker_failed() const {
  return pump_ && pump_->playback().status().state == voice::DeviceState::failed;
}

}  // namespace voicecli
