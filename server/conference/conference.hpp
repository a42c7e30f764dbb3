// The conference: µ-law packets of all participants in, one mixed message for each of them out,
// every 20 ms. receive() only stores, tick() only computes: the work per tick is bounded and the
// same on every run. Owns the participants; the shell owns sockets and clock. Specified in
// docs/architecture.md.
#pragma once

#include "common/core/result.hpp"
#include "common/wire/packetizer.hpp"
#include "server/conference/mixer.hpp"
#include "server/conference/options.hpp"
#include "server/conference/participant.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace voiced {

enum class JoinError : std::uint8_t { conference_full };

/// One message to send. Valid until the next tick().
struct Outgoing {
  ParticipantId to;
  voice::Bytes message;  // whole: length prefix, RTP header, µ-law
};

struct ConferenceCounters {
  std::uint64_t ticks = 0;
  std::uint64_t joins = 0;
  std::uint64_t leaves = 0;
  std::uint64_t packets_in = 0;
  std::uint64_t messages_out = 0;
};

class Conference {
 public:
  explicit Conference(const ConferenceOptions& options);

  /// Admits a participant; all memory he needs is reserved here. Fails with `conference_full`.
  [[nodiscard]] voice::expected<ParticipantId, JoinError> join();

  /// The server's own microphone and loudspeaker: heeds Mutes::not_played_here of the others.
  [[nodiscard]] voice::expected<ParticipantId, JoinError> join_local();

  /// Forgets a participant. A stale id is ignored.
  void leave(ParticipantId id) noexcept;

  /// Stores a packet of a participant until his next tick. A stale id or an empty payload changes
  /// nothing.
  voice::Insert receive(ParticipantId id, const voice::rtp::PacketView& packet) noexcept;

  /// Plays 20 ms: takes one frame of everybody, mixes, and returns a message for each participant
  /// whose loudspeaker is not muted, or nothing at all when nobody contributes. Never allocates
  /// once participants are admitted.
  [[nodiscard]] std::span<const Outgoing> tick() noexcept;

  void set_mutes(ParticipantId id, const Mutes& mutes) noexcept;
  void set_sequencing(ParticipantId id, Sequencing sequencing) noexcept;
  /// Applies to everybody now in the conference and to those who join later.
  void set_jitter_depth(int depth_packets);

  /// Nothing for a stale id. Valid until the next join or leave.
  [[nodiscard]] const Participant* find(ParticipantId id) const noexcept;

  /// Loudness of what a participant contributed to the last tick, dBFS.
  [[nodiscard]] double level_dbfs(ParticipantId id) const noexcept;

  [[nodiscard]] voice::AudioFormat format() const noexcept { return options_.format; }
  [[nodiscard]] std::size_t participants() const noexcept { return members_.size(); }
  /// Who contributed to the last tick.
  [[nodiscard]] std::size_t contributors() const noexcept { return contributors_.size(); }
  [[nodiscard]] const ConferenceCounters& counters() const noexcept { return counters_; }

 private:
  struct Slot {
    std::uint32_t generation = 0;
    std::uint32_t member_index = 0;
    std::unique_ptr<Participant> participant;
  };

  [[nodiscard]] Participant* lookup(ParticipantId id) const noexcept;
  [[nodiscard]] std::span<std::uint8_t> own_message(std::size_t contribution) noexcept;
  void collect() noexcept;
  void add_contributor(std::uint32_t slot, Participant& participant) noexcept;
  void encode_mixes() noexcept;
  void encode_full_mix() noexcept;
  void encode_local_mix(std::uint32_t slot) noexcept;
  void address_messages() noexcept;
  [[nodiscard]] voice::Bytes message_for(const Participant& participant) noexcept;

  ConferenceOptions options_;
  voice::FrameClock clock_;
  std::size_t samples_ = 0;  // of the current tick
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::uint32_t> members_;  // slots in use, in no particular order
  std::vector<std::uint32_t> active_;   // slots whose jitter buffer may have something to play
  std::optional<std::uint32_t> local_slot_;

  // Of the current tick. The contributors' messages lie in an arena that the system makes resident
  // only as far as contributors reach, so that room for thousands costs nothing while few speak.
  std::vector<std::uint32_t> contributors_;  // slots
  std::unique_ptr<std::uint8_t[]> message_arena_;
  std::vector<std::int16_t> pcm_;
  std::vector<std::int16_t> mixed_;
  std::vector<std::uint8_t> full_message_;
  std::vector<std::uint8_t> local_message_;
  bool local_mix_differs_ = false;
  std::vector<Outgoing> outgoing_;

  Mixer mixer_;
  Mixer local_mixer_;
  voice::Packetizer packetizer_;
  ConferenceCounters counters_;
};

}  // namespace voiced
