// The server's own microphone and loudspeaker as one more participant (silent = false). Moves
// samples between two devices and the conference, once a tick; the devices never block, and a
// missing sound card is waited for.
#pragma once

#include "common/playout/capture_smoother.hpp"
#include "server/conference/conference.hpp"
#include "server/net/options.hpp"

#include <memory>
#include <string>

namespace voice {
class CaptureDevice;
class PlaybackDevice;
}  // namespace voice

namespace voiced {

class LocalParticipant {
 public:
  /// Joins `conference`, which outlives it. Fails when a device is named that can never work, when
  /// the conference has no place, or when this program was built without sound; the text says
  /// which.
  [[nodiscard]] static voice::expected<std::unique_ptr<LocalParticipant>, std::string> open(
      Conference& conference, const LocalAudioOptions& options, voice::TimePoint now);
  ~LocalParticipant();
  LocalParticipant(const LocalParticipant&) = delete;
  LocalParticipant& operator=(const LocalParticipant&) = delete;

  /// Once a tick, before mixing: hands what the microphone has captured to the conference.
  void capture(voice::TimePoint now);

  /// The mixed message addressed to id().
  void received(voice::Bytes message, voice::TimePoint now) noexcept;

  /// Once a tick, after mixing: feeds the loudspeaker.
  void play(voice::TimePoint now);

  void set_microphone_muted(bool muted) noexcept { microphone_muted_ = muted; }
  void set_loudspeaker_muted(bool muted) noexcept { loudspeaker_muted_ = muted; }
  [[nodiscard]] bool microphone_muted() const noexcept { return microphone_muted_; }
  [[nodiscard]] bool loudspeaker_muted() const noexcept { return loudspeaker_muted_; }
  [[nodiscard]] ParticipantId id() const noexcept { return id_; }

 private:
  LocalParticipant(Conference& conference, ParticipantId id, const LocalAudioOptions& options);

  void log_states(voice::TimePoint now);

  Conference& conference_;
  ParticipantId id_;
  bool microphone_muted_;
  bool loudspeaker_muted_;
  std::unique_ptr<voice::CaptureDevice> capture_;
  std::unique_ptr<voice::PlaybackDevice> playback_;
  voice::CaptureSmoother smoother_;
  voice::FrameClock playout_clock_;
  voice::Playout playout_;
  std::size_t frame_wanted_ = 0;  // length of the next frame for the loudspeaker
  std::vector<std::int16_t> pcm_;
  voice::TimePoint next_state_log_{};
  std::string input_state_;
  std::string output_state_;
};

}  // namespace voiced
