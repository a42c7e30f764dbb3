// One conference. Takes in the packets of all participants, and every 20 ms makes one mixed message
// for each of them, in its codec. receive() only stores and tick() only computes, so the work of a
// tick is bounded and the same on every run. Owns the participants; the shell owns sockets and
// clock. A room that is not ticked costs nothing. Specified in docs/architecture.md.
#pragma once

#include "common/audio/fade.hpp"
#include "common/core/assert.hpp"
#include "common/core/out_of_line.hpp"
#include "common/core/result.hpp"
#include "common/wire/packetizer.hpp"
#include "server/room/forwarding.hpp"
#include "server/room/howl_guard.hpp"
#include "server/room/limiter.hpp"
#include "server/room/options.hpp"
#include "server/room/other_rate.hpp"
#include "server/room/participant.hpp"
#include "server/room/tick_scratch.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace voiced {

enum class JoinError : std::uint8_t { room_full };

struct RoomCounters {
  std::uint64_t ticks = 0;
  std::uint64_t joins = 0;
  std::uint64_t leaves = 0;
  std::uint64_t packets_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t limited_frames = 0;    // ticks whose mixes the limiter turned down
  std::uint64_t forwarded_frames = 0;  // ticks in which a talker's packet was the mix
  std::uint64_t howls = 0;             // how often the howl guard has begun to act
};

class Room {
 public:
  /// @param scratch outlives it; as large as this room's participants and rate need (asserted).
  Room(const RoomOptions& options, TickScratch& scratch);

  /// Makes all places now, instead of as participants join.
  void reserve();

  /// Admits a participant, with RoomOptions::other_format if there is one; all memory it needs is
  /// reserved here. Fails with `room_full`.
  [[nodiscard]] voice::expected<ParticipantId, JoinError> join();

  /// Sets the codec in which it speaks and hears from now on; PCMU after join(). voice::has_codec()
  /// must be true for it (asserted). Drops the sound that is held. Do not call between tick() and
  /// the last message_for() of that tick. Allocates.
  void set_codec(ParticipantId id, voice::CodecId codec);

  /// It speaks and hears at the room's rate from now on. The same conditions as for set_codec().
  void use_room_rate(ParticipantId id);

  /// How many participants have chosen this codec.
  [[nodiscard]] std::size_t users_of(voice::CodecId codec) const noexcept {
    return shared(codec, false).users + shared(codec, true).users;
  }
  /// Whether a participant with this format may be given this codec: RoomOptions::codecs names it,
  /// and this program has it at that rate.
  [[nodiscard]] bool offers(voice::CodecId codec, voice::AudioFormat format) const noexcept {
    return options_.codecs.has(codec) && voice::has_codec(codec, format);
  }
  [[nodiscard]] bool offers(voice::CodecId codec) const noexcept {
    return offers(codec, options_.format);
  }
  void set_codecs(voice::CodecSet codecs) noexcept { options_.codecs = codecs; }
  /// The bit rate of Opus from the next tick on: RoomOptions::opus_kbits.
  void set_opus_kbits(int kbits) noexcept;

  /// A participant that is still outside, because it owes a password, is sent nothing.
  void set_outside(ParticipantId id, bool outside) noexcept;
  /// A listener hears, and nobody hears it. set_mutes() does not change that.
  void set_listener(ParticipantId id, bool is_listener) noexcept;

  /// It is not connected through a network, so quiet_listeners() never names it.
  void needs_no_signs_of_life(ParticipantId id) noexcept;

  /// From now on `listener` does not hear `talker`, or hears it again. While a talker that it does
  /// not hear contributes, the listener costs a mix of its own. The listener has the room's rate
  /// (asserted). Allocates. Ignores stale ids.
  void leave_out(ParticipantId listener, ParticipantId talker, bool left_out);

  /// Forgets a participant. A stale id is ignored.
  void leave(ParticipantId id) noexcept;

