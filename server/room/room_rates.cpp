// The part of Room for participants whose sample rate is not the room's.
#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

#include <algorithm>

namespace voiced {

using voice::packet_overhead_bytes;

// Whether somebody hears at the other rate.
bool Room::is_converted() const noexcept {
  return std::any_of(shared_.begin() + voice::codec_count, shared_.end(),
                     [](const SharedMessage& shared) { return shared.hearers != 0; });
}

// Converts the bus. Talkers that have just fallen silent are still in the filter for a tick.
void Room::convert() noexcept {
  const auto gains = scratch_.mixer.gains();
  other_rate_->add_bus(scratch_.mixer.bus(), gains);
  for (const std::uint32_t slot : speakers_before_) {
    if (slots_[slot].frame.empty()) {
      other_rate_->add_own(*slots_[slot].participant->other_rate, {}, gains);
    }
  }
  speakers_before_.clear();
  for (const std::uint32_t slot : contributors_) {
    const Slot& place = slots_[slot];
    if (!place.has_other_rate) continue;
    VOICE_ASSERT(place.frame.pcm.size() == samples_);
    other_rate_->add_own(*place.participant->other_rate, place.frame.pcm, gains);
    speakers_before_.push_back(slot);
  }
}

void Room::stop_converting() noexcept {
  other_rate_->rest();
  for (const std::uint32_t slot : speakers_before_) {
    OtherRate::forget_bus(*slots_[slot].participant->other_rate);
  }
  speakers_before_.clear();
}

// Returns the length of the payload in bytes.
std::size_t Room::mix_all_converted(voice::CodecId codec,
                                    std::span<std::uint8_t> payload) noexcept {
  const auto pcm = std::span{scratch_.pcm}.first(other_rate_->samples());
  other_rate_->mix(pcm);
  if (codec != voice::CodecId::pcmu)
    return shared(codec, true).encoder->encode(pcm, payload, counters_.ticks);
  voice::g711::encode(pcm, payload);
  return payload.size();
}

voice::Bytes Room::converted_message(const Slot& slot) noexcept {
  const OtherRateLine& line = *slot.participant->other_rate;
  if (!other_rate_->is_heard(line)) return shared_of(slot).message;
  const auto pcm = std::span{scratch_.pcm}.first(other_rate_->samples());
  other_rate_->mix_minus(line, pcm);
  if (slot.codec != voice::CodecId::pcmu) return encoded_message(slot);
  const auto message = shared_of(slot).own;
  voice::g711::encode(pcm, message.subspan(packet_overhead_bytes));
  return message;
}

}  // namespace voiced
