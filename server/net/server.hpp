// The server: owns the connections and the conference, and runs them on one thread. Every tick is
// one pass: read what the talkers have sent, mix, write. Specified in docs/architecture.md.
#pragma once

#include "server/conference/ban_list.hpp"
#include "server/conference/drain.hpp"
#include "server/net/connection.hpp"
#include "server/net/freed_memory.hpp"
#include "server/net/listener.hpp"
#include "server/net/options.hpp"
#include "server/net/peer_log.hpp"
#include "server/net/status.hpp"
#include "server/net/ticker.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

class LocalParticipant;

struct ServerCounters {
  CloseCounters closes;
  std::uint64_t connections = 0;
  std::uint64_t accept_pauses = 0;
  // Of connections that have ended.
  std::uint64_t bytes_out = 0;
  std::uint64_t frames_out = 0;  // mixed frames that have left whole
  std::uint64_t bytes_in = 0;
  std::uint64_t bad_packets = 0;
  std::uint64_t foreign_packets = 0;
  std::uint64_t excess_messages = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t ignored_messages = 0;
  std::uint64_t bad_texts = 0;
  std::uint64_t outbox_dropped_messages = 0;
  voice::JitterBufferCounters playout;

  /// Adds what one connection has counted. While it is in the conference still.
  void include(const Connection& connection, const Conference& conference);
  /// Adds what has left for it. When nothing more can leave.
  void include_sent(const Connection& connection) noexcept;
};

class Server {
 public:
  Server(boost::asio::io_context& io, const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] voice::expected<void, ListenError> listen();

  /// Instead of listen(): takes over sockets that a service manager listens on already.
  [[nodiscard]] voice::expected<void, ListenError> adopt(std::span<const int> descriptors);

  /// With silent = false: opens the server's own microphone and loudspeaker. Fails with a text for
  /// people.
  [[nodiscard]] voice::expected<void, std::string> open_sound();
  [[nodiscard]] std::vector<std::string> endpoints() const { return listener_.endpoints(); }

  /// Called at the end of every tick, with the time at which it began. Must neither wait nor throw.
  void on_tick(std::function<void(voice::TimePoint)> hook) { tick_hook_ = std::move(hook); }

  /// Takes over what can change while peers are connected; nobody is dropped. Jitter depth, age of
  /// the outboxes, stall limit and mutes hold for everybody at once; what decides who may come in
  /// (door, require_hello, password, load_max) for those who come from now on. All the rest is
  /// ignored.
  void reconfigure(const ServerOptions& options);

  /// Serves until stop() has been called and every peer is gone, or stop_now().
  void run();

  /// Takes no more peers, tells those who understand, closes each on a message boundary; two
  /// seconds at most.
  void stop();
  void stop_now() noexcept { stopped_ = true; }

  /// What the operator does to one participant, by its number; holds from the next tick on. False,
  /// and nothing happens, when nobody here has it.
  bool set_mutes(std::uint64_t number, const Mutes& mutes);
  bool set_gain(std::uint64_t number, double db);
  /// `words` are the reason it is told, if it speaks voice/1. Not for the server's own.
  bool kick(std::uint64_t number, std::string_view words);

  /// Sends away whoever it is meant for, now and from now on. Returns how many that were; nothing
  /// when there is no room for one more ban.
  std::optional<std::size_t> ban(const Ban& ban);
  /// False when there is no such ban.
  bool unban(const AddressRange& range) { return bans_.remove(range); }
  bool unban(std::string_view name) { return bans_.remove(name); }
  /// The bans kept from before, at start.
  void set_bans(BanList bans) { bans_ = std::move(bans); }
  [[nodiscard]] const BanList& bans() const noexcept { return bans_; }

  /// Refuses newcomers, and stops when nobody is left whose call that would cut off, or when the
  /// drain limit is reached; or no longer.
  void drain(bool draining);

  /// A picture of this moment. participants() in the order they came; valid for as long as you keep
  /// it.
  [[nodiscard]] ServerStatus status() const;
  [[nodiscard]] std::vector<ParticipantStatus> participants() const;

  /// Logs one line of statistics.
  void log_statistics() const;

  [[nodiscard]] Conference& conference() noexcept { return conference_; }
  /// Share of its 20 ms that a tick takes, smoothed over a second: 0…1 and beyond.
  [[nodiscard]] double load() const noexcept { return load_; }
  [[nodiscard]] const ServerCounters& counters() const noexcept { return counters_; }