  /// Fades what this participant says and hears, in the next tick alone: out in the last tick
  /// before release(), in after admit(). Ignores a stale id.
  void fade(ParticipantId id, voice::Fade direction) noexcept;
  /// A participant leaves for another room with all that belongs to it: what it has said and has
  /// not been played, its mutes, its gain. Null for a stale id. Do not call between tick() and the
  /// last message_for() of that tick.
  [[nodiscard]] Participants::Pointer release(ParticipantId id) noexcept;
  /// Whether there is a place for one more. Allocates.
  [[nodiscard]] bool has_place();
  /// It arrives; there is a place, and its rate is one of this room's two (both asserted). Its
  /// playout follows this room's options. Allocates.
  ParticipantId admit(Participants::Pointer participant);

  /// Stores a packet of a participant, in its codec, until its next tick. One without a payload
  /// says that the participant pauses, if its sequence numbers are trusted. Ignores a stale id.
  voice::Insert receive(ParticipantId id, const voice::rtp::PacketView& packet,
                        voice::TimePoint now) noexcept;

  /// A participant pauses: what it has said ends here, and is not lost. Ignores a stale id.
  void pause(ParticipantId id) noexcept;

  /// receive() for a participant inside this program, which hands over samples. If its codec is
  /// L16, they are encoded only for listeners that need it.
  voice::Insert contribute(ParticipantId id, std::span<const std::int16_t> pcm,
                           voice::TimePoint now) noexcept;

  /// Plays 20 ms: takes one frame from every participant that has one, and mixes. Returns the
  /// listeners that get a message: all whose loudspeaker is not muted, or none if nobody
  /// contributes. Valid until the next tick(), even if participants leave. Never allocates.
  [[nodiscard]] std::span<const ParticipantId> tick(voice::TimePoint now) noexcept;

  /// The whole message for one of those listeners: length prefix, RTP header, samples in its codec.
  /// It is made by this call, in memory that the next call reuses; if it is sent immediately, it is
  /// still in the processor's first cache. Empty for a listener that has left since. Call it before
  /// the next receive(), which may overwrite the listener's own frame, and before another room
  /// ticks in the same scratch.
  [[nodiscard]] voice::Bytes message_for(ParticipantId listener) noexcept;

  /// The listeners that need sign_of_life(). Participants that speak voice/1, in the first tick to
  /// which nobody contributes: a pause begins. Others, if they have been sent nothing for 2.5 s: a
  /// proxy on the way might cut an idle connection, and they have no Pings. Call it after tick()
  /// and the last message_for(), before another room ticks (asserted). Valid until the next tick()
  /// or call.
  [[nodiscard]] std::span<const ParticipantId> quiet_listeners() noexcept;
  /// A whole message without sound for one of them: only a header. Empty for one that has left
  /// since. Valid until the next call.
  [[nodiscard]] voice::Bytes sign_of_life(ParticipantId listener) noexcept;

  void set_mutes(ParticipantId id, const Mutes& mutes) noexcept;
  /// How loud it is for all others, in dB: voice::gain_db_min…gain_db_max (asserted). Allocates.
  void set_gain(ParticipantId id, double db);
  void set_sequencing(ParticipantId id, Sequencing sequencing) noexcept;
  /// How much later than usual a packet of it may come and still be there for its tick.
  void set_slack(ParticipantId id, voice::Duration slack) noexcept;
  /// Applies to everybody now in the room and to those who join later.
  void set_playout(const voice::PlayoutOptions& options);
  /// Whether mixes are kept within 16 bits by turning them down, from the next tick on.
  void set_limiter(bool on) noexcept;
  /// Whether talkers are made equally loud, from now on. A participant whose gain the operator has
  /// set (other than 0 dB) is not levelled. Allocates.
  void set_levelling(bool on);
  /// Whether a loop of loudspeakers and microphones is kept from howling, from the next tick on.
  /// Allocates.
  void set_howl_guard(bool on);

  /// Whether a participant that is alone is sent nothing, from the next tick on.
  void set_silent_when_empty(bool on) noexcept { options_.silent_when_empty = on; }

