// What happens in the host that an operator may want to read about. The shell takes these after
// every call and logs them; their texts are the core's own, or limited by it.
#pragma once

#include "server/host/close_reason.hpp"
#include "server/host/peer_notes.hpp"
#include "server/host/session.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace voiced {

namespace event {

struct Joined {
  std::uint64_t number;
  std::string address;
  std::size_t participants;
};

struct Left {
  std::uint64_t number;
  std::string address;
  std::string name;  // unquoted: as the peer gave it, printable UTF-8
  Dialect dialect;
  CloseReason reason;
  std::chrono::seconds connected;
  SessionCounters session;
  std::uint64_t outbox_dropped_messages;
  std::size_t participants;
};

/// A connection that has ended before its transport was ready, or before its proxy had named it.
struct HandshakeFailed {
  std::uint64_t number;
  std::string address;
  CloseReason reason;
  std::string why;  // for people, bounded, may hold words of the peer; often empty
};

/// A login failed. The connection ends.
struct LoginFailed {
  std::uint64_t number;
  std::string address;
  std::string user;  // as the peer gave it, at most 64 bytes; empty: none
  CloseReason reason;
  std::string why;  // for people
};

/// A login succeeded.
struct LoggedIn {
  std::uint64_t number;
  std::string address;
  Access access;
};

struct Named {
  std::uint64_t number;
  std::string address;
  std::string name;
  bool is_doubtful;
};

struct Moved {
  std::uint64_t number;
  std::string from;  // rooms
  std::string to;
};

/// The operator has been told that it would be moved, but the other room has been filled, closed or
/// removed meanwhile.
struct NotMoved {
  std::uint64_t number;
  std::string stays_in;  // a room
};

/// A note about how a participant is heard; each is reported once per participant.
struct Noted {
  std::uint64_t number;
  PeerNote note;
  int jitter_depth_packets;  // as set
  int raised_to_packets;     // this participant's
  int sample_rate_hz;
};

struct Draining {
  enum class Step : std::uint8_t { began, waits, limit_reached, empty, cancelled };
  Step step;
  std::size_t participants;
  std::chrono::seconds left;           // until the limit
  std::vector<std::uint64_t> holders;  // the first ten in the order they came
  std::size_t more_holders;            // beyond those
};

/// Reported at most every 10 s.
struct AcceptPaused {
  std::string why;
};

}  // namespace event

using HostEvent = std::variant<event::Joined, event::Left, event::HandshakeFailed,
                               event::LoginFailed, event::LoggedIn, event::Named, event::Moved,
                               event::NotMoved, event::Noted, event::Draining, event::AcceptPaused>;

}  // namespace voiced
