#include "server/net/local_participant.hpp"

#ifdef VOICE_WITH_SOUND

#include "common/core/quoted.hpp"
#include "common/device/open/open_devices.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace voiced {
namespace {

// Between the mixer's clock and the sound card's: 4 packets, playing from 2, cost 40 ms and bridge
// their drift.
constexpr int playout_depth_packets = 4;
constexpr std::chrono::seconds state_log_interval{1};

}  // namespace

voice::expected<std::unique_ptr<LocalParticipant>, std::string> LocalParticipant::open(
    Conference& conference, const LocalAudioOptions& options, voice::TimePoint /*now*/) {
  auto devices =
      voice::open_devices(options.input_device, options.output_device, conference.format());
  if (!devices) return voice::unexpected(devices.error().message);
  const auto id = conference.join_local();
  if (!id)
    return voice::unexpected(
        std::string("participants-max leaves no place for the server's own sound"));
  conference.set_codec(*id, voice::CodecId::l16);
  std::unique_ptr<LocalParticipant> local(new LocalParticipant(conference, *id, options));
  local->capture_ = std::move(devices->capture);
  local->playback_ = std::move(devices->playback);
  return local;
}

LocalParticipant::LocalParticipant(Conference& conference, ParticipantId id,
                                   const LocalAudioOptions& options)
    : conference_(conference),
      id_(id),
      microphone_muted_(options.mute_microphone),
      loudspeaker_muted_(options.mute_loudspeaker),
      smoother_(conference.format()),
      playout_clock_(conference.format()),
      playout_(conference.format(), playout_depth_packets, voice::CodecId::l16),
      frame_wanted_(playout_clock_.next()),
      pcm_(voice::packet_frames_max * conference.format().samples_per_frame_max()) {}

LocalParticipant::~LocalParticipant() {
  conference_.leave(id_);
}

void LocalParticipant::capture(voice::TimePoint now) {
  // A muted microphone is read all the same: what was said before must not come out after unmuting.
  for (std::size_t count = capture_->read(pcm_, now); count != 0;) {
    if (!microphone_muted_) smoother_.push(std::span{pcm_}.first(count));
    count = count == pcm_.size() ? capture_->read(pcm_, now) : 0;
  }
  if (microphone_muted_) smoother_.clear();
  for (std::size_t due = smoother_.frames_due(); due > 0; --due) {
    conference_.contribute(id_, smoother_.take(), now);
  }
  log_states(now);
}

void LocalParticipant::received(voice::Bytes message, voice::TimePoint now) noexcept {
  playout_.insert({{}, message.subspan(voice::packet_overhead_bytes)}, now);
}

void LocalParticipant::play(voice::TimePoint now) {
  // Bounded: a device that wants more than half a second at once has lost its mind, or its clock.
  for (int frames = 0; frames < 25 && playback_->wanted(now) >= frame_wanted_; ++frames) {
    const auto pcm = std::span{pcm_}.first(frame_wanted_);
    playout_.take(pcm, now);
    if (loudspeaker_muted_) std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
    playback_->write(pcm, now);
    frame_wanted_ = playout_clock_.next();
  }
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
    Conference&, const LocalAudioOptions&, voice::TimePoint) {
  return voice::unexpected(std::string("this voiced was built without sound; set silent = true"));
}
LocalParticipant::~LocalParticipant() = default;
void LocalParticipant::capture(voice::TimePoint) {}
void LocalParticipant::received(voice::Bytes, voice::TimePoint) noexcept {}
void LocalParticipant::play(voice::TimePoint) {}

}  // namespace voiced

#endif
