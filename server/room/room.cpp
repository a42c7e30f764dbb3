#include "server/room/room.hpp"

#include "common/audio/gain.hpp"
#include "common/audio/level.hpp"
#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {

namespace {

// A room begins with this many places; when they are taken, their number doubles.
constexpr std::size_t places_at_first = 8;

}  // namespace

Room::Room(const RoomOptions& options, TickScratch& scratch)
    : options_(options),
      clock_(options.format),
      scratch_(scratch),
      packetizer_(options.first_sequence, options.ssrc) {
  VOICE_ASSERT(options.participants_max <= scratch.participants_max);
  VOICE_ASSERT(options.format.samples_per_frame_max() <= scratch.samples_max);
  if (options_.other_format == options_.format) options_.other_format.reset();
  if (!options_.other_format) return;
  VOICE_ASSERT(options_.other_format->samples_per_frame_max() <= scratch.samples_max);
  other_rate_ = std::make_unique<OtherRate>(options_.format, *options_.other_format);
}

// After every join and leave.
void Room::invariants() const noexcept {
  VOICE_ASSERT(members_.size() + free_slots_.size() <= slots_.size());
  VOICE_ASSERT(counters_.joins - counters_.leaves == members_.size());
  VOICE_ASSERT(active_.size() <= members_.size());
  VOICE_ASSERT(slots_.size() <= options_.participants_max);
  std::size_t users = 0;
  for (const SharedMessage& message : shared_) {
    users += message.users;
    VOICE_ASSERT(message.hearers <= message.users);
  }
  VOICE_ASSERT(users == members_.size());
}

voice::expected<ParticipantId, JoinError> Room::join() {
  if (!has_place()) return voice::unexpected(JoinError::room_full);
  return sit(scratch_.participants.make(first_format(), options_.playout, scratch_.playouts));
}

// Makes more places if they are all taken and there may be more.
bool Room::has_place() {
  if (!free_slots_.empty()) return true;
  const std::size_t more = std::max(2 * slots_.size(), places_at_first);
  add_places(std::min(options_.participants_max, more));
  return !free_slots_.empty();
}

ParticipantId Room::sit(Participants::Pointer participant) {
  VOICE_ASSERT(!free_slots_.empty());
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  Slot& place = slots_[slot];
  place.participant = std::move(participant);
  Participant& its = *place.participant;
  place.codec = its.playout.codec();
  place.has_other_rate = its.playout.format() != options_.format;
  if (place.has_other_rate)
    its.other_rate = std::make_unique<OtherRateLine>(other_rate_->make_line());
  update_leveller(its);
  its.in_active = false;
  its.silent_since_tick = counters_.ticks;
  place.member_index = static_cast<std::uint32_t>(members_.size());
  place.frames_sent = 0;
  place.needs_signs = true;
  place.last_sign = static_cast<std::uint32_t>(counters_.ticks);
  SharedMessage& shared = shared_of(place);
  if (!shared.encoder) shared.encoder = encoder_of(place.codec, place.has_other_rate);
  ++shared.users;
  update_hears(place);
  ++place.generation;
  members_.push_back(slot);
  ++counters_.joins;
  update_guard();
  invariants();
  return ParticipantId{slot, place.generation};
}

void Room::reserve() {
  add_places(options_.participants_max);
}

// Reserves a place for the participant in every list, so that no tick allocates.
void Room::add_places(std::size_t end) {
  const std::size_t begin = slots_.size();
  VOICE_ASSERT(begin <= end && end <= options_.participants_max);
  slots_.resize(end);
  free_slots_.reserve(end);
  members_.reserve(end);
  active_.reserve(end);
  contributors_.reserve(end);
  fading_.reserve(end);
  speakers_before_.reserve(other_rate_ ? end : 0);
  listeners_.reserve(end);
  for (std::size_t i = end; i > begin; --i) {
    free_slots_.push_back(static_cast<std::uint32_t>(i - 1));
  }
}

void Room::leave_out(ParticipantId listener, ParticipantId talker, bool left_out) {
  if (!is_here(listener) || !is_here(talker)) return;
  VOICE_ASSERT(!slots_[listener.slot].has_other_rate);
  auto entry = std::find_if(left_out_.begin(), left_out_.end(),
                            [&](const LeftOut& other) { return other.listener == listener.slot; });
  if (entry == left_out_.end()) {
    if (!left_out) return;
    entry = left_out_.insert(entry, LeftOut{listener.slot, {}});
  }
  std::erase(entry->talkers, talker.slot);
  if (left_out) entry->talkers.push_back(talker.slot);
  if (entry->talkers.empty()) left_out_.erase(entry);
}

void Room::forget_left_out(std::uint32_t slot) noexcept {
  for (LeftOut& entry : left_out_) std::erase(entry.talkers, slot);
  std::erase_if(left_out_, [&](const LeftOut& entry) {
    return entry.listener == slot || entry.talkers.empty();
  });
}

