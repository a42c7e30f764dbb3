// The voice processor that uses webrtc-audio-processing 0.3, the library of Debian 12.
#include "client/voice/voice_processor.hpp"
#include "common/core/assert.hpp"

#include <webrtc/modules/audio_processing/include/audio_processing.h>
#include <webrtc/modules/interface/module_common_types.h>

#include <algorithm>

namespace voicecli {
namespace {

using webrtc::AudioProcessing;

// The level that a voice is brought to, in dB below full scale, and the most that a quiet voice is
// raised by.
constexpr int gain_target_dbfs = 9;
constexpr int gain_db_max = 12;

// By how much the library delays a voice: measured, and the same on every run.
constexpr std::size_t echo_delay_samples = 112;  // at any rate
constexpr int noise_delay_ms = 6;

std::size_t delay_of(int rate_hz, VoiceTasks tasks) {
  const auto noise_delay = static_cast<std::size_t>(rate_hz * noise_delay_ms / 1000);
  return (tasks.cancel_echo ? echo_delay_samples : 0) + (tasks.suppress_noise ? noise_delay : 0);
}

class WebrtcProcessor final : public VoiceProcessor {
 public:
  WebrtcProcessor(int rate_hz, VoiceTasks tasks);

  bool process(std::span<std::int16_t> microphone,
               std::span<const std::int16_t> loudspeaker) override;
  [[nodiscard]] std::size_t delay_samples() const noexcept override { return delay_samples_; }
  void reset() override { processing_->Initialize(); }

 private:
  void put(std::span<const std::int16_t> pcm);

  int rate_hz_;
  bool cancels_echo_;
  std::size_t delay_samples_;
  std::unique_ptr<AudioProcessing> processing_;
  webrtc::AudioFrame frame_;
};

// The long filter covers 130 ms, and cancels an echo that begins 10 to 100 ms after its sound; the
// short one ends after 48 ms.
std::unique_ptr<AudioProcessing> create() {
  webrtc::Config config;
  config.Set<webrtc::ExtendedFilter>(new webrtc::ExtendedFilter(true));
  return std::unique_ptr<AudioProcessing>(AudioProcessing::Create(config));
}

WebrtcProcessor::WebrtcProcessor(int rate_hz, VoiceTasks tasks)
    : rate_hz_(rate_hz),
      cancels_echo_(tasks.cancel_echo),
      delay_samples_(delay_of(rate_hz, tasks)),
      processing_(create()) {
  AudioProcessing& all = *processing_;
  all.high_pass_filter()->Enable(true);
  // The next higher level takes another 1.2 dB from a voice that talks over the echo.
  all.echo_cancellation()->set_suppression_level(webrtc::EchoCancellation::kModerateSuppression);
  all.echo_cancellation()->Enable(tasks.cancel_echo);
  all.noise_suppression()->set_level(webrtc::NoiseSuppression::kHigh);
  all.noise_suppression()->Enable(tasks.suppress_noise);
  all.gain_control()->set_mode(webrtc::GainControl::kAdaptiveDigital);
  all.gain_control()->set_target_level_dbfs(gain_target_dbfs);
  all.gain_control()->set_compression_gain_db(gain_db_max);
  all.gain_control()->enable_limiter(true);
  all.gain_control()->Enable(tasks.control_gain);
  all.voice_detection()->set_likelihood(webrtc::VoiceDetection::kModerateLikelihood);
  all.voice_detection()->Enable(true);
}

void WebrtcProcessor::put(std::span<const std::int16_t> pcm) {
  VOICE_ASSERT(pcm.size() == static_cast<std::size_t>(rate_hz_ / voice_blocks_per_second));
  frame_.sample_rate_hz_ = rate_hz_;
  frame_.num_channels_ = 1;
  frame_.samples_per_channel_ = pcm.size();
  std::copy(pcm.begin(), pcm.end(), frame_.data_);
}

bool WebrtcProcessor::process(std::span<std::int16_t> microphone,
                              std::span<const std::int16_t> loudspeaker) {
  if (cancels_echo_) {
    put(loudspeaker);
    processing_->ProcessReverseStream(&frame_);
    // Must be set for each block. Zero: the two are aligned as well as we know, and the filter
    // looks for the echo in the 130 ms that follow.
    processing_->set_stream_delay_ms(0);
  }
  put(microphone);
  processing_->ProcessStream(&frame_);
  std::copy_n(frame_.data_, microphone.size(), microphone.begin());
  return processing_->voice_detection()->stream_has_voice();
}

}  // namespace

bool has_voice_processing() noexcept {
  return true;
}

std::unique_ptr<VoiceProcessor> make_voice_processor(int rate_hz, VoiceTasks tasks) {
  return std::make_unique<WebrtcProcessor>(rate_hz, tasks);
}

}  // namespace voicecli
