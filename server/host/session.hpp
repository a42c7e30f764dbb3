// One peer without its socket: stream bytes in, which a Channel cuts into messages; packets to its
// room, control messages and the verdict "close, because …" out. Takes a seat in a room when
// opened, gives it up when closed. Specified in docs/protocol.md.
#pragma once

#include "common/core/token_bucket.hpp"
#include "common/playout/arrival_phase.hpp"
#include "common/transport/channel.hpp"
#include "common/wire/codec_word.hpp"
#include "common/wire/voice1.hpp"
#include "server/host/close_reason.hpp"
#include "server/host/lobby.hpp"
#include "server/host/login.hpp"
#include "server/host/session_counters.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voiced {

/// Longest name a participant can have, in bytes of UTF-8.
inline constexpr std::size_t name_bytes_max = 64;

enum class Dialect : std::uint8_t {
  unknown,  // has sent nothing yet: a listener, or a stranger
  classic,  // speaks RTP only, as the original program
  voice1,   // has said Hello
};

[[nodiscard]] const char* to_string(Dialect dialect) noexcept;

class Session {
 public:
  /// @param number counts visitors of this server from 1; the public id of the participant.
  /// @param address "192.0.2.1:50000"; the name of a peer that gives none.
  /// @param require_hello audio counts only after Hello; classic peers are then not served. Always
  ///                      so where the lobby wants a password.
  /// @param transport of the connection; null: plain.
  Session(Lobby& lobby, std::uint64_t number, std::string address, bool require_hello = false,
          std::unique_ptr<voice::Transport> transport = nullptr);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Its proxy has said where it comes from. Before open() (asserted).
  void set_address(std::string address);

  /// Takes a seat in the front room and announces its rate; or refuses, and says why. Only while
  /// the channel is ready (asserted); otherwise received() does it as soon as it is.
  std::optional<CloseReason> open();

  /// Instead of open(): tells a voice/1 peer why it is not let in.
  void refuse(voice::voice1::RefusalCode code, std::string_view reason);

  /// Feeds what has arrived. Do not call it again after it has returned a reason to close.
  [[nodiscard]] std::optional<CloseReason> received(voice::Bytes bytes, voice::TimePoint now);
  /// The same for one whole message, however it was received.
  [[nodiscard]] std::optional<CloseReason> message(voice::Bytes bytes, voice::TimePoint now);

  /// Gives up its seat, and tells a voice/1 peer why, in the operator's words if there are any.
  /// Idempotent.
  void close(CloseReason reason, std::string_view words = {});

  /// Whole wire messages to be sent, oldest first; each is handed out once.
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> take_control();
  /// The oldest of them; there must be one (asserted).
  [[nodiscard]] std::vector<std::uint8_t> next_control();
  [[nodiscard]] bool has_control() const noexcept { return !control_.empty(); }

  /// What it says to prove who it is, once; then checked() follows, unless it is closed.
  [[nodiscard]] std::optional<Claim> take_claim();
  /// The verdict on its last claim; ignored when it has none. Returns a reason to close.
  [[nodiscard]] std::optional<CloseReason> checked(const Judgement& verdict);
  /// It is logging in, so it neither hears nor is heard.
  [[nodiscard]] bool is_logging_in() const noexcept { return login_ != nullptr; }
  /// The account that it wants to be, as it said; empty: none. While it is logging in.
  [[nodiscard]] std::string claimed_user() const;
  /// It has taken too long to log in: disconnect it.
  [[nodiscard]] bool login_overdue(voice::TimePoint now) const noexcept;
  /// What it has proved. Of a peer that has not said Hello: a guest's.
  [[nodiscard]] const Access& access() const noexcept;
  /// It may still name another room, so it is sent nothing yet: until its Hello, its first packet,
  /// or end_choice().
  [[nodiscard]] bool is_choosing() const noexcept { return is_choosing_; }
  /// It has named no room in time, so it hears the front room, like a classic peer; unless access
  /// to that has been restricted in the meantime: Hello is then required. Idempotent.
  void end_choice() noexcept;
  /// What it may do in the room where it sits.
  [[nodiscard]] Role role() const noexcept { return role_; }
  /// The rules of its room and of logging in may have changed: updates what it may do and, if there
  /// are accounts now, its name, and tells a voice/1 peer.
  void follow_rules();
  /// It is connected from this machine itself.
  void set_is_local(bool is_local) noexcept { is_local_ = is_local; }

