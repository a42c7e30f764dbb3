#include "client/voice/voice_path.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voicecli {
namespace {

// The output for a frame and the rest of a block before it, and some samples that a filter held
// back.
std::size_t voice_samples_max(voice::AudioFormat format) {
  return 2 * format.samples_per_frame_max();
}

// Where what a filter loses passes beside it.
voice::Resampler::Filter filter_for(voice::AudioFormat format) {
  const bool is_above = format.rate_hz() > voice_processing_rate_hz(format.rate_hz());
  return is_above ? voice::Resampler::Filter::gentle : voice::Resampler::Filter::steep;
}

}  // namespace

VoicePath::VoicePath(voice::AudioFormat format, std::unique_ptr<VoiceProcessor> processor)
    : format_(format),
      processor_(std::move(processor)),
      reference_(format),
      near_in_(format.rate_hz(), voice_processing_rate_hz(format.rate_hz()), filter_for(format)),
      far_in_(format.rate_hz(), voice_processing_rate_hz(format.rate_hz()), filter_for(format)),
      out_(voice_processing_rate_hz(format.rate_hz()), format.rate_hz(), filter_for(format)),
      near_(static_cast<std::size_t>(voice_processing_rate_hz(format.rate_hz()) /
                                     voice_blocks_per_second)),
      far_(near_.size()),
      played_(format.samples_per_frame_max()),
      voice_(voice_samples_max(format)) {
  VOICE_ASSERT(processor_ != nullptr);
  const int rate_hz = voice_processing_rate_hz(format.rate_hz());
  if (format.rate_hz() <= rate_hz) return;
  before_.resize(near_.size());
  upper_.emplace(format.rate_hz(), rate_hz, processor_->delay_samples());
}

void VoicePath::observe(const StreamMoment& loudspeaker, const StreamMoment& microphone) {
  const bool is_other = loudspeaker.starts != loudspeaker_.starts ||
                        loudspeaker.is_running != loudspeaker_.is_running ||
                        microphone.starts != microphone_.starts ||
                        microphone.is_running != microphone_.is_running;
  if (is_other) {
    reset();
  } else {
    // A count may decrease when a device starts counting again.
    if (loudspeaker.gap_samples > loudspeaker_.gap_samples) {
      reference_.write_silence(loudspeaker.gap_samples - loudspeaker_.gap_samples);
    }
    if (microphone.gap_samples > microphone_.gap_samples) {
      reference_.skip(microphone.gap_samples - microphone_.gap_samples);
    }
  }
  loudspeaker_ = loudspeaker;
  microphone_ = microphone;
  if (!loudspeaker.is_running || !microphone.is_running) return;
  reference_.observe(loudspeaker.latency, microphone.latency);
}

voice::Duration VoicePath::delay() const noexcept {
  const auto seconds_of = [](std::size_t samples, int rate_hz) {
    return std::chrono::duration<double>(static_cast<double>(samples) / rate_hz);
  };
  const int rate_hz = voice_processing_rate_hz(format_.rate_hz());
  const auto delay =
      seconds_of(near_in_.delay_samples(), format_.rate_hz()) +
      seconds_of(filled_ + processor_->delay_samples() + out_.delay_samples(), rate_hz);
  return std::chrono::duration_cast<voice::Duration>(delay);
}

void VoicePath::reset() {
  reference_.reset();
  meter_.reset();
  processor_->reset();
}

VoicePath::Voice VoicePath::process(std::span<const std::int16_t> pcm) {
  VOICE_ASSERT(pcm.size() <= played_.size());
  std::span<std::int16_t> played = std::span{played_}.first(pcm.size());
  reference_.read(played);
  voice_samples_ = 0;
  bool is_speech = false;
  while (!pcm.empty()) {
    // Two resamplers with the same rates and equally long inputs stay in step.
    const auto near = near_in_.process(pcm, std::span{near_}.subspan(filled_));
    const auto far = far_in_.process(played, std::span{far_}.subspan(filled_));
    VOICE_ASSERT(near.consumed == far.consumed && near.produced == far.produced);
    if (upper_) upper_->hear(pcm.first(near.consumed));
    pcm = pcm.subspan(near.consumed);
    played = played.subspan(far.consumed);
    filled_ += near.produced;
    VOICE_ASSERT(filled_ <= near_.size());
    if (filled_ == near_.size()) is_speech = process_block() || is_speech;
  }
  return {std::span{voice_}.first(voice_samples_), is_speech};
}

bool VoicePath::process_block() {
  filled_ = 0;
  const double power_before = mean_power(near_);
  std::copy_n(near_.begin(), before_.size(), before_.begin());
  const bool is_speech = processor_->process(near_, far_);
  meter_.add(far_, power_before, near_);
  const auto step = out_.process(near_, std::span{voice_}.subspan(voice_samples_));
  VOICE_ASSERT(step.consumed == near_.size());
  if (upper_) {
    upper_->add(before_, near_, std::span{voice_}.subspan(voice_samples_, step.produced));
  }
  voice_samples_ += step.produced;
  return is_speech;
}

}  // namespace voicecli