 private:
  /// Somebody who has spoken lately and is read without waiting.
  struct Talker {
    ConnectionId connection;
    ParticipantId participant;
    std::uint64_t due = 0;  // the tick before which it is to be read again
  };

  void accept(boost::asio::ip::tcp::socket socket);
  [[nodiscard]] Connection& seat(boost::asio::ip::tcp::socket socket,
                                 const boost::asio::ip::tcp::endpoint& peer, voice::TimePoint now);
  void end_oldest_farewell();
  void exhausted(const boost::system::error_code& error);
  [[nodiscard]] std::optional<CloseReason> admit(Connection& connection, voice::TimePoint now);
  [[nodiscard]] std::size_t connections() const noexcept {
    return connections_.size() - free_indices_.size();
  }
  [[nodiscard]] Pace pace() const noexcept;
  [[nodiscard]] Connection* find(ConnectionId id) const noexcept;
  [[nodiscard]] Connection* find(std::uint64_t number) const noexcept;
  [[nodiscard]] ParticipantStatus status_of(const Connection& connection,
                                            voice::TimePoint now) const;
  void describe(ParticipantStatus& status, ParticipantId id) const;
  void count_sent(ServerCounters& sums) const;
  void add_jitter(ServerStatus& status) const;

  void arm(Connection& connection);
  void on_readable(ConnectionId id, const boost::system::error_code& error);
  void read(Connection& connection, voice::TimePoint now);
  void said_hello(Connection& connection, voice::TimePoint now);
  void send(Connection& connection, voice::Bytes message, voice::MessageClass kind,
            voice::TimePoint now);
  void send_control(Connection& connection, voice::TimePoint now);

  void close(Connection& connection, CloseReason reason, voice::TimePoint now,
             std::string_view words = {});
  void log_end(const Connection& connection, CloseReason reason, voice::TimePoint now);
  void destroy(ConnectionId id);

  void tick(voice::TimePoint now);
  void read_active(voice::TimePoint now);
  [[nodiscard]] std::size_t next_due(std::size_t index) const noexcept;
  [[nodiscard]] std::uint64_t due_again(const Talker& talker) const noexcept;
  void flush_congested(voice::TimePoint now);
  void send_mixes(voice::TimePoint now);
  void send_signs_of_life(voice::TimePoint now);
  void log_notes(Connection& connection, voice::TimePoint now);
  void check_timeouts(voice::TimePoint now);
  [[nodiscard]] std::optional<CloseReason> overdue(Connection& connection, voice::TimePoint now);
  void continue_drain(voice::TimePoint now);
  [[nodiscard]] std::string drain_holders_text() const;
  void end_closing(voice::TimePoint now);
  /// Too many about peers, or lost because nobody read them.
  [[nodiscard]] std::uint64_t log_lines_left_out() const;
  void report(voice::TimePoint now);
  void reconfigure_sound(const LocalAudioOptions& options);
  void measure_load(voice::Duration busy) noexcept;

  boost::asio::io_context& io_;
  ServerOptions options_;
  Conference conference_;
  Listener listener_;
  Doorman doorman_;
  Ticker ticker_;
  BanList bans_;
  PeerLog peer_log_;
  std::unique_ptr<LocalParticipant> local_;

  std::vector<std::unique_ptr<Connection>> connections_;  // by ConnectionId::index
  std::vector<std::uint32_t> free_indices_;
  std::vector<std::uint32_t> index_of_slot_;  // ParticipantId::slot → ConnectionId::index
  std::uint64_t last_number_ = 0;
  std::vector<Talker> active_;
  WaitingList waiting_;
  std::vector<ConnectionId> closing_;
  RefusedPeers refused_;
  std::vector<std::uint8_t> scratch_;  // every read goes through here

  std::function<void(voice::TimePoint)> tick_hook_;
  voice::TimePoint started_;
  voice::TimePoint last_tick_;
  voice::DurationHistogram tick_work_;
  double load_ = 0;  // share of a tick that is spent working, smoothed over a second
  ServerCounters counters_;
  std::uint64_t reported_late_ticks_ = 0;
  CrowdWatch crowd_;
  voice::TimePoint next_check_{};
  voice::TimePoint last_check_{};
  voice::TimePoint awake_since_{};  // when we were last held up for long
  voice::TimePoint next_report_{};
  voice::TimePoint next_exhausted_log_{};
  Drain drain_;
  bool stopping_ = false;
  bool stopped_ = false;
  voice::TimePoint stop_deadline_{};
};

}  // namespace voiced
