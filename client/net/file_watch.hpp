// Watches one WAV file of a call (a recording, or the loudspeaker's), and turns what happens to it
// into events.
#pragma once

#include "client/net/sound_event.hpp"
#include "common/device/file/wav_recorder.hpp"

#include <string>
#include <vector>

namespace voicecli {

class FileWatch {
 public:
  enum class Role : std::uint8_t { recording, output };

  /// @param wanted the name that the user gave; the file may have another one.
  FileWatch(Role role, std::string wanted, std::shared_ptr<voice::WavRecorder> file,
            voice::AudioFormat format);

  /// An event for each change since the last call.
  [[nodiscard]] std::vector<SoundEvent> changes() { return changes(file_->status()); }
  /// No more samples will come. Does not wait.
  void end();
  /// No more samples will come: waits until the file is written, or until `deadline`, and reports
  /// what is missing.
  [[nodiscard]] std::vector<SoundEvent> finish(voice::TimePoint deadline);

  [[nodiscard]] const voice::WavRecorder& file() const noexcept { return *file_; }
  /// True when a part of what was to be written is missing.
  [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }

 private:
  [[nodiscard]] std::vector<SoundEvent> changes(const voice::WavRecorder::Status& status);
  [[nodiscard]] event::RecordingIncomplete incomplete_event(
      const voice::WavRecorder::Status& status) const;

  Role role_;
  std::string wanted_;
  std::shared_ptr<voice::WavRecorder> file_;
  voice::AudioFormat format_;
  bool name_told_ = false;
  bool failure_told_ = false;
  std::uint64_t missing_told_ = 0;
  bool incomplete_ = false;
  bool has_ended_ = false;
};

}  // namespace voicecli
