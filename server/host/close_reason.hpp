// Why a connection ended: a small closed set, counted and logged by name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace voiced {

enum class CloseReason : std::uint8_t {
  left,                     // the peer closed the connection
  bye,                      // the peer said Bye
  reset,                    // the connection broke
  stalled,                  // the peer took nothing for longer than the stall limit
  not_heard,                // a peer that kept pinging was not heard from for too long
  framing_negative_length,  // a message length below zero
  framing_too_long,         // a message length above what is legal
  framing_timeout,          // a message begun and not finished in time
  handshake_failed,         // TLS: no parameters in common, no certificate, or not TLS
  bad_certificate,          // TLS: the client's is expired, revoked, or not issued by client-ca
  handshake_timeout,        // TLS: not finished in time
  cipher_broken,            // TLS: a record that cannot be decrypted
  proxy_untrusted,          // connected to listen-proxy, and is not in proxy-from
  proxy_malformed,          // its PROXY header is invalid, or it sent something else
  proxy_timeout,            // its PROXY header did not arrive in time
  hello_timeout,            // no Hello in time, where one is required
  bad_password,      // a wrong password, of the room or of an account, or none where one is needed
  bad_invitation,    // a token that is forged, expired, revoked, used up or for another room
  login_required,    // a guest, where guests are not admitted
  login_slowed,      // too many failed attempts to log in
  login_busy,        // too many others were logging in
  login_unchecked,   // its password could not be checked: no memory, or no thread
  login_timeout,     // began to log in, and did not finish in time
  secret_in_clear,   // sent a password or an invitation without encryption
  invitation_over,   // its invitation has expired, or was revoked
  name_mixed,        // its name mixes scripts, in a room that refuses that
  name_taken,        // its name looks like another participant's, in a room that refuses that
  no_room,           // said Hello for a room that does not exist
  room_full,         // that room is full
  room_locked,       // that room is locked
  room_closed,       // the operator has closed its room
  not_a_member,      // that room admits certain accounts only
  flood,             // far more messages than real time needs, for long
  refused_full,      // the server is full
  refused_limit,     // too many unknown peers or joins, from this address or in all
  refused_busy,      // the mixer has no time, or all handshakes are taken
  refused_draining,  // the operator wants the server empty
  refused_banned,    // comes back although banned
  refused_address,   // its address is in deny-from, or not in allow-from
  gone_at_once,      // had left before it could be asked for its address
  kicked,            // removed by the operator
  banned,            // removed by the operator, and may not return
  server_stopping,
};

inline constexpr std::size_t close_reason_count = 43;
static_assert(static_cast<std::size_t>(CloseReason::server_stopping) + 1 == close_reason_count);

/// As in logs and statistics: "framing_too_long".
[[nodiscard]] const char* to_string(CloseReason reason) noexcept;

/// How a log line with a reason is limited, and whether fail2ban looks for it.
enum class Blame : std::uint8_t {
  none,     // the peer has done nothing wrong, or anybody can cause this in any number
  login,    // it could not prove who it is
  offence,  // it was refused or disconnected for what it did
};
[[nodiscard]] Blame blame_of(CloseReason reason) noexcept;

/// One counter for each reason.
class CloseCounters {
 public:
  void count(CloseReason reason) noexcept { ++counts_[static_cast<std::size_t>(reason)]; }
  [[nodiscard]] std::uint64_t of(CloseReason reason) const noexcept {
    return counts_[static_cast<std::size_t>(reason)];
  }

 private:
  std::array<std::uint64_t, close_reason_count> counts_{};
};

/// Those that have occurred, for a log line: "left:3,reset:1"; "none" when there are none yet.
[[nodiscard]] std::string to_string(const CloseCounters& counters);

}  // namespace voiced
