// A playout of Opus: whatever a packet contains, it becomes one frame or nothing, and the sound
// continues. libopus is not instrumented; its errors show as crashes or broken promises.
#include "common/core/assert.hpp"
#include "common/playout/playout.hpp"

#include "tests/fuzz/input.hpp"

#include <array>
#include <vector>

namespace {

using voice::CodecId;
using voice::Insert;

constexpr std::array rates{8000, 12000, 16000, 24000, 48000};

class Story {
 public:
  explicit Story(fuzz::Input& input)
      : format_(*voice::AudioFormat::from_rate(rates[input.byte() % rates.size()])),
        playout_(format_, input.byte() % 2 == 0 ? voice::PlayoutOptions{} : voice::fixed_playout(8),
                 CodecId::opus),
        encoder_(voice::make_encoder(CodecId::opus, format_)),
        frame_(format_.samples_per_frame()) {
    playout_.set_sequencing(input.byte() % 2 == 0 ? voice::Sequencing::trusted
                                                  : voice::Sequencing::ignored);
  }

  void play(fuzz::Input& input) {
    switch (input.byte() % 4) {
      case 0:
        return take();
      case 1:
        return insert(encoded(input.byte()));
      case 2:
        sequence_ = static_cast<std::uint16_t>(sequence_ + input.byte() % 4);
        break;
      default:
        break;
    }
    insert(input.bytes(static_cast<std::size_t>(input.word() % 1400)));
  }

 private:
  voice::Bytes encoded(std::uint8_t loudness) {
    for (std::size_t i = 0; i < frame_.size(); ++i) {
      frame_[i] = static_cast<std::int16_t>((i % 64 < 32 ? 1 : -1) * 128 * loudness);
    }
    return voice::Bytes{payload_}.first(encoder_->encode(frame_, payload_));
  }

  void insert(voice::Bytes payload) {
    const std::uint64_t accepted = playout_.counters().packets;
    const std::uint64_t malformed = playout_.counters().malformed;
    const voice::rtp::Header header{.sequence = sequence_++,
                                    .timestamp = voice::rtp::Timestamp{time_}};
    time_ += static_cast<std::uint32_t>(format_.samples_per_frame());
    const Insert result = playout_.insert({header, payload}, now_);
    VOICE_ASSERT((result == Insert::malformed) == (playout_.counters().malformed == malformed + 1));
    VOICE_ASSERT(result != Insert::malformed || playout_.counters().packets == accepted);
    VOICE_ASSERT(playout_.counters().cut_samples == 0);
  }

  void take() {
    std::vector<std::int16_t> out(format_.samples_per_frame());
    playout_.take(out, now_);
    now_ += voice::frame_duration;
  }

  voice::AudioFormat format_;
  voice::Playout playout_;
  std::unique_ptr<voice::Encoder> encoder_;
  std::vector<std::int16_t> frame_;
  std::array<std::uint8_t, voice::opus_payload_bytes_max> payload_{};
  voice::TimePoint now_{std::chrono::hours{1}};
  std::uint16_t sequence_ = 0;
  std::uint32_t time_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Story story(input);
  while (!input.empty()) story.play(input);
  return 0;
}
