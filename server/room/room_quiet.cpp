// The part of Room for ticks to which nobody contributes.
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

namespace voiced {
namespace {

// Proxies usually cut off connections that are idle for a minute, and hardly any does so within
// three seconds.
constexpr std::uint32_t ticks_per_sign_of_life = 125;
// When a crowd falls silent at the same moment, a tick serves only a 16th of it.
constexpr std::size_t signs_of_life_share = 16;

}  // namespace

std::span<const ParticipantId> Room::quiet_listeners() noexcept {
  // All messages of this tick have been asked for: no other room has used the scratch meanwhile.
  VOICE_ASSERT(scratch_.user == this);
  const auto tick = static_cast<std::uint32_t>(counters_.ticks);
  if (!is_nothing_sent()) last_sound_ = tick;
  listeners_.clear();
  if (last_sound_ != 0 && tick - last_sound_ == 1) announce_pause();
  if (tick - last_sound_ < ticks_per_sign_of_life) return listeners_;
  const std::size_t most = members_.size() / signs_of_life_share + 1;
  for (const std::uint32_t slot : members_) {
    Slot& place = slots_[slot];
    if (!place.hears || !place.needs_signs || tick - place.last_sign < ticks_per_sign_of_life)
      continue;
    if (place.participant->playout.sequencing() == Sequencing::trusted) continue;
    place.last_sign = tick;
    listeners_.push_back({slot, place.generation});
    if (listeners_.size() == most) break;
  }
  return listeners_;
}

// To those who know what a packet without sound means: what they hear ends here, and is not lost.
void Room::announce_pause() noexcept {
  for (const std::uint32_t slot : members_) {
    const Slot& place = slots_[slot];
    if (!place.hears || !place.needs_signs) continue;
    if (place.participant->playout.sequencing() != Sequencing::trusted) continue;
    listeners_.push_back({slot, place.generation});
  }
}

// Receivers ignore a packet whose payload type is not that of their codec.
voice::Bytes Room::sign_of_life(ParticipantId listener) noexcept {
  if (!is_here(listener)) return {};
  const Slot& slot = slots_[listener.slot];
  voice::rtp::Header header = packetizer_.header_without_sound();
  header.payload_type = voice::codec_info(slot.codec).payload_type;
  if (slot.has_other_rate) header.timestamp = next_other_timestamp();
  voice::write_packet_overhead(header, sign_of_life_);
  return sign_of_life_;
}

}  // namespace voiced