  /// For fetching its memory early: whoever is in that place now, or null. See
  /// participant_hot_bytes.
  [[nodiscard]] const Participant* peek(ParticipantId id) const noexcept {
    return id.slot < slots_.size() ? slots_[id.slot].participant.get() : nullptr;
  }

  /// Null for a stale id. Valid until the next join or leave.
  [[nodiscard]] const Participant* find(ParticipantId id) const noexcept;

  /// How many mixed frames it has been sent.
  [[nodiscard]] std::uint64_t frames_sent(ParticipantId id) const noexcept;
  /// Whether it contributed to the last tick.
  [[nodiscard]] bool contributes(ParticipantId id) const noexcept;
  /// Level of a participant that contributed to the last tick, in dBFS, as a meter shows it: rises
  /// at once, falls by 20 dB in 1.5 s.
  [[nodiscard]] double level_dbfs(ParticipantId id) const noexcept;

  [[nodiscard]] const std::string& name() const noexcept { return options_.name; }
  [[nodiscard]] const voice::PlayoutOptions& playout() const noexcept { return options_.playout; }
  [[nodiscard]] int jitter_depth_packets() const noexcept { return options_.playout.depth_packets; }
  [[nodiscard]] int opus_kbits() const noexcept { return options_.opus_kbits; }
  [[nodiscard]] std::size_t participants_max() const noexcept { return options_.participants_max; }
  [[nodiscard]] voice::AudioFormat format() const noexcept { return options_.format; }
  /// What a participant has after join().
  [[nodiscard]] voice::AudioFormat first_format() const noexcept {
    return options_.other_format.value_or(options_.format);
  }
  [[nodiscard]] std::size_t participants() const noexcept { return members_.size(); }
  [[nodiscard]] bool is_full() const noexcept {
    return members_.size() >= options_.participants_max;
  }
  /// When the last tick was; the epoch: there has been none.
  [[nodiscard]] voice::TimePoint ticked_at() const noexcept { return ticked_at_; }
  /// How many participants contributed to the last tick.
  [[nodiscard]] std::size_t contributors() const noexcept { return contributors_.size(); }
  [[nodiscard]] const RoomCounters& counters() const noexcept { return counters_; }
  /// Goes on counting where the room of that name before this one stopped. Before the first tick.
  void go_on_counting(const RoomCounters& before) noexcept {
    VOICE_ASSERT(counters_.ticks == 0 && counters_.joins == 0);
    counters_.packets_in = before.packets_in;
    counters_.messages_out = before.messages_out;
    counters_.limited_frames = before.limited_frames;
    counters_.forwarded_frames = before.forwarded_frames;
    counters_.howls = before.howls;
  }
  /// By how much the howl guard turns a participant down, in dB: 0 or less.
  [[nodiscard]] double guard_gain_db(ParticipantId id) const noexcept;
  [[nodiscard]] bool has_limiter() const noexcept { return options_.limiter; }
  /// The limiter's current gain for all mixes, in dB: 0 or less.
  [[nodiscard]] double limiter_gain_db() const noexcept { return limiter_.gain_db(); }

 private:
  // Mixing and sending look at every slot, and at a participant only where it is heard: slots lie
  // together and stay in the cache, participants do not.
  struct Slot {
    std::uint32_t generation = 0;
    std::uint32_t member_index = 0;
    Participants::Pointer participant;
    voice::Frame frame;  // what it contributes to this tick; empty: nothing
    std::uint64_t frames_sent = 0;
    std::uint32_t last_sign = 0;  // the tick of the last sign of life, or of joining
    bool hears = false;           // is sent what is mixed for it; only while here
    bool needs_signs = true;      // of life
    voice::CodecId codec = voice::CodecId::pcmu;
    bool has_other_rate = false;  // than the room: Participant::other_rate
  };
  static_assert(sizeof(void*) != 8 || sizeof(Slot) == 64, "a cache line");

