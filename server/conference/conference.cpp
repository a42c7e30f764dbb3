#include "server/conference/conference.hpp"

#include "common/audio/level.hpp"
#include "common/core/assert.hpp"
#include "common/core/prefetch.hpp"

#include <algorithm>

namespace voiced {

using voice::packet_overhead_bytes;

namespace {

// So many frames stay in the processor's cache from one pass over them to the next.
constexpr std::size_t cached_frames = 64;
// What every tick looks at of a participant.
constexpr std::size_t prefetch_bytes = sizeof(Participant) - voice::ArrivalTimes::seldom_bytes;

// Proxies cut off what is idle for a minute as a rule, and hardly any after less than three
// seconds.
constexpr std::uint32_t ticks_per_sign_of_life = 125;
// So that a crowd that falls silent at once does not cost one tick much: a 16th of it at a time.
constexpr std::size_t signs_of_life_share = 16;

// What is left of a meter's needle, in power, after a tick: 15/16 fifty times a second are 20 dB in
// 1.5 s.
std::int64_t fallen(std::int64_t square_sum) noexcept {
  return square_sum - square_sum / 16;
}

// The same after many ticks.
std::int64_t fallen(std::int64_t square_sum, std::uint64_t ticks) noexcept {
  for (; ticks > 0 && square_sum >= 16; --ticks) square_sum = fallen(square_sum);
  return ticks > 0 ? 0 : square_sum;
}

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
  listeners_.reserve(places);
  // Not std::make_unique_for_overwrite: libc++ has it from version 16 on.
  spare_frames_ = std::unique_ptr<std::uint8_t[]>(new std::uint8_t[places * frame]);
  full_message_.resize(packet_overhead_bytes + frame);
  local_message_.resize(packet_overhead_bytes + frame);
  own_message_.resize(packet_overhead_bytes + frame);
}

voice::expected<ParticipantId, JoinError> Conference::join() {
  if (free_slots_.empty()) return voice::unexpected(JoinError::conference_full);
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  Slot& place = slots_[slot];
  place.participant = std::make_unique<Participant>(options_.format, options_.jitter_depth_packets);
  place.member_index = static_cast<std::uint32_t>(members_.size());
  place.frames_sent = 0;
  place.hears = true;
  place.last_sign = static_cast<std::uint32_t>(counters_.ticks);
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

bool Conference::is_password(std::string_view word) const noexcept {
  const std::string& right = options_.password;
  if (right.empty()) return true;
  auto difference = static_cast<unsigned>(word.size() != right.size());
  for (std::size_t i = 0; i < word.size(); ++i) {
    difference |= static_cast<unsigned char>(word[i] ^ right[i % right.size()]);
  }
  return difference == 0;
}

void Conference::set_outside(ParticipantId id, bool outside) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return;
  participant->is_outside = outside;
  update_hears(slots_[id.slot]);
}

void Conference::update_hears(Slot& slot) noexcept {
  slot.hears = !slot.participant->mutes.loudspeaker && !slot.participant->is_outside;
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
  place.frame = {};
  // A generation is never used twice: after 2^32 visitors of one slot it is retired.
  if (place.generation != UINT32_MAX) free_slots_.push_back(id.slot);
  ++counters_.leaves;
}

bool Conference::is_here(ParticipantId id) const noexcept {
  return id.slot < slots_.size() && slots_[id.slot].generation == id.generation &&
         slots_[id.slot].participant != nullptr;
}

Participant* Conference::lookup(ParticipantId id) const noexcept {
  return is_here(id) ? slots_[id.slot].participant.get() : nullptr;
}

const Participant* Conference::find(ParticipantId id) const noexcept {
  return lookup(id);
}

voice::Insert Conference::receive(ParticipantId id, const voice::rtp::PacketView& packet,
                                  voice::TimePoint now) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr || packet.payload.empty()) return voice::Insert::accepted;
  ++counters_.packets_in;
  if (!participant->in_active) {
    participant->in_active = true;
    participant->square_sum =
        fallen(participant->square_sum, counters_.ticks - participant->silent_since_tick);
    active_.push_back(id.slot);
  }
  if (participant->sequencing == Sequencing::ignored) {
    return participant->buffer.insert(packet.payload, now);
  }
  return participant->buffer.insert(packet.header, packet.payload, now);
}

