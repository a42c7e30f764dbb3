// The part of Room for participants that come from another room or go to one.
#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

#include <algorithm>

namespace voiced {

using voice::packet_overhead_bytes;

void Room::fade(ParticipantId id, voice::Fade direction) {
  if (!is_here(id)) return;
  if (std::exchange(is_fading_over_, false)) end_fading();
  fading_.push_back({id.slot, direction});
  VOICE_ASSERT(fading_.size() <= 2 * members_.size());
}

// Ends the fades of the tick that is over.
void Room::end_fading() noexcept {
  fading_.clear();
  is_fading_over_ = false;
}

ParticipantId Room::admit(Participants::Pointer participant) {
  VOICE_ASSERT(participant != nullptr && !is_full());
  const voice::AudioFormat its = participant->playout.format();
  VOICE_ASSERT(its == options_.format || its == options_.other_format);
  participant->other_rate.reset();
  participant->guarded = {.echoes = participant->guarded.echoes};
  participant->encoder = encoder_of(participant->playout.codec(), its != options_.format);
  if (participant->playout.options() != options_.playout)
    participant->playout.set_options(options_.playout);
  const ParticipantId id = sit(std::move(participant));
  // It may be in the middle of a word.
  Participant& here = *slots_[id.slot].participant;
  if (!here.playout.empty() || here.playout.playing()) {
    here.in_active = true;
    active_.push_back(id.slot);
  }
  invariants();
  return id;
}

std::optional<voice::Fade> Room::fading(std::uint32_t slot) const noexcept {
  for (const Fading& each : fading_) {
    if (each.slot == slot) return each.direction;
  }
  return std::nullopt;
}

// What a participant says. If it comes or goes, faded, and in `spare`, which is as long.
voice::Frame Room::faded(std::uint32_t slot, const voice::Frame& frame,
                         std::span<std::int16_t> spare) const noexcept {
  const auto direction = fading(slot);
  if (!direction) return frame;
  const auto pcm = spare.first(frame.samples());
  if (frame.pcm.empty()) {
    // The codes may lie in the same memory.
    std::array<std::uint8_t, voice::rate_hz_max / voice::frames_per_second> codes{};
    const auto copy = std::span{codes}.first(frame.ulaw.size());
    std::copy(frame.ulaw.begin(), frame.ulaw.end(), copy.begin());
    voice::g711::decode(copy, pcm);
  } else if (frame.pcm.data() != pcm.data()) {
    std::copy(frame.pcm.begin(), frame.pcm.end(), pcm.begin());
  }
  voice::fade(pcm, *direction);
  return {.ulaw = {}, .pcm = pcm};
}

// What it hears, faded, in a mix of its own.
voice::Bytes Room::fading_message(const Slot& slot, voice::Fade direction) noexcept {
  const auto pcm = std::span{scratch_.pcm}.first(samples_of(slot.has_other_rate));
  if (!slot.has_other_rate) {
    scratch_.mixer.mix_minus(slot.frame, pcm);
  } else if (const OtherRateLine& line = *slot.participant->other_rate;
             other_rate_->is_heard(line)) {
    other_rate_->mix_minus(line, pcm);
  } else {
    other_rate_->mix(pcm);
  }
  voice::fade(pcm, direction);
  if (slot.codec != voice::CodecId::pcmu) return encoded_message(slot);
  const auto message = shared_of(slot).own;
  voice::g711::encode(pcm, message.subspan(packet_overhead_bytes));
  return message;
}

}  // namespace voiced