  // What is heard in one codec, at one rate: by all that do not contribute, and by one contributor.
  struct SharedMessage {
    std::size_t users = 0;                 // participants with this codec
    std::size_t hearers = 0;               // those of them that are sent what is mixed for them
    voice::Bytes message;                  // of this tick, in the scratch
    std::span<std::uint8_t> own;           // the same, at its longest; its header is the tick's
    std::unique_ptr<TickEncoder> encoder;  // none: PCMU, which the mixer encodes; or no user yet
  };

  // Whose sound changes in the course of one tick.
  struct Fading {
    std::uint32_t slot;
    voice::Ramp said;                  // the operator mutes it, or sets its gain
    std::optional<voice::Fade> moves;  // or it comes from another room or goes to one
  };

  // The talkers that one listener does not hear.
  struct LeftOut {
    std::uint32_t listener;              // slot
    std::vector<std::uint32_t> talkers;  // slots, never empty
    bool differs = false;                // one of them contributes to this tick
  };

  [[nodiscard]] bool is_here(ParticipantId id) const noexcept {
    return id.slot < slots_.size() && slots_[id.slot].generation == id.generation &&
           slots_[id.slot].participant != nullptr;
  }
  // In this tick: nobody contributes, or only to itself.
  [[nodiscard]] bool is_nothing_sent() const noexcept {
    return contributors_.empty() || (members_.size() == 1 && options_.silent_when_empty);
  }
  // Everybody speaks and hears PCMU at the room's rate.
  [[nodiscard]] bool is_all_ulaw() const noexcept {
    return shared(voice::CodecId::pcmu, false).users == members_.size();
  }
  [[nodiscard]] Participant* lookup(ParticipantId id) const noexcept;
  ParticipantId sit(Participants::Pointer participant);
  [[nodiscard]] const Fading* fading(std::uint32_t slot) const noexcept;
  void silence(Participant& participant, std::uint32_t slot, bool is_muted,
               bool is_listener) noexcept;
  void ramp(std::uint32_t slot, voice::Ramp said) noexcept;
  [[nodiscard]] bool is_unheard(std::uint32_t slot, const Participant& participant) const noexcept;
  [[nodiscard]] voice::Bytes fading_message(const Slot& slot, voice::Fade direction) noexcept;
  [[nodiscard]] voice::Frame faded(std::uint32_t slot, const voice::Frame& frame,
                                   std::span<std::int16_t> spare) const noexcept;
  void end_fading() noexcept;
  void update_hears(Slot& slot) noexcept;
  void set_hears(Slot& slot, bool hears) noexcept;
  void update_leveller(Participant& participant) const;
  void update_guard();
  void watch_for_howls() noexcept;
  [[nodiscard]] Participant* stir(ParticipantId id) noexcept;
  [[nodiscard]] std::span<std::uint8_t> message_in(std::vector<std::uint8_t>& space,
                                                   voice::CodecId codec,
                                                   bool other_rate) const noexcept;
  void add_places(std::size_t end);
  void forget_left_out(std::uint32_t slot) noexcept;
  [[nodiscard]] const LeftOut* differing(std::uint32_t listener) const noexcept;
  [[nodiscard]] voice::rtp::Header header_of(voice::CodecId codec, bool other_rate) const noexcept;
  [[nodiscard]] std::unique_ptr<TickEncoder> encoder_of(voice::CodecId codec,
                                                        bool other_rate) const;
  static std::size_t index_of(voice::CodecId codec, bool other_rate) noexcept {
    return static_cast<std::size_t>(codec) + (other_rate ? voice::codec_count : 0);
  }
  [[nodiscard]] const SharedMessage& shared(voice::CodecId codec, bool other_rate) const noexcept {
    return shared_[index_of(codec, other_rate)];
  }
  [[nodiscard]] SharedMessage& shared_of(const Slot& slot) noexcept {
    return shared_[index_of(slot.codec, slot.has_other_rate)];
  }
  [[nodiscard]] std::size_t samples_of(bool other_rate) const noexcept {
    return other_rate ? other_rate_->samples() : samples_;
  }
  void move(Slot& slot, voice::CodecId codec, bool other_rate);
  void collect(voice::TimePoint now) noexcept;
  void prefetch_frame_of_next(ParticipantId listener) noexcept;
  void add_contributor(std::uint32_t slot, Participant& participant, voice::TimePoint now) noexcept;
  void add_pending() noexcept;
  void limit() noexcept;
  void measure_mixes(std::span<std::int32_t> levels) noexcept;
  [[nodiscard]] bool is_full_mix_heard() const noexcept;
  void encode_shared_messages() noexcept;
  [[nodiscard]] bool has_listeners(voice::CodecId codec, bool other_rate) const noexcept;
  [[nodiscard]] std::size_t mix_all(voice::CodecId codec, std::span<std::uint8_t> payload) noexcept;
  [[nodiscard]] voice::Bytes packet_to_forward(voice::CodecId codec) noexcept;
  void convert() noexcept;
  void stop_converting() noexcept;
  [[nodiscard]] bool is_converted() const noexcept;
  [[nodiscard]] std::size_t mix_all_converted(voice::CodecId codec,
                                              std::span<std::uint8_t> payload) noexcept;
  [[nodiscard]] voice::Bytes converted_message(const Slot& slot) noexcept;
  [[nodiscard]] VOICE_OUT_OF_LINE voice::Bytes special_message(std::uint32_t slot) noexcept;
  [[nodiscard]] voice::Bytes usual_message(const Slot& slot) noexcept;
  [[nodiscard]] VOICE_OUT_OF_LINE voice::Bytes own_message(const Slot& slot) noexcept;
  [[nodiscard]] voice::Bytes encoded_message(const Slot& slot) noexcept;
  [[nodiscard]] std::span<const std::int32_t> bus_without(const LeftOut& left_out) noexcept;
  [[nodiscard]] voice::Bytes message_without(const LeftOut& left_out) noexcept;
  void announce_pause() noexcept;
  void forget_past() noexcept;
  [[nodiscard]] voice::rtp::Timestamp next_other_timestamp() const noexcept {
    return voice::rtp::Timestamp{static_cast<std::uint32_t>(other_timestamp_) +
                                 static_cast<std::uint32_t>(other_rate_->samples())};
  }
  void invariants() const noexcept;
  void address_messages() noexcept;