std::span<std::uint8_t> Conference::spare_frame(std::size_t contribution) noexcept {
  return {&spare_frames_[contribution * options_.format.samples_per_frame_max()], samples_};
}

std::span<std::uint8_t> Conference::message_in(std::vector<std::uint8_t>& room) noexcept {
  return std::span{room}.first(packet_overhead_bytes + samples_);
}

std::span<const ParticipantId> Conference::tick(voice::TimePoint now) noexcept {
  ++counters_.ticks;
  samples_ = clock_.next();
  listeners_.clear();
  next_listener_ = 0;
  collect(now);
  if (contributors_.empty()) {
    packetizer_.skip(samples_);
    return {};
  }
  // Every message of a tick carries the same header: receivers see one stream, whichever mix they
  // get.
  header_ = packetizer_.next_header();
  encode_full_mix();
  if (local_slot_ && local_mix_differs_) encode_local_mix();
  address_messages();
  counters_.messages_out += listeners_.size();
  return listeners_;
}

// Takes one frame of everybody who may have one, and puts it on the bus.
void Conference::collect(voice::TimePoint now) noexcept {
  mixer_.begin(samples_);
  for (const std::uint32_t slot : contributors_) slots_[slot].frame = {};
  contributors_.clear();
  local_mix_differs_ = false;
  for (std::size_t i = 0; i < active_.size();) {
    prefetch_active(i);
    const std::uint32_t slot = active_[i];
    Participant& participant = *slots_[slot].participant;
    add_contributor(slot, participant, now);
    if (participant.buffer.empty() && !participant.buffer.playing()) {
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
void Conference::prefetch_active(std::size_t index) const noexcept {
  const std::size_t next_group = index + mix_group_frames;
  const std::size_t group_after = next_group + mix_group_frames;
  if (group_after < active_.size()) {
    voice::prefetch(slots_[active_[group_after]].participant.get(), prefetch_bytes);
  }
  if (next_group < active_.size()) {
    const Participant& next = *slots_[active_[next_group]].participant;
    if (!next.buffer.empty()) voice::prefetch(next.buffer.front(), samples_);
  }
}

// A contributor's samples stay µ-law, where they lie in its jitter buffer, and are decoded once
// more for its own mix: that costs less than fetching a frame of int16 from far memory.
void Conference::add_contributor(std::uint32_t slot, Participant& participant,
                                 voice::TimePoint now) noexcept {
  const auto spare = spare_frame(contributors_.size());
  voice::Bytes frame = participant.buffer.take_in_place(spare, now);
  if (frame.empty() || participant.mutes.microphone) {
    participant.square_sum = fallen(participant.square_sum);
    return;
  }
  if (participant.gain) {
    participant.gain->apply(frame, spare);
    frame = spare;
  }
  slots_[slot].frame = frame;
  contributors_.push_back(slot);
  pending_frames_[pending_count_] = frame;
  pending_[pending_count_++] = &participant;
  if (pending_count_ == pending_.size()) add_pending();
  ++participant.frames_played;
  if (participant.mutes.not_played_here) local_mix_differs_ = true;
}

// Several frames at once cost the mixer less.
void Conference::add_pending() noexcept {
  const std::size_t count = std::exchange(pending_count_, 0);
  if (count == 0) return;
  std::array<std::int64_t, mix_group_frames> square_sums;
  mixer_.add(std::span{pending_frames_}.first(count), std::span{square_sums}.first(count));
  for (std::size_t i = 0; i < count; ++i) {
    pending_[i]->square_sum = std::max(square_sums[i], fallen(pending_[i]->square_sum));
  }
}

void Conference::encode_full_mix() noexcept {
  const auto message = message_in(full_message_);
  if (contributors_.size() == 1) {
    // A single talker passes bit-identical, also its 0x7F, which decoding and encoding would turn
    // into 0xFF.
    const voice::Bytes sole = slots_[contributors_.front()].frame;
    std::copy(sole.begin(), sole.end(), payload_of(message).begin());
  } else {
    mixer_.mix(payload_of(message));
  }
  packetizer_.packetize(message, samples_);
}

// The server's own loudspeaker leaves out those who are not to be played here, and its own
// microphone.
void Conference::encode_local_mix() noexcept {
  local_mixer_.begin(samples_);
  for (const std::uint32_t slot : contributors_) {
    const Participant& participant = *slots_[slot].participant;
    if (participant.is_local || participant.mutes.not_played_here) continue;
    std::int64_t square_sum = 0;
    local_mixer_.add({&slots_[slot].frame, 1}, {&square_sum, 1});
  }
  local_mixer_.finish();
  const auto message = message_in(local_message_);
  local_mixer_.mix(payload_of(message));
  voice::write_packet_overhead(header_, message);
}

void Conference::address_messages() noexcept {
  for (const std::uint32_t slot : members_) {
    Slot& place = slots_[slot];
    if (!place.hears) continue;
    ++place.frames_sent;
    listeners_.push_back({slot, place.generation});
  }
}

voice::Bytes Conference::message_for(ParticipantId listener) noexcept {
  if (!is_here(listener)) return {};
  if (contributors_.size() > cached_frames) prefetch_frame_of_next(listener);
  if (local_slot_ == listener.slot && local_mix_differs_) return message_in(local_message_);
  const voice::Bytes own = slots_[listener.slot].frame;
  if (own.empty()) return message_in(full_message_);
  const auto message = message_in(own_message_);
  mixer_.mix_minus(own, payload_of(message));
  voice::write_packet_overhead(header_, message);
  return message;
}

void Conference::prefetch_frame_of_next(ParticipantId listener) noexcept {
  if (next_listener_ + 1 >= listeners_.size() || listeners_[next_listener_] != listener) return;
  ++next_listener_;
  const voice::Bytes next = slots_[listeners_[next_listener_].slot].frame;
  voice::prefetch(next.data(), next.size());
}

std::span<const ParticipantId> Conference::quiet_listeners() noexcept {
  const auto tick = static_cast<std::uint32_t>(counters_.ticks);
  if (!contributors_.empty()) last_sound_ = tick;
  if (tick - last_sound_ < ticks_per_sign_of_life) return {};
  listeners_.clear();
  const std::size_t most = members_.size() / signs_of_life_share + 1;
  for (const std::uint32_t slot : members_) {
    Slot& place = slots_[slot];
    if (!place.hears || tick - place.last_sign < ticks_per_sign_of_life) continue;
    if (slot == local_slot_ || place.participant->sequencing == Sequencing::trusted) continue;
    place.last_sign = tick;
    listeners_.push_back({slot, place.generation});
    if (listeners_.size() == most) break;
  }
  return listeners_;
}

// The numbers of the packet before it: nobody who counts them misses one.
voice::Bytes Conference::sign_of_life() noexcept {
  voice::rtp::Header header = packetizer_.next_header();
  --header.sequence;
  voice::write_packet_overhead(header, sign_of_life_);
  return sign_of_life_;
}

void Conference::set_mutes(ParticipantId id, const Mutes& mutes) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return;
  // A peer that has noticed its mute may have held packets back and counted on.
  if (participant->mutes.microphone && !mutes.microphone) participant->buffer.forget_sequence();
  participant->mutes = mutes;
  update_hears(slots_[id.slot]);
}

void Conference::set_gain(ParticipantId id, double db) {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return;
  participant->gain = db == 0.0 ? nullptr : std::make_unique<const voice::GainTable>(db);
}

void Conference::set_sequencing(ParticipantId id, Sequencing sequencing) noexcept {
  if (Participant* const participant = lookup(id)) participant->sequencing = sequencing;
}

void Conference::set_jitter_depth(int depth_packets) {
  options_.jitter_depth_packets = depth_packets;
  for (const std::uint32_t slot : members_) {
    slots_[slot].frame = {};  // lies in the buffer that goes
    slots_[slot].participant->buffer.set_depth(depth_packets);
  }
}

std::uint64_t Conference::frames_sent(ParticipantId id) const noexcept {
  return is_here(id) ? slots_[id.slot].frames_sent : 0;
}

bool Conference::contributes(ParticipantId id) const noexcept {
  return is_here(id) && !slots_[id.slot].frame.empty();
}

double Conference::level_dbfs(ParticipantId id) const noexcept {
  if (!contributes(id)) return voice::level_dbfs_min;
  return voice::level_dbfs(slots_[id.slot].participant->square_sum, samples_);
}

}  // namespace voiced
