#include "server/conference/conference.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/level.hpp"
#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {

using voice::packet_overhead_bytes;

namespace {

std::span<std::uint8_t> payload_of(std::span<std::uint8_t> message) noexcept {
  return message.subspan(packet_overhead_bytes);
}

}  // namespace

Conference::Conference(const ConferenceOptions& options)
    : options_(options),
      clock_(options.format),
      mixer_(options.format.samples_per_frame_max()),
      local_mixer_(options.format.samples_per_frame_max()),
      packetizer_(options.first_sequence, options.ssrc) {
  VOICE_ASSERT(options.participants_max <= participants_max_limit);
  const std::size_t places = options.participants_max;
  const std::size_t frame = options.format.samples_per_frame_max();
  slots_.resize(places);
  free_slots_.reserve(places);
  for (std::size_t i = places; i > 0; --i) free_slots_.push_back(static_cast<std::uint32_t>(i - 1));
  members_.reserve(places);
  active_.reserve(places);
  contributors_.reserve(places);
  outgoing_.reserve(places);
  message_arena_ =
      std::make_unique_for_overwrite<std::uint8_t[]>(places * (packet_overhead_bytes + frame));
  pcm_.resize(frame);
  mixed_.resize(frame);
  full_message_.resize(packet_overhead_bytes + frame);
  local_message_.resize(packet_overhead_bytes + frame);
}

voice::expected<ParticipantId, JoinError> Conference::join() {
  if (free_slots_.empty()) return voice::unexpected(JoinError::conference_full);
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  Slot& place = slots_[slot];
  place.participant = std::make_unique<Participant>(options_.format, options_.jitter_depth_packets);
  place.member_index = static_cast<std::uint32_t>(members_.size());
  ++place.generation;
  members_.push_back(slot);
  ++counters_.joins;
  return ParticipantId{slot, place.generation};
}

voice::expected<ParticipantId, JoinError> Conference::join_local() {
  VOICE_ASSERT(!local_slot_);
  const auto id = join();
  if (id) {
    slots_[id->slot].participant->is_local = true;
    local_slot_ = id->slot;
  }
  return id;
}

void Conference::leave(ParticipantId id) noexcept {
  if (find(id) == nullptr) return;
  Slot& place = slots_[id.slot];
  const std::uint32_t last = members_.back();
  members_[place.member_index] = last;
  slots_[last].member_index = place.member_index;
  members_.pop_back();
  std::erase(active_, id.slot);
  std::erase(contributors_, id.slot);
  if (local_slot_ == id.slot) local_slot_.reset();
  place.participant.reset();
  // A generation is never used twice: after 2^32 visitors of one slot it is retired.
  if (place.generation != UINT32_MAX) free_slots_.push_back(id.slot);
  ++counters_.leaves;
}

Participant* Conference::lookup(ParticipantId id) const noexcept {
  if (id.slot >= slots_.size() || slots_[id.slot].generation != id.generation) return nullptr;
  return slots_[id.slot].participant.get();
}

const Participant* Conference::find(ParticipantId id) const noexcept {
  return lookup(id);
}

voice::Insert Conference::receive(ParticipantId id, const voice::rtp::PacketView& packet) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr || packet.payload.empty()) return voice::Insert::accepted;
  ++counters_.packets_in;
  if (!participant->in_active) {
    participant->in_active = true;
    active_.push_back(id.slot);
  }
  if (participant->sequencing == Sequencing::ignored) {
    return participant->buffer.insert(std::nullopt, packet.payload);
  }
  return participant->buffer.insert(packet.header.sequence, packet.payload);
}

std::span<std::uint8_t> Conference::own_message(std::size_t contribution) noexcept {
  const std::size_t stride = packet_overhead_bytes + options_.format.samples_per_frame_max();
  return {&message_arena_[contribution * stride], packet_overhead_bytes + samples_};
}

std::span<const Outgoing> Conference::tick() noexcept {
  ++counters_.ticks;
  samples_ = clock_.next();
  outgoing_.clear();
  collect();
  if (contributors_.empty()) {
    packetizer_.skip(samples_);
    return {};
  }
  encode_mixes();
  address_messages();
  counters_.messages_out += outgoing_.size();
  return outgoing_;
}

// Takes one frame of everybody who may have one, and puts it on the bus.
void Conference::collect() noexcept {
  mixer_.begin(samples_);
  for (const std::uint32_t slot : contributors_) slots_[slot].participant->contribution = 0;
  contributors_.clear();
  local_mix_differs_ = false;
  for (std::size_t i = 0; i < active_.size();) {
    const std::uint32_t slot = active_[i];
    Participant& participant = *slots_[slot].participant;
    add_contributor(slot, participant);
    if (participant.buffer.empty() && !participant.buffer.playing()) {
      participant.in_active = false;
      active_[i] = active_.back();
      active_.pop_back();
    } else {
      ++i;
    }
  }
}

