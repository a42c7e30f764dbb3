// The part of Room for participants that come from another room or go to one.
#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

#include <algorithm>

namespace voiced {

using voice::packet_overhead_bytes;

void Room::fade(ParticipantId id, voice::Fade direction) noexcept {
  if (!is_here(id)) return;
  if (std::exchange(is_fading_over_, false)) end_fading();
  std::erase_if(fading_, [&](const Fading& each) { return each.slot == id.slot; });
  fading_.push_back({id.slot, {}, direction});
  VOICE_ASSERT(fading_.size() <= members_.size());
}

// In the next tick, what a participant says becomes louder or softer, if it is speaking.
void Room::ramp(std::uint32_t slot, voice::Ramp said) noexcept {
  const Participant& participant = *slots_[slot].participant;
  if (!participant.in_active || !participant.playout.playing()) return;
  if (std::exchange(is_fading_over_, false)) end_fading();
  for (Fading& other : fading_) {
    if (other.slot != slot) continue;
    // Both changes are for the same tick.
    const bool is_unmute = other.said.to == 0 && said.from == 0;
    other.said = is_unmute ? voice::Ramp{other.said.from, said.to}
                           : voice::Ramp{other.said.from * said.from, other.said.to * said.to};
    return;
  }
  fading_.push_back({slot, said, std::nullopt});
  VOICE_ASSERT(fading_.size() <= members_.size());
}

// The last frame before it is silenced is faded out.
bool Room::is_unheard(std::uint32_t slot, const Participant& participant) const noexcept {
  if (!participant.is_silenced()) return false;
  const Fading* const its = fading(slot);
  return its == nullptr || its->moves || its->said.to != 0;
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

const Room::Fading* Room::fading(std::uint32_t slot) const noexcept {
  for (const Fading& each : fading_) {
    if (each.slot == slot) return &each;
  }
  return nullptr;
}

// What a participant says. If it fades, that is in `spare`, which is as long.
voice::Frame Room::faded(std::uint32_t slot, const voice::Frame& frame,
                         std::span<std::int16_t> spare) const noexcept {
  const Fading* const its = fading(slot);
  if (its == nullptr) return frame;
  const auto pcm = spare.first(frame.samples());
  voice::decode(frame, pcm);
  its->moves ? voice::fade(pcm, *its->moves) : voice::apply(its->said, pcm);
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
