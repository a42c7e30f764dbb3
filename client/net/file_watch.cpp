#include "client/net/file_watch.hpp"

#include <algorithm>
#include <chrono>

namespace voicecli {

using State = voice::WavRecorder::State;

FileWatch::FileWatch(Role role, std::string wanted, std::shared_ptr<voice::WavRecorder> file,
                     voice::AudioFormat format)
    : role_(role), wanted_(std::move(wanted)), file_(std::move(file)), format_(format) {}

std::vector<SoundEvent> FileWatch::changes(const voice::WavRecorder::Status& status) {
  std::vector<SoundEvent> events;
  const bool exists = status.state == State::running || status.state == State::finished;
  if (exists && !name_told_) {
    name_told_ = true;
    if (status.path != wanted_) {
      events.emplace_back(event::FileExists{wanted_, status.path});
    }
    if (role_ == Role::recording) events.emplace_back(event::Recording{status.path});
  }
  if (status.state == State::failed && !failure_told_) {
    failure_told_ = incomplete_ = true;
    // While it plays, a failure of the loudspeaker is reported as one of a device.
    if (role_ == Role::recording || has_ended_) {
      events.emplace_back(event::RecordingFailed{status.reason});
    }
  }
  // Reports the first loss at once, and the sum at the end.
  if (status.state != State::failed && status.missing_samples > 0 && missing_told_ == 0) {
    missing_told_ = status.missing_samples;
    events.emplace_back(incomplete_event(status));
    incomplete_ = true;
  }
  return events;
}

void FileWatch::end() {
  has_ended_ = true;
  file_->finish();
}

std::vector<SoundEvent> FileWatch::finish(voice::TimePoint deadline) {
  end();
  const auto now = std::chrono::steady_clock::now();
  const auto status = file_->wait_until_finished(std::max(deadline - now, voice::Duration::zero()));
  std::vector<SoundEvent> events = changes(status);
  const bool whole = status.state == State::finished && status.missing_samples == missing_told_;
  if (status.state == State::failed || whole) return events;
  incomplete_ = true;
  events.emplace_back(incomplete_event(status));
  return events;
}

event::RecordingIncomplete FileWatch::incomplete_event(
    const voice::WavRecorder::Status& status) const {
  const double missing_s = static_cast<double>(status.missing_samples) / format_.rate_hz();
  return {status.path, std::chrono::duration<double>{missing_s}};
}

}  // namespace voicecli
