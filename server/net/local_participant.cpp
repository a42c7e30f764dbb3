#include "server/net/local_participant.hpp"

#ifdef VOICE_WITH_SOUND

#include "common/audio/fade.hpp"
#include "common/core/quoted.hpp"
#include "common/device/open/open_devices.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace voiced {
namespace {

constexpr std::chrono::seconds state_log_interval{1};

}  // namespace

voice::expected<std::unique_ptr<LocalParticipant>, std::string> LocalParticipant::open(
    voice::AudioFormat format, const LocalAudioOptions& options) {
  auto devices = voice::open_devices(options.input_device, options.output_device, format);
  if (!devices) return voice::unexpected(devices.error().message);
  return std::make_unique<LocalParticipant>(std::move(devices->capture),
                                            std::move(devices->playback), format, options);
}

LocalParticipant::LocalParticipant(std::unique_ptr<voice::CaptureDevice> capture,
                                   std::unique_ptr<voice::PlaybackDevice> playback,
                                   voice::AudioFormat format, const LocalAudioOptions& options)
    : mutes_{.microphone = options.mute_microphone, .loudspeaker = options.mute_loudspeaker},
      capture_(std::move(capture)),
      playback_(std::move(playback)),
      smoother_(format),
      playout_clock_(format),
      playout_(format, voice::PlayoutOptions{}, voice::CodecId::l16),
      frame_wanted_(playout_clock_.next()),
      pcm_(voice::packet_frames_max * format.samples_per_frame_max()) {}

LocalParticipant::~LocalParticipant() = default;

void LocalParticipant::before_mix(Room& room, ParticipantId self, voice::TimePoint now) {
  if (playout_.options() != room.playout()) playout_.set_options(room.playout());
  // A muted microphone is still read: what was said while muted must not be heard after unmuting.
  for (std::size_t count = capture_->read(pcm_, now); count != 0;) {
    if (!mutes_.microphone) smoother_.push(std::span{pcm_}.first(count));
    count = count == pcm_.size() ? capture_->read(pcm_, now) : 0;
  }
  if (mutes_.microphone) {
    smoother_.clear();
    if (std::exchange(speaks_, false)) room.pause(self);
  }
  for (std::size_t due = smoother_.frames_due(); due > 0; --due) {
    room.contribute(self, smoother_.take(), now);
    speaks_ = true;
  }
  log_states(now);
}

void LocalParticipant::deliver(voice::Bytes message, voice::TimePoint now) {
  playout_.insert({{}, message.subspan(voice::packet_overhead_bytes)}, now);
}

void LocalParticipant::pause() {
  playout_.pause();
}

void LocalParticipant::after_mix(voice::TimePoint now) {
  // Bounded: a device that wants more than half a second at once is faulty.
  for (int frames = 0; frames < 25 && playback_->wanted(now) > 0; ++frames) play_frame(now);
}

void LocalParticipant::play_frame(voice::TimePoint now) {
  const auto pcm = std::span{pcm_}.first(frame_wanted_);
  playout_.take(pcm, now);
  const bool played_before = std::exchange(plays_, !mutes_.loudspeaker);
  if (plays_ != played_before) {
    voice::fade(pcm, plays_ ? voice::Fade::in : voice::Fade::out);
  } else if (!plays_) {
    std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
  }
  playback_->write(pcm, now);
  frame_wanted_ = playout_clock_.next();
}

void LocalParticipant::log_states(voice::TimePoint now) {
  if (now < next_state_log_) return;
  next_state_log_ = now + state_log_interval;
  const auto log_change = [](const char* side, const voice::DeviceStatus& status,
                             std::string& last) {
    std::string state =
        std::string(to_string(status.state)) + " detail=" + voice::quoted(status.detail);
    if (state == last) return;
    last = std::move(state);
    spdlog::info("sound {} state={}", side, last);
  };
  log_change("input", capture_->status(), input_state_);
  log_change("output", playback_->status(), output_state_);
}

}  // namespace voiced

#else

namespace voice {
class CaptureDevice {};
class PlaybackDevice {};
}  // namespace voice

namespace voiced {

voice::expected<std::unique_ptr<LocalParticipant>, std::string> LocalParticipant::open(
    voice::AudioFormat, const LocalAudioOptions&) {
  return voice::unexpected(std::string("this voiced was built without sound; set silent = true"));
}
LocalParticipant::~LocalParticipant() = default;
void LocalParticipant::before_mix(Room&, ParticipantId, voice::TimePoint) {}
void LocalParticipant::deliver(voice::Bytes, voice::TimePoint) {}
void LocalParticipant::pause() {}
void LocalParticipant::after_mix(voice::TimePoint) {}

}  // namespace voiced

#endif