  /// True once after every Hello, because the name may have changed.
  [[nodiscard]] bool take_hello() noexcept { return std::exchange(hello_, false); }

  /// Its name has changed, and take_new_name() has not reported that yet.
  [[nodiscard]] bool has_new_name() const noexcept { return new_name_; }
  /// How its name looks, kept as two numbers: those who have one of them in common look alike.
  struct NameNumbers {
    std::size_t as_written = 0;
    std::size_t in_lower_case = 0;
  };
  [[nodiscard]] NameNumbers name_numbers();
  /// Its name looks like something else, or like somebody else's.
  [[nodiscard]] bool is_name_doubtful() const noexcept { return is_name_doubtful_; }
  void set_name_doubtful(bool is_doubtful) noexcept { is_name_doubtful_ = is_doubtful; }
  /// It has the name of its account, or one that an invitation or a certificate gives it.
  [[nodiscard]] bool owns_name() const;

  /// True once after its name has changed, by Hello or because there are accounts now.
  [[nodiscard]] bool take_new_name() noexcept { return std::exchange(new_name_, false); }

  /// True once after a Hello that led into another room than the front room.
  [[nodiscard]] bool take_entered() noexcept { return std::exchange(entered_, false); }

  /// The client sends Pings again and again: if it falls silent, it or its network has stopped
  /// working.
  [[nodiscard]] bool keeps_pinging() const noexcept { return pings_ >= 3; }

  /// Lets it send at once as much as the lobby's setting allows it to hold back in a stall.
  void follow_backlog() noexcept;

  /// Moves it to another room, with all that belongs to it, and tells a voice/1 peer. Its rate and
  /// codec change if that room does not have them. Returns whether there was a place; if not, it
  /// stays. It has a seat (asserted).
  [[nodiscard]] bool move(RoomId room);

  /// Tells a voice/1 peer what the operator has muted.
  void set_mutes(const Mutes& mutes);

  /// True if a message has been under way for longer than this peer is allowed: disconnect it.
  [[nodiscard]] bool message_overdue(voice::TimePoint now) const noexcept;
  /// Since when a message has been begun and not finished; none between messages.
  [[nodiscard]] std::optional<voice::TimePoint> mid_message_since() const noexcept;

  /// The way of the stream: what is to be sent to the peer leaves through it (Channel::to_send).
  [[nodiscard]] voice::Channel& channel() noexcept { return channel_; }
  [[nodiscard]] const voice::Channel& channel() const noexcept { return channel_; }
  /// None before it has been opened, and after close().
  [[nodiscard]] const std::optional<Seat>& seat() const noexcept { return seat_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// The name that it asked for or was given, without the mark that name() may have; empty: none.
  [[nodiscard]] const std::string& claimed_name() const noexcept { return claimed_name_; }
  /// As it was when the peer connected; later changes of the setting apply to later peers.
  [[nodiscard]] bool requires_hello() const noexcept { return require_hello_; }
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] Dialect dialect() const noexcept { return dialect_; }
  /// The codec in which it speaks and hears.
  [[nodiscard]] voice::CodecId codec() const noexcept { return codec_; }
  /// The rate at which it speaks and hears: the announced one, or the room's.
  [[nodiscard]] voice::AudioFormat format() const noexcept { return format_; }
  [[nodiscard]] const SessionCounters& counters() const noexcept { return counters_; }

