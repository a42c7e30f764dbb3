// The half of Room that runs every 20 ms: collects the frames, mixes, makes the messages.
#include "common/core/assert.hpp"
#include "common/core/prefetch.hpp"
#include "server/room/natural_bus.hpp"
#include "server/room/room.hpp"

#include <algorithm>

namespace voiced {

using voice::packet_overhead_bytes;

namespace {

// So many frames stay in the processor's cache from one pass over them to the next.
constexpr std::size_t cached_frames = 64;
// What every tick looks at of a participant.
constexpr std::size_t prefetch_bytes = sizeof(Participant) - sizeof(voice::PlayoutOptions);

std::span<std::uint8_t> payload_of(std::span<std::uint8_t> message) noexcept {
  return message.subspan(packet_overhead_bytes);
}

}  // namespace

std::span<std::uint8_t> Room::message_in(std::vector<std::uint8_t>& space,
                                         voice::CodecId codec) const noexcept {
  return std::span{space}.first(packet_overhead_bytes +
                                samples_ * voice::codec_info(codec).sample_bytes);
}

// Every message of a tick carries the same header but for the payload type: receivers see one
// stream, whichever mix they get.
voice::rtp::Header Room::header_of(voice::CodecId codec) const noexcept {
  voice::rtp::Header header = header_;
  header.payload_type = voice::codec_info(codec).payload_type;
  return header;
}

std::span<const ParticipantId> Room::tick(voice::TimePoint now) noexcept {
  ++counters_.ticks;
  samples_ = clock_.next();
  listeners_.clear();
  next_listener_ = 0;
  collect(now);
  if (contributors_.empty()) {
    packetizer_.skip(samples_);
    return {};
  }
  header_ = packetizer_.next_header();
  encode_shared_messages();
  address_messages();
  counters_.messages_out += listeners_.size();
  return listeners_;
}

// Takes one frame of everybody who may have one, and puts it on the bus.
void Room::collect(voice::TimePoint now) noexcept {
  mixer_.begin(samples_);
  for (const std::uint32_t slot : contributors_) slots_[slot].frame = {};
  contributors_.clear();
  spare_used_ = 0;
  local_mix_differs_ = false;
  for (std::size_t i = 0; i < active_.size();) {
    prefetch_active(i);
    const std::uint32_t slot = active_[i];
    Participant& participant = *slots_[slot].participant;
    add_contributor(slot, participant, now);
    if (participant.playout.empty() && !participant.playout.playing()) {
      participant.in_active = false;
      participant.silent_since_tick = counters_.ticks;
      active_[i] = active_.back();
      active_.pop_back();
    } else {
      ++i;
    }
  }
  add_pending();
  mixer_.finish();
}

// The frames of the next group and the state of the one after it, while this one is added.
void Room::prefetch_active(std::size_t index) const noexcept {
  const std::size_t next_group = index + mix_group_frames;
  const std::size_t group_after = next_group + mix_group_frames;
  if (group_after < active_.size()) {
    voice::prefetch(slots_[active_[group_after]].participant.get(), prefetch_bytes);
  }
  if (next_group < active_.size()) {
    const Participant& next = *slots_[active_[next_group]].participant;
    if (!next.playout.empty()) voice::prefetch(next.playout.front(), samples_);
  }
}

// A contributor's samples stay µ-law, where they lie in its jitter buffer, and are decoded once
// more for its own mix: that costs less than fetching a frame of int16 from far memory.
void Room::add_contributor(std::uint32_t slot, Participant& participant,
                           voice::TimePoint now) noexcept {
  const std::span spare{&spare_frames_[spare_used_], samples_};
  voice::Frame frame = participant.playout.take(samples_, spare, now);
  if (frame.empty() || participant.mutes.microphone) {
    participant.square_sum = fallen(participant.square_sum);
    return;
  }
  if (participant.gain) frame = participant.gain->apply(frame, spare);
  slots_[slot].frame = frame;
  contributors_.push_back(slot);
  ++participant.frames_played;
  if (participant.mutes.not_played_here) local_mix_differs_ = true;
  // The next one may not write where this frame lies.
  if (!frame.pcm.empty()) {
    spare_used_ += samples_;
    participant.square_sum = std::max(mixer_.add(frame), fallen(participant.square_sum));
    return;
  }
  if (static_cast<const void*>(frame.ulaw.data()) == spare.data())
    spare_used_ += (samples_ + 1) / 2;
  pending_frames_[pending_count_] = frame.ulaw;
  pending_[pending_count_++] = &participant;
  if (pending_count_ == pending_.size()) add_pending();
}

// Several frames at once cost the mixer less.
void Room::add_pending() noexcept {
  const std::size_t count = std::exchange(pending_count_, 0);
  if (count == 0) return;
  std::array<std::int64_t, mix_group_frames> square_sums;
  mixer_.add(std::span{pending_frames_}.first(count), std::span{square_sums}.first(count));
  for (std::size_t i = 0; i < count; ++i) {
    pending_[i]->square_sum = std::max(square_sums[i], fallen(pending_[i]->square_sum));
  }
}

void Room::encode_shared_messages() noexcept {
  for (std::size_t i = 0; i < shared_.size(); ++i) {
    shared_[i].message = {};
    if (shared_[i].users == 0) continue;
    const auto codec = static_cast<voice::CodecId>(i);
    const auto message = message_in(shared_[i].space, codec);
    mix_all(codec, payload_of(message));
    voice::write_packet_overhead(header_of(codec), message);
    shared_[i].message = message;
  }
  own_ulaw_ = message_in(own_message_, voice::CodecId::pcmu);
  packetizer_.packetize(own_ulaw_, samples_);
}

void Room::mix_all(voice::CodecId codec, std::span<std::uint8_t> payload) noexcept {
  const voice::Bytes sole = slots_[contributors_.front()].frame.ulaw;
  if (codec != voice::CodecId::pcmu) {
    const auto pcm = std::span{own_pcm_}.first(samples_);
    mixer_.mix_minus({}, pcm);
    shared(codec).encoder->encode(pcm, payload);
  } else if (contributors_.size() == 1 && !sole.empty()) {
    // A single talker passes bit-identical, also its 0x7F, which decoding and encoding would turn
    // into 0xFF.
    std::copy(sole.begin(), sole.end(), payload.begin());
  } else {
    mixer_.mix(payload);
  }
}

// A contributor hears all but itself.
voice::Bytes Room::own_message(const Slot& slot) noexcept {
  if (slot.codec != voice::CodecId::pcmu) {
    mixer_.mix_minus(slot.frame, std::span{own_pcm_}.first(samples_));
    return encoded_message(slot);
  }
  mixer_.mix_minus(slot.frame, payload_of(own_ulaw_));
  voice::write_packet_overhead(header_, own_ulaw_);
  return own_ulaw_;
}

// What stands in own_pcm_, for one participant alone, in another codec than PCMU.
voice::Bytes Room::encoded_message(const Slot& slot) noexcept {
  const auto message = message_in(own_message_, slot.codec);
  slot.participant->encoder->encode(std::span{own_pcm_}.first(samples_), payload_of(message));
  voice::write_packet_overhead(header_of(slot.codec), message);
  return message;
}

// The server's own loudspeaker leaves out those who are not to be played here, and its own
// microphone.
voice::Bytes Room::local_message(const Slot& slot) noexcept {
  const auto all = mixer_.bus();
  const auto rest = std::span{local_bus_}.first(samples_);
  std::copy(all.begin(), all.end(), rest.begin());
  for (const std::uint32_t contributor : contributors_) {
    const Slot& other = slots_[contributor];
    const bool left_out = &other == &slot || other.participant->mutes.not_played_here;
    if (left_out && !other.frame.empty()) natural_bus::subtract(other.frame, rest);
  }
  if (slot.codec != voice::CodecId::pcmu) {
    natural_bus::mix_minus(rest, {}, std::span{own_pcm_}.first(samples_));
    return encoded_message(slot);
  }
  natural_bus::mix_minus(rest, {}, payload_of(own_ulaw_));
  voice::write_packet_overhead(header_, own_ulaw_);
  return own_ulaw_;
}

void Room::address_messages() noexcept {
  for (const std::uint32_t slot : members_) {
    Slot& place = slots_[slot];
    if (!place.hears) continue;
    ++place.frames_sent;
    listeners_.push_back({slot, place.generation});
  }
}

voice::Bytes Room::message_for(ParticipantId listener) noexcept {
  if (!is_here(listener)) return {};
  if (contributors_.size() > cached_frames) prefetch_frame_of_next(listener);
  const Slot& slot = slots_[listener.slot];
  if (local_mix_differs_ && local_slot_ == listener.slot) return local_message(slot);
  return slot.frame.empty() ? shared(slot.codec).message : own_message(slot);
}

void Room::prefetch_frame_of_next(ParticipantId listener) noexcept {
  if (next_listener_ + 1 >= listeners_.size() || listeners_[next_listener_] != listener) return;
  ++next_listener_;
  const voice::Bytes next = slots_[listeners_[next_listener_].slot].frame.ulaw;
  voice::prefetch(next.data(), next.size());
}

}  // namespace voiced
