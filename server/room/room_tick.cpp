// The half of Room that runs every 20 ms: collects the frames, mixes, makes the messages.
#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"
#include "common/core/prefetch.hpp"
#include "server/room/natural_bus.hpp"
#include "server/room/room.hpp"

#include <algorithm>
#include <cstdlib>

namespace voiced {

using voice::packet_overhead_bytes;

namespace {

// This many frames stay in the processor's cache from one pass over them to the next.
constexpr std::size_t cached_frames = 64;

std::span<std::uint8_t> payload_of(std::span<std::uint8_t> message) noexcept {
  return message.subspan(packet_overhead_bytes);
}

}  // namespace

std::span<std::uint8_t> Room::message_in(std::vector<std::uint8_t>& space, voice::CodecId codec,
                                         bool other_rate) const noexcept {
  return std::span{space}.first(packet_overhead_bytes +
                                voice::payload_bytes_max(codec, samples_of(other_rate)));
}

// Every message of a tick carries the same header, except for the payload type and the timestamp's
// unit: receivers see one stream, whichever mix they get.
voice::rtp::Header Room::header_of(voice::CodecId codec, bool other_rate) const noexcept {
  voice::rtp::Header header = header_;
  header.payload_type = voice::codec_info(codec).payload_type;
  if (other_rate) header.timestamp = other_timestamp_;
  return header;
}

std::span<const ParticipantId> Room::tick(voice::TimePoint now) noexcept {
  ++counters_.ticks;
  ticked_at_ = now;
  samples_ = clock_.next();
  if (other_rate_) {
    other_timestamp_ = next_other_timestamp();
    other_rate_->begin_tick();
  }
  scratch_.user = this;
  listeners_.clear();
  next_listener_ = 0;
  if (std::exchange(is_fading_over_, !fading_.empty())) end_fading();
  collect(now);
  if (guard_) watch_for_howls();
  if (is_nothing_sent()) {
    packetizer_.skip(samples_);
    limiter_.rest();
    if (other_rate_) stop_converting();
    return {};
  }
  if (options_.limiter) limit();
  if (other_rate_) is_converted() ? convert() : stop_converting();
  header_ = packetizer_.next_header();
  encode_shared_messages();
  has_special_mixes_ = !left_out_.empty() || !fading_.empty();
  address_messages();
  counters_.messages_out += listeners_.size();
  return listeners_;
}

// Takes one frame from every participant that may have one, and puts it on the bus.
void Room::collect(voice::TimePoint now) noexcept {
  scratch_.mixer.begin(samples_);
  for (const std::uint32_t slot : contributors_) slots_[slot].frame = {};
  contributors_.clear();
  scratch_.spare_used = 0;
  for (std::size_t i = 0; i < active_.size();) {
    const std::uint32_t slot = active_[i];
    Participant& participant = *slots_[slot].participant;
    add_contributor(slot, participant, now);
    if (participant.playout.empty() && !participant.playout.playing() &&
        !(participant.other_rate && participant.other_rate->has_rest)) {
      participant.in_active = false;
      participant.silent_since_tick = counters_.ticks;
      active_[i] = active_.back();
      active_.pop_back();
    } else {
      ++i;
    }
  }
  add_pending();
  scratch_.mixer.finish();
  for (LeftOut& entry : left_out_) {
    entry.differs = std::any_of(entry.talkers.begin(), entry.talkers.end(),
                                [&](std::uint32_t slot) { return !slots_[slot].frame.empty(); });
  }
}

// The frame with the gain that the operator or the leveller has set.
static voice::Frame changed(Participant& participant, const voice::Frame& frame,
                            std::span<std::int16_t> spare) noexcept {
  if (participant.gain) return participant.gain->apply(frame, spare);
  return participant.leveller->apply(frame, spare);
}

// Tells the levellers of the pending participants how loud their frames were.
static void tell_levellers(const TickScratch& scratch, std::span<const std::int64_t> square_sums,
                           std::size_t samples) noexcept {
  for (std::size_t i = 0; i < square_sums.size(); ++i) {
    const Participant& participant = *scratch.pending[i];
    if (participant.leveller) participant.leveller->add(square_sums[i], samples);
  }
}

// Where all send µ-law, a frame that had to be decoded (because its stream catches up, or something
// was missing) is encoded again: a single frame of PCM would take the mixer off its fast path for
// everybody. Samples that were not changed get their old codes back.
VOICE_OUT_OF_LINE static voice::Bytes encoded(std::span<const std::int16_t> pcm,
                                              std::span<std::int16_t> spare) noexcept {
  constexpr std::size_t frame_samples_max = voice::rate_hz_max / voice::frames_per_second;
  std::array<std::uint8_t, frame_samples_max> codes;
  voice::g711::encode(pcm, std::span{codes}.first(pcm.size()));
  auto* const out = reinterpret_cast<std::uint8_t*>(spare.data());
  std::copy_n(codes.begin(), pcm.size(), out);
  return {out, pcm.size()};
}

// A contributor's samples stay µ-law, where they lie in its jitter buffer, and are decoded once
// more for its own mix: that costs less than fetching a frame of int16 from far memory.
void Room::add_contributor(std::uint32_t slot, Participant& participant,
                           voice::TimePoint now) noexcept {
  const std::span spare = scratch_.spare(samples_);
  OtherRateLine* const other = participant.other_rate.get();
  voice::Frame frame = other == nullptr
                           ? participant.playout.take(samples_, spare, now)
                           : other_rate_->play(*other, participant.playout, spare, now);
  if (frame.empty() || is_unheard(slot, participant)) {
    if (other != nullptr) other->forget();
    participant.square_sum = fallen(participant.square_sum);
    return;
  }
  // Passes copies, so that the frame itself stays in registers.
  if (participant.is_changed) frame = changed(participant, voice::Frame(frame), spare);
  const bool is_guarded = guard_ && guard_->is_acting();
  if (is_guarded) frame = guard_->apply(participant.guarded, voice::Frame(frame), spare);
  if (!fading_.empty()) frame = faded(slot, voice::Frame(frame), spare);
  if (!frame.pcm.empty() && is_all_ulaw()) frame = {.ulaw = encoded(frame.pcm, spare)};
  slots_[slot].frame = frame;
  contributors_.push_back(slot);
  ++participant.frames_played;
  // The next frame must not overwrite this one.
  if (!frame.pcm.empty()) {
    scratch_.spare_used += samples_;
    const std::int64_t square_sum = scratch_.mixer.add(voice::Frame(frame));
    participant.square_sum = std::max(square_sum, fallen(participant.square_sum));
    // As in add_pending().
    if (participant.leveller && !is_guarded) participant.leveller->add(square_sum, samples_);
    return;
  }
  if (static_cast<const void*>(frame.ulaw.data()) == spare.data())
    scratch_.spare_used += (samples_ + 1) / 2;
  scratch_.pending_frames[scratch_.pending_count] = frame.ulaw;
  scratch_.pending[scratch_.pending_count++] = &participant;
  if (scratch_.pending_count == scratch_.pending.size()) add_pending();
}

// Adds several frames at once, because that costs less.
void Room::add_pending() noexcept {
  const std::size_t count = std::exchange(scratch_.pending_count, 0);
  if (count == 0) return;
  std::array<std::int64_t, mix_group_frames> square_sums;
  scratch_.mixer.add(std::span{scratch_.pending_frames}.first(count),
                     std::span{square_sums}.first(count));
  for (std::size_t i = 0; i < count; ++i) {
    scratch_.pending[i]->square_sum =
        std::max(square_sums[i], fallen(scratch_.pending[i]->square_sum));
  }
  // The leveller does not work against the guard.
  if (options_.level_talkers && !(guard_ && guard_->is_acting()))
    tell_levellers(scratch_, std::span{square_sums}.first(count), samples_);
}

// One gain for every sample of the tick, the same for all mixes. While nothing can clip and the
// limiter is at rest, this costs next to nothing: the mixer already knows how loud the bus and the
// loudest frame are.
void Room::limit() noexcept {
  std::size_t frames_off = 1;
  for (const LeftOut& entry : left_out_) {
    if (entry.differs) frames_off = std::max(frames_off, 1 + entry.talkers.size());
  }
  const auto gains = std::span{scratch_.gains}.first(samples_);
  bool limits = false;
  if (scratch_.mixer.may_clip(frames_off)) {
    measure_mixes(gains);
    limits = limiter_.shape(gains);
  } else {
    limits = limiter_.release(gains);
  }
  if (!limits) return;
  scratch_.mixer.limit(gains);
  ++counters_.limited_frames;
}

// Measures the loudest of the mixes that anybody hears, at each sample. A contributor's mix lacks
// its own frame, so it may be louder than the bus; it is measured if it could be.
void Room::measure_mixes(std::span<std::int32_t> levels) noexcept {
  const bool is_bus_heard = is_full_mix_heard();
  if (!is_bus_heard) scratch_.mixer.measure_no_full_mix();
  bool is_any_measured = is_bus_heard;
  for (const std::uint32_t slot : contributors_) {
    if (!slots_[slot].hears) continue;
    // It hears another mix, which is measured below.
    if (!left_out_.empty() && differing(slot) != nullptr) continue;
    // square_sum is a meter's value, so it is never less than that of this tick's frame.
    if (scratch_.mixer.is_soft(slots_[slot].participant->square_sum)) continue;
    scratch_.mixer.measure(slots_[slot].frame);
    is_any_measured = true;
  }
  if (is_any_measured) {
    scratch_.mixer.envelope(levels);
  } else {
    std::fill(levels.begin(), levels.end(), 0);
  }
  for (const LeftOut& entry : left_out_) {
    if (!entry.differs || !slots_[entry.listener].hears) continue;
    const auto rest = bus_without(entry);
    for (std::size_t i = 0; i < rest.size(); ++i)
      levels[i] = std::max(levels[i], std::abs(rest[i]));
  }
}

bool Room::is_full_mix_heard() const noexcept {
  std::size_t listeners = 0;
  for (const SharedMessage& message : shared_) listeners += message.hearers;
  for (const std::uint32_t slot : contributors_) listeners -= slots_[slot].hears ? 1U : 0U;
  for (const LeftOut& entry : left_out_) {
    const Slot& slot = slots_[entry.listener];
    if (entry.differs && slot.hears && slot.frame.empty()) --listeners;
  }
  VOICE_ASSERT(listeners <= members_.size());
  return listeners != 0;
}

// A contributor hears everybody but itself.
voice::Bytes Room::own_message(const Slot& slot) noexcept {
  const auto message = shared_[static_cast<std::size_t>(slot.codec)].own;
  if (slot.codec == voice::CodecId::pcmu) {
    scratch_.mixer.mix_minus(slot.frame, payload_of(message));
    return message;
  }
  scratch_.mixer.mix_minus(slot.frame, std::span{scratch_.pcm}.first(samples_));
  return encoded_message(slot);
}

// Encodes scratch_.pcm for one participant, in a codec other than PCMU.
voice::Bytes Room::encoded_message(const Slot& slot) noexcept {
  const auto room = shared_of(slot).own;
  const auto pcm = std::span{scratch_.pcm}.first(samples_of(slot.has_other_rate));
  const std::size_t bytes =
      slot.participant->encoder->encode(pcm, payload_of(room), counters_.ticks);
  const auto message = room.first(packet_overhead_bytes + bytes);
  // Where frames are packed, their length varies, so the prefix is written again.
  if (voice::codec_info(slot.codec).sample_bytes == 0) {
    voice::write_packet_overhead(header_of(slot.codec, slot.has_other_rate), message);
  }
  return message;
}

// The bus without the listener's own frame and those of the talkers that it does not hear. Valid
// until the next call.
std::span<const std::int32_t> Room::bus_without(const LeftOut& left_out) noexcept {
  const Slot& slot = slots_[left_out.listener];
  const auto all = scratch_.mixer.bus();
  const auto rest = std::span{scratch_.bus}.first(samples_);
  std::copy(all.begin(), all.end(), rest.begin());
  if (!slot.frame.empty()) natural_bus::subtract(slot.frame, rest);
  for (const std::uint32_t talker : left_out.talkers) {
    const voice::Frame& frame = slots_[talker].frame;
    if (talker != left_out.listener && !frame.empty()) natural_bus::subtract(frame, rest);
  }
  return rest;
}

voice::Bytes Room::message_without(const LeftOut& left_out) noexcept {
  const Slot& slot = slots_[left_out.listener];
  const auto rest = bus_without(left_out);
  const auto gains = scratch_.mixer.gains();
  if (slot.codec != voice::CodecId::pcmu) {
    natural_bus::mix_minus(rest, {}, std::span{scratch_.pcm}.first(samples_), gains);
    return encoded_message(slot);
  }
  const auto message = shared_of(slot).own;
  natural_bus::mix_minus(rest, {}, payload_of(message), gains);
  return message;
}

const Room::LeftOut* Room::differing(std::uint32_t listener) const noexcept {
  for (const LeftOut& entry : left_out_) {
    if (entry.listener == listener) return entry.differs ? &entry : nullptr;
  }
  return nullptr;
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
  if (has_special_mixes_) return special_message(listener.slot);
  return usual_message(slot);
}

inline voice::Bytes Room::usual_message(const Slot& slot) noexcept {
  if (slot.has_other_rate) return converted_message(slot);
  if (!slot.frame.empty()) return own_message(slot);
  return shared_[static_cast<std::size_t>(slot.codec)].message;
}

// For a listener that does not hear all talkers, or that comes or goes.
voice::Bytes Room::special_message(std::uint32_t slot) noexcept {
  if (const LeftOut* const left_out = differing(slot)) return message_without(*left_out);
  const Fading* const its = fading(slot);
  if (its != nullptr && its->moves) return fading_message(slots_[slot], *its->moves);
  return usual_message(slots_[slot]);
}

void Room::prefetch_frame_of_next(ParticipantId listener) noexcept {
  if (next_listener_ + 1 >= listeners_.size() || listeners_[next_listener_] != listener) return;
  ++next_listener_;
  const voice::Bytes next = slots_[listeners_[next_listener_].slot].frame.ulaw;
  voice::prefetch(next.data(), next.size());
}

}  // namespace voiced