// Null for PCMU, which the mixer encodes.
std::unique_ptr<TickEncoder> Room::encoder_of(voice::CodecId codec, bool other_rate) const {
  if (codec == voice::CodecId::pcmu) return nullptr;
  const auto format = other_rate ? *options_.other_format : options_.format;
  return std::make_unique<TickEncoder>(voice::make_encoder(codec, format, options_.opus_kbits));
}

void Room::set_opus_kbits(int kbits) noexcept {
  options_.opus_kbits = kbits;
  const auto used = [&](bool other_rate) {
    return voice::opus_kbits_of(other_rate ? *options_.other_format : options_.format, kbits);
  };
  for (std::size_t i = 0; i < shared_.size(); ++i) {
    if (shared_[i].encoder) shared_[i].encoder->set_kbits(used(i >= voice::codec_count));
  }
  for (const std::uint32_t slot : members_) {
    const auto& encoder = slots_[slot].participant->encoder;
    if (encoder) encoder->set_kbits(used(slots_[slot].has_other_rate));
  }
}

void Room::set_codec(ParticipantId id, voice::CodecId codec) {
  Participant* const participant = lookup(id);
  Slot* const place = participant == nullptr ? nullptr : &slots_[id.slot];
  if (place == nullptr || place->codec == codec) return;
  place->frame = {};  // lies in the buffer that goes
  participant->playout.set_codec(codec);
  move(*place, codec, place->has_other_rate);
}

void Room::use_room_rate(ParticipantId id) {
  Participant* const participant = lookup(id);
  if (participant == nullptr || participant->other_rate == nullptr) return;
  slots_[id.slot].frame = {};
  std::erase(speakers_before_, id.slot);
  participant->other_rate.reset();
  participant->playout.set_format(options_.format);
  move(slots_[id.slot], slots_[id.slot].codec, false);
}

// Moves the slot to the participants with this codec and rate.
void Room::move(Slot& slot, voice::CodecId codec, bool other_rate) {
  const bool hears = slot.hears;
  set_hears(slot, false);
  --shared_of(slot).users;
  slot.codec = codec;
  slot.has_other_rate = other_rate;
  slot.participant->encoder = encoder_of(codec, other_rate);
  SharedMessage& shared = shared_of(slot);
  if (!shared.encoder) shared.encoder = encoder_of(codec, other_rate);
  ++shared.users;
  set_hears(slot, hears);
  invariants();
}

void Room::needs_no_signs_of_life(ParticipantId id) noexcept {
  if (is_here(id)) slots_[id.slot].needs_signs = false;
}

void Room::set_outside(ParticipantId id, bool outside) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return;
  participant->is_outside = outside;
  update_hears(slots_[id.slot]);
}

void Room::set_listener(ParticipantId id, bool is_listener) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return;
  if (participant->is_listener && !is_listener) participant->playout.forget_sequence();
  silence(*participant, id.slot, participant->mutes.microphone, is_listener);
}

// What it says is heard or not from now on, which takes a frame to fade.
void Room::silence(Participant& participant, std::uint32_t slot, bool is_muted,
                   bool is_listener) noexcept {
  const bool was_silent = participant.is_silenced();
  participant.mutes.microphone = is_muted;
  participant.is_listener = is_listener;
  if (participant.is_silenced() != was_silent)
    ramp(slot, was_silent ? voice::Ramp{0, 1} : voice::Ramp{1, 0});
}

void Room::update_hears(Slot& slot) noexcept {
  set_hears(slot, !slot.participant->mutes.loudspeaker && !slot.participant->is_outside);
}

void Room::set_hears(Slot& slot, bool hears) noexcept {
  if (hears == slot.hears) return;
  slot.hears = hears;
  std::size_t& hearers = shared_of(slot).hearers;
  VOICE_ASSERT(hears || hearers != 0);
  hears ? ++hearers : --hearers;
}

void Room::leave(ParticipantId id) noexcept {
  (void)release(id);
}

Participants::Pointer Room::release(ParticipantId id) noexcept {
  if (!is_here(id)) return nullptr;
  Slot& place = slots_[id.slot];
  const std::uint32_t last = members_.back();
  members_[place.member_index] = last;
  slots_[last].member_index = place.member_index;
  members_.pop_back();
  std::erase(active_, id.slot);
  std::erase(contributors_, id.slot);
  std::erase(speakers_before_, id.slot);
  forget_left_out(id.slot);
  if (guard_) guard_->forget(id.slot);
  std::erase_if(fading_, [&](const Fading& each) { return each.slot == id.slot; });
  set_hears(place, false);
  --shared_of(place).users;
  auto participant = std::move(place.participant);
  place.frame = {};
  // A generation is never used twice: after 2^32 visitors of one slot it is retired.
  if (place.generation != UINT32_MAX) free_slots_.push_back(id.slot);
  ++counters_.leaves;
  if (members_.empty()) forget_past();
  invariants();
  return participant;
}