  RoomOptions options_;
  voice::FrameClock clock_;
  Limiter limiter_;
  std::size_t samples_ = 0;  // of the current tick
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::uint32_t> members_;     // slots in use, in no particular order
  std::vector<std::uint32_t> active_;      // slots whose jitter buffer may have something to play
  std::vector<LeftOut> left_out_;          // usually empty
  std::vector<Fading> fading_;             // of the next tick, or this one; usually empty
  bool has_special_mixes_ = false;         // in this tick: of left_out_ or fading_
  bool is_fading_over_ = false;            // the tick for which they were is over
  std::unique_ptr<OtherRate> other_rate_;  // null: all have the room's rate
  std::unique_ptr<HowlGuard> guard_;       // null: off, or nobody could howl
  std::vector<std::uint32_t> speakers_before_;  // of those, what the tick before had on its bus

  // Of the current tick.
  TickScratch& scratch_;
  std::vector<std::uint32_t> contributors_;  // slots
  voice::rtp::Header header_;
  voice::rtp::Timestamp other_timestamp_{};  // in samples of the other rate
  std::array<SharedMessage, 2 * voice::codec_count> shared_;
  Forwarding forwarding_;
  std::vector<ParticipantId> listeners_;
  std::array<std::uint8_t, voice::packet_overhead_bytes> sign_of_life_{};
  std::uint32_t last_sound_ = 0;   // the tick to which somebody contributed last
  voice::TimePoint ticked_at_;     // the epoch: never
  std::size_t next_listener_ = 0;  // the next one in listeners_, if they are asked for in order

  voice::Packetizer packetizer_;
  RoomCounters counters_;
};

}  // namespace voiced
