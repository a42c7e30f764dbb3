// The server's own microphone and loudspeaker as one more participant (silent = false). Moves
// samples between two devices and the conference, once a tick; the devices never block, and a
// missing sound card is waited for.
#pragma once

#include "common/playout/capture_smoother.hpp"
#include "server/host/guest.hpp"
#include "server/net/options.hpp"

#include <memory>
#include <string>

namespace voice {
class CaptureDevice;
class PlaybackDevice;
}  // namespace voice

namespace voiced {

class LocalParticipant final : public Guest {
 public:
  /// Fails if a device is named that can never work, or if this program was built without sound;
  /// the error message says which.
  [[nodiscard]] static voice::expected<std::unique_ptr<LocalParticipant>, std::string> open(
      voice::AudioFormat format, const LocalAudioOptions& options);
  /// @param capture, playback at this rate
  LocalParticipant(std::unique_ptr<voice::CaptureDevice> capture,
                   std::unique_ptr<voice::PlaybackDevice> playback, voice::AudioFormat format,
                   const LocalAudioOptions& options);
  ~LocalParticipant() override;
  LocalParticipant(const LocalParticipant&) = delete;
  LocalParticipant& operator=(const LocalParticipant&) = delete;

  /// Hands what the microphone has captured to the conference.
  void before_mix(Room& room, ParticipantId self, voice::TimePoint now) override;
  void deliver(voice::Bytes message, voice::TimePoint now) override;
  void pause() override;
  /// Feeds the loudspeaker.
  void after_mix(voice::TimePoint now) override;

  [[nodiscard]] voice::CodecId codec() const override { return voice::CodecId::l16; }
  void set_mutes(const Mutes& mutes) override { mutes_ = mutes; }
  [[nodiscard]] Mutes mutes() const override { return mutes_; }
  [[nodiscard]] std::string_view name() const override { return "server"; }

 private:
  void play_frame(voice::TimePoint now);
  void log_states(voice::TimePoint now);

  Mutes mutes_;
  bool speaks_ = false;  // its microphone has been heard and not been muted since
  std::unique_ptr<voice::CaptureDevice> capture_;
  std::unique_ptr<voice::PlaybackDevice> playback_;
  voice::CaptureSmoother smoother_;
  voice::FrameClock playout_clock_;
  voice::Playout playout_;
  std::size_t frame_wanted_ = 0;  // length of the next frame for the loudspeaker
  bool plays_ = true;             // the last frame was not muted
  std::vector<std::int16_t> pcm_;
  voice::TimePoint next_state_log_{};
  std::string input_state_;
  std::string output_state_;
};

}  // namespace voiced