// A contributor's samples stay µ-law, in the place of the message he will get, and are decoded once
// more for his own mix: that costs less than fetching a frame of int16 from far memory.
void Conference::add_contributor(std::uint32_t slot, Participant& participant) noexcept {
  const std::size_t index = contributors_.size();
  const auto ulaw = payload_of(own_message(index));
  if (participant.buffer.take(ulaw) == 0) return;
  if (participant.mutes.microphone) return;
  const auto pcm = std::span{pcm_}.first(samples_);
  voice::g711::decode(ulaw, pcm);
  mixer_.add(pcm);
  participant.square_sum = voice::square_sum(pcm);
  contributors_.push_back(slot);
  participant.contribution = static_cast<std::uint32_t>(index + 1);
  ++participant.counters.frames_played;
  if (participant.mutes.not_played_here) local_mix_differs_ = true;
}

// Every message of a tick carries the same header: receivers see one stream, whichever mix they
// get. Each contributor's own mix comes last: it takes the place of what he said.
void Conference::encode_mixes() noexcept {
  const voice::rtp::Header header = packetizer_.next_header();
  if (local_slot_ && local_mix_differs_) encode_local_mix(*local_slot_);
  encode_full_mix();
  const auto pcm = std::span{pcm_}.first(samples_);
  const auto mixed = std::span{mixed_}.first(samples_);
  for (std::size_t index = 0; index < contributors_.size(); ++index) {
    const auto message = own_message(index);
    voice::g711::decode(payload_of(message), pcm);
    mixer_.mix_minus(pcm, mixed);
    voice::g711::encode(mixed, payload_of(message));
    voice::write_packet_overhead(header, message);
  }
}

void Conference::encode_full_mix() noexcept {
  const auto message = std::span{full_message_}.first(packet_overhead_bytes + samples_);
  if (contributors_.size() == 1) {
    // A single talker passes bit-identical, also his 0x7F, which decoding and encoding would turn
    // into 0xFF.
    const auto sole = payload_of(own_message(0));
    std::copy(sole.begin(), sole.end(), payload_of(message).begin());
  } else {
    const auto mixed = std::span{mixed_}.first(samples_);
    mixer_.mix(mixed);
    voice::g711::encode(mixed, payload_of(message));
  }
  packetizer_.packetize(message);
}

// The server's own loudspeaker leaves out those who are not to be played here, and its own
// microphone.
void Conference::encode_local_mix(std::uint32_t slot) noexcept {
  const auto pcm = std::span{pcm_}.first(samples_);
  const auto mixed = std::span{mixed_}.first(samples_);
  local_mixer_.begin(samples_);
  for (std::size_t index = 0; index < contributors_.size(); ++index) {
    const std::uint32_t other = contributors_[index];
    if (other == slot || slots_[other].participant->mutes.not_played_here) continue;
    voice::g711::decode(payload_of(own_message(index)), pcm);
    local_mixer_.add(pcm);
  }
  const auto message = std::span{local_message_}.first(packet_overhead_bytes + samples_);
  local_mixer_.mix(mixed);
  voice::g711::encode(mixed, payload_of(message));
  voice::write_packet_overhead(packetizer_.next_header(), message);
}

void Conference::address_messages() noexcept {
  for (const std::uint32_t slot : members_) {
    Participant& participant = *slots_[slot].participant;
    if (participant.mutes.loudspeaker) continue;
    ++participant.counters.frames_sent;
    outgoing_.push_back({{slot, slots_[slot].generation}, message_for(participant)});
  }
}

voice::Bytes Conference::message_for(const Participant& participant) noexcept {
  if (participant.is_local && local_mix_differs_) {
    return voice::Bytes{local_message_}.first(packet_overhead_bytes + samples_);
  }
  if (participant.contribution != 0) return own_message(participant.contribution - 1);
  return voice::Bytes{full_message_}.first(packet_overhead_bytes + samples_);
}

void Conference::set_mutes(ParticipantId id, const Mutes& mutes) noexcept {
  if (Participant* const participant = lookup(id)) participant->mutes = mutes;
}

void Conference::set_sequencing(ParticipantId id, Sequencing sequencing) noexcept {
  if (Participant* const participant = lookup(id)) participant->sequencing = sequencing;
}

void Conference::set_jitter_depth(int depth_packets) {
  options_.jitter_depth_packets = depth_packets;
  for (const std::uint32_t slot : members_)
    slots_[slot].participant->buffer.set_depth(depth_packets);
}

double Conference::level_dbfs(ParticipantId id) const noexcept {
  const Participant* const participant = lookup(id);
  if (participant == nullptr || participant->contribution == 0) return voice::level_dbfs_min;
  return voice::level_dbfs(participant->square_sum, samples_);
}

}  // namespace voiced
