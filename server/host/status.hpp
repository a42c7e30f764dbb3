// A snapshot of the server and its participants, for the control socket and for metrics.
#pragma once

#include "common/core/duration_histogram.hpp"
#include "common/playout/jitter_buffer.hpp"
#include "server/host/close_reason.hpp"
#include "server/host/session.hpp"
#include "server/room/participant.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace voiced {

/// The number of the server's own microphone and loudspeaker among the participants: no peer has
/// it.
inline constexpr std::uint64_t local_number = 0;

struct ParticipantStatus {
  std::uint64_t number = 0;       // counts the visitors of this server from 1
  std::string name;               // the address when it gave none; "server" for the server's own
  bool is_name_doubtful = false;  // looks like something else, or like somebody else's
  std::string room;               // the name of the room it is in
  std::string address;            // "192.0.2.1:50000"; empty for the server's own
  Dialect dialect = Dialect::unknown;
  std::string encryption;                         // "TLS1.3, AES-128-GCM"; empty: none
  std::string user;                               // its account; empty: none
  std::string invitation;                         // with which it joined; empty: none
  std::optional<std::chrono::sys_seconds> until;  // when that ends
  std::string certificate;                        // the name in its certificate; empty: none
  Role role = Role::speaker;
  voice::CodecId codec = voice::CodecId::pcmu;
  voice::Duration connected{0};

  bool talking = false;     // contributed to the last tick
  double level_dbfs = 0.0;  // as a meter shows it; voice::level_dbfs_min when not talking
  Mutes mutes;
  double gain_db = 0.0;       // the operator's
  double levelling_db = 0.0;  // the leveller's
  double guard_db = 0.0;      // the howl guard's: 0 or less
  bool echoes = false;        // the howl guard has found it in a loop
  int sample_rate_hz = 0;     // in both directions

  int jitter_fill_packets = 0;
  int jitter_depth_packets = 0;
  voice::Duration jitter_delay{0};   // how much sound waits to be mixed
  voice::Duration jitter_target{0};  // how much should wait while nothing is late
  voice::PlayoutCounters playout;
  voice::PlayoutTimes playout_times;
  std::uint64_t frames_sent = 0;    // mixed frames that have left for this participant
  std::uint64_t frames_played = 0;  // ticks to which it contributed

  voice::Duration queue_age{0};  // of the oldest message that the system has not taken yet
  std::uint64_t queue_dropped = 0;
  SessionCounters session;
};

struct RoomStatus {
  std::string name;
  RoomState state = RoomState::open;
  bool is_on_demand = false;  // created because a peer asked for it
  bool needs_password = false;
  Guests guests = Guests::speak;
  std::size_t members = 0;    // accounts that its file names as such; 0: no limit on who may enter
  std::size_t speakers = 0;   // the same; 0: each account's own role
  std::size_t operators = 0;  // the same
  int sample_rate_hz = 0;
  int jitter_depth_packets = 0;
  std::size_t participants = 0;
  std::size_t participants_max = 0;
  std::size_t talkers = 0;  // contributed to the last tick
  bool limiter = false;
  double limiter_gain_db = 0.0;        // its current gain: 0 or less
  std::uint64_t limited_frames = 0;    // ticks in which it turned them down
  std::uint64_t forwarded_frames = 0;  // ticks in which a talker's packet was passed on
  std::uint64_t howls = 0;             // how often the howl guard has begun to act
};

/// `sample_rate_hz` and `jitter_depth_packets` are the front room's; counts are of all rooms.
struct ServerStatus {
  voice::Duration uptime{0};
  int sample_rate_hz = 0;
  int jitter_depth_packets = 0;
  bool silent = true;  // no sound device of its own
  bool draining = false;
  bool stopping = false;

  std::size_t participants = 0;
  std::size_t participants_max = 0;
  std::size_t talkers = 0;     // contributed to the last tick
  std::size_t handshakes = 0;  // in progress: TLS, PROXY headers
  std::size_t strangers = 0;   // have neither spoken nor said Hello
  std::size_t logins = 0;      // under way
  std::size_t bans = 0;
  std::size_t congested = 0;  // their network has not taken all yet

  std::size_t jitter_filled = 0;        // jitter buffers that hold any sound
  voice::Duration jitter_delay_sum{0};  // sound in all of them together
  voice::Duration jitter_delay_max{0};

  std::uint64_t ticks = 0;
  std::uint64_t late_ticks = 0;     // by more than half a tick
  std::uint64_t skipped_ticks = 0;  // too late to be caught up
  voice::Duration since_tick{0};
  double load = 0.0;      // share of its 20 ms that a tick takes, smoothed over a second
  double load_max = 0.0;  // above it newcomers are refused
  voice::DurationHistogram tick_lateness;
  voice::DurationHistogram tick_work;  // how long a tick takes: read, mix, send

  // Since the start, including peers that have left.
  std::uint64_t connections = 0;
  std::uint64_t accept_pauses = 0;
  std::uint64_t logins_granted = 0;
  std::uint64_t handshakes_done = 0;    // of TLS
  std::uint64_t handshakes_failed = 0;  // no agreement, too late, or the peer left first
  SessionCounters received;
  std::uint64_t bytes_out = 0;
  std::uint64_t packets_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t queue_dropped = 0;
  voice::PlayoutCounters playout;
  voice::PlayoutTimes playout_times;
  std::uint64_t log_lines_left_out = 0;
  CloseCounters closes;

  std::vector<RoomStatus> rooms;  // the front room first
};

}  // namespace voiced