// An empty room may not be ticked for hours: nothing of the conference that is over may last.
void Room::forget_past() noexcept {
  guard_.reset();
  limiter_ = {};
  forwarding_ = {};
  for (SharedMessage& shared : shared_) {
    if (shared.encoder) shared.encoder->forget();
  }
  if (other_rate_) other_rate_->rest();
  speakers_before_.clear();
  last_sound_ = 0;
}

Participant* Room::lookup(ParticipantId id) const noexcept {
  return is_here(id) ? slots_[id.slot].participant.get() : nullptr;
}

const Participant* Room::find(ParticipantId id) const noexcept {
  return lookup(id);
}

voice::Insert Room::receive(ParticipantId id, const voice::rtp::PacketView& packet,
                            voice::TimePoint now) noexcept {
  if (packet.payload.empty()) {
    const Participant* const participant = lookup(id);
    if (participant != nullptr && participant->playout.sequencing() == Sequencing::trusted)
      pause(id);
    return voice::Insert::accepted;
  }
  Participant* const participant = stir(id);
  return participant == nullptr ? voice::Insert::accepted
                                : participant->playout.insert(packet, now);
}

void Room::pause(ParticipantId id) noexcept {
  if (Participant* const participant = lookup(id)) participant->playout.pause();
}

voice::Insert Room::contribute(ParticipantId id, std::span<const std::int16_t> pcm,
                               voice::TimePoint now) noexcept {
  if (pcm.empty()) return voice::Insert::accepted;
  Participant* const participant = stir(id);
  return participant == nullptr ? voice::Insert::accepted : participant->playout.insert(pcm, now);
}

// A participant has sent sound: counts it, and lists the participant among those that may have
// something to play. nullptr for a stale id.
Participant* Room::stir(ParticipantId id) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return nullptr;
  ++counters_.packets_in;
  if (!participant->in_active) {
    participant->in_active = true;
    participant->square_sum =
        fallen(participant->square_sum, counters_.ticks - participant->silent_since_tick);
    active_.push_back(id.slot);
  }
  return participant;
}

void Room::set_mutes(ParticipantId id, const Mutes& mutes) noexcept {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return;
  // A peer that knows that it is muted may have sent nothing but gone on counting.
  if (participant->mutes.microphone && !mutes.microphone) participant->playout.forget_sequence();
  silence(*participant, id.slot, mutes.microphone, participant->is_listener);
  participant->mutes = mutes;
  update_hears(slots_[id.slot]);
}

void Room::set_gain(ParticipantId id, double db) {
  Participant* const participant = lookup(id);
  if (participant == nullptr) return;
  const double db_before = participant->gain_db();
  participant->gain = db == 0.0 ? nullptr : std::make_unique<const voice::GainTable>(db);
  ramp(id.slot, {voice::factor_of_db(db_before - db), 1});
  update_leveller(*participant);
}

// A leveller never changes a gain that the operator has set.
void Room::update_leveller(Participant& participant) const {
  const bool is_levelled = options_.level_talkers && participant.gain == nullptr;
  if (is_levelled != (participant.leveller != nullptr))
    participant.leveller = is_levelled ? std::make_unique<Leveller>() : nullptr;
  participant.is_changed = is_levelled || participant.gain != nullptr;
}

void Room::set_sequencing(ParticipantId id, Sequencing sequencing) noexcept {
  if (Participant* const participant = lookup(id)) participant->playout.set_sequencing(sequencing);
}

void Room::set_slack(ParticipantId id, voice::Duration slack) noexcept {
  if (Participant* const participant = lookup(id)) participant->playout.set_slack(slack);
}

void Room::set_playout(const voice::PlayoutOptions& options) {
  options_.playout = options;
  for (const std::uint32_t slot : members_) {
    slots_[slot].frame = {};  // lies in the buffer that goes
    slots_[slot].participant->playout.set_options(options);
  }
}

void Room::set_limiter(bool on) noexcept {
  if (on == options_.limiter) return;
  options_.limiter = on;
  limiter_ = {};
}

void Room::set_levelling(bool on) {
  options_.level_talkers = on;
  for (const std::uint32_t slot : members_) {
    Participant& participant = *slots_[slot].participant;
    const double db_before = participant.gain_db();
    update_leveller(participant);
    if (participant.gain_db() != db_before)
      ramp(slot, {voice::factor_of_db(db_before - participant.gain_db()), 1});
  }
}

std::uint64_t Room::frames_sent(ParticipantId id) const noexcept {
  return is_here(id) ? slots_[id.slot].frames_sent : 0;
}

bool Room::contributes(ParticipantId id) const noexcept {
  return is_here(id) && !slots_[id.slot].frame.empty();
}

double Room::level_dbfs(ParticipantId id) const noexcept {
  if (!contributes(id)) return voice::level_dbfs_min;
  return voice::level_dbfs(slots_[id.slot].participant->square_sum, samples_);
}

}  // namespace voiced