 private:
  void invariants() const noexcept;
  [[nodiscard]] bool admit(voice::TimePoint now) noexcept;
  void packet(voice::Bytes bytes, voice::TimePoint now);
  [[nodiscard]] std::optional<CloseReason> text(voice::Bytes bytes, voice::TimePoint now);
  [[nodiscard]] Room& room() const noexcept { return lobby_.room(seat_->room); }
  [[nodiscard]] bool take_seat(RoomId to);
  void limit_messages() noexcept;
  [[nodiscard]] voice::AudioFormat format_in(const Room& room) const noexcept;
  [[nodiscard]] voice::CodecId codec_in(RoomId room, voice::AudioFormat format) const noexcept;
  void listen_for_rate(std::optional<std::uint32_t> wanted_hz);
  void welcome(std::string_view proof);
  [[nodiscard]] std::optional<CloseReason> take_name(std::string_view wanted);
  void set_name(std::string name, bool is_doubtful);
  void follow_accounts();
  [[nodiscard]] std::string visible_user() const;
  [[nodiscard]] std::string name_mark() const;
  [[nodiscard]] std::string shown_name(const std::string& said) const;
  [[nodiscard]] std::optional<CloseReason> enter_room(std::string_view name);
  void ping(const voice::voice1::Ping& request, voice::TimePoint now);
  /// The answer to a Ping; tells what delays the peer's sound here, while it is being played.
  [[nodiscard]] voice::voice1::Pong pong(std::string_view id, voice::TimePoint now);
  struct Login;
  [[nodiscard]] std::optional<CloseReason> hello(const voice::voice1::Hello& greeting,
                                                 voice::Bytes message, voice::TimePoint now);
  [[nodiscard]] std::optional<CloseReason> identify(const voice::voice1::Hello& greeting,
                                                    voice::Bytes message, voice::TimePoint now);
  [[nodiscard]] bool is_guest_admitted(RoomId room) const;
  [[nodiscard]] bool may_show_secret() const;
  void log_in(Claim claim, voice::Bytes hello, voice::TimePoint now);
  void prove(const voice::voice1::Proof& proof);
  [[nodiscard]] std::optional<CloseReason> granted(const verdict::Granted& granted);
  void let_in(const verdict::Granted& granted);
  [[nodiscard]] const std::string& given_name() const noexcept;
  [[nodiscard]] bool follow_role();
  [[nodiscard]] std::optional<CloseReason> enter(const voice::voice1::Hello& greeting,
                                                 std::string_view proof = {});
  void tell_state();
  void shown() noexcept;
  void queue(const voice::voice1::Message& message);
  void queue(std::vector<std::uint8_t> message);

  // What every message and every tick look at comes first and lies together (peer.hpp).
  Lobby& lobby_;
  std::vector<std::vector<std::uint8_t>> control_;
  voice::Channel channel_;
  std::optional<Seat> seat_;
  Dialect dialect_ = Dialect::unknown;
  voice::CodecId codec_ = voice::CodecId::pcmu;  // that Hello and the last Welcome agreed on
  bool require_hello_;
  bool is_changing_ = false;  // has been told of another format, and not confirmed it by Hello
  bool hello_ = false;
  bool new_name_ = false;
  bool entered_ = false;
  bool is_choosing_ = false;      // of rooms: is_choosing()
  std::unique_ptr<Login> login_;  // while it proves who it is
  voice::TimePoint message_began_{};
  voice::TokenBucket message_rate_;
  std::uint64_t excess_in_a_row_ = 0;
  SessionCounters counters_;

  std::uint64_t number_;
  std::string address_;
  std::string name_;
  std::string claimed_name_;
  voice::voice1::Codecs offered_;  // in Hello; none: PCMU, and Welcome is silent
  voice::AudioFormat format_;
  bool says_rate_ = false;     // its Hello names one, so every Welcome does, too
  bool follows_rate_ = false;  // of every Welcome
  bool is_local_ = false;
  bool is_known_ = false;  // what it may do is settled
  bool has_entered_ = false;
  bool is_name_doubtful_ = false;
  Role role_ = Role::speaker;  // in its room
  bool tells_role_ = false;    // it is no guest, or has not always been a speaker
  std::uint64_t pings_ = 0;
  voice::ArrivalPhase phase_{1, 0};  // of Pings: they come with a packet of sound
  voice::TokenBucket ping_rate_;
  NameNumbers name_numbers_;  // zeros: not wanted yet
  struct Proved {
    Access access;
    std::string name;  // that its invitation or certificate gives it; empty: it chooses
  };
  std::unique_ptr<const Proved> proved_;  // null: a guest that may speak
};

}  // namespace voiced
