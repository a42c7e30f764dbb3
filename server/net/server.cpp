#include "server/net/server.hpp"

#include "common/app/calendar.hpp"
#include "common/app/log.hpp"
#include "common/core/assert.hpp"
#include "common/core/quoted.hpp"
#include "server/net/address.hpp"
#include "server/net/local_participant.hpp"
#include "server/net/socket_options.hpp"

#include <spdlog/spdlog.h>

namespace voiced {

namespace asio = boost::asio;
using boost::system::error_code;
using voice::TimePoint;
using voice::app::calendar_now;

namespace {

using Clock = std::chrono::steady_clock;

// What one read takes at most. 16 KiB are two seconds of 8 kHz: a peer that sends faster waits in
// TCP.
constexpr std::size_t scratch_bytes = std::size_t{16} * 1024;
// Beyond so many peers events are gathered; up to there each is handled as it comes.
constexpr std::size_t handful = 8;
// Up to so many, talkers are read in every quantum, so that a Ping is answered within 5 ms; beyond,
// once a tick.
constexpr std::size_t crowd = 64;
constexpr int reads_per_tick_max = 8;
// Connections beyond the participants. Who is refused and who says goodbye have places of their
// own, so that neither takes a participant's.
constexpr std::size_t refused_max = 256;
constexpr std::size_t farewells_max = 256;

// Asio keeps a little for every socket there ever was at once. Made now, in one go, it lies
// together; made as peers come, it would lie between what belongs to them, and hold a page for each
// of them long after they have gone.
void reserve_reactor(asio::io_context& io, std::size_t sockets) {
  std::vector<asio::ip::tcp::socket> reserved;
  reserved.reserve(sockets);
  error_code error;
  while (!error && reserved.size() < sockets) {
    reserved.emplace_back(io).open(asio::ip::tcp::v4(), error);
  }
}

}  // namespace

Server::Server(asio::io_context& io, const ServerOptions& options)
    : io_(io),
      options_(options),
      conference_(options.conference),
      listener_(
          io, [this](asio::ip::tcp::socket socket) { accept(std::move(socket)); },
          [this](const error_code& error) { exhausted(error); }),
      doorman_(options.door),
      ticker_(io),
      waiting_(options.conference.participants_max + refused_max + farewells_max),
      refused_(refused_max),
      scratch_(scratch_bytes),
      started_(Clock::now()),
      last_tick_(started_),
      drain_(options.drain_limit) {
  const std::size_t places = options.conference.participants_max + refused_max + farewells_max;
  connections_.resize(places);
  free_indices_.reserve(places);
  for (std::size_t i = places; i > 0; --i) {
    free_indices_.push_back(static_cast<std::uint32_t>(i - 1));
  }
  index_of_slot_.resize(options.conference.participants_max);
  active_.reserve(places);
  closing_.reserve(places);
  reserve_reactor(io, options.conference.participants_max + refused_max);
}

Server::~Server() = default;

voice::expected<void, ListenError> Server::listen() {
  return listener_.listen(options_.listen, options_.port);
}

voice::expected<void, ListenError> Server::adopt(std::span<const int> descriptors) {
  for (const int descriptor : descriptors) {
    if (auto adopted = listener_.adopt(descriptor); !adopted) return adopted;
  }
  return {};
}

voice::expected<void, std::string> Server::open_sound() {
  if (options_.local.silent) return {};
  auto local = LocalParticipant::open(conference_, options_.local, Clock::now());
  if (!local) return voice::unexpected(local.error());
  local_ = std::move(*local);
  return {};
}

Pace Server::pace() const noexcept {
  if (connections() <= handful) return Pace::prompt;
  return connections() <= crowd ? Pace::gathered : Pace::gathered_long;
}

void Server::run() {
  ticker_.start();
  while (!stopped_) {
    ticker_.wait(pace());
    if (pace() == Pace::gathered) read_active(Clock::now());
    while (!stopped_ && ticker_.take()) {
      const TimePoint begin = Clock::now();
      last_tick_ = begin;
      tick(begin);
      measure_load(Clock::now() - begin);
      if (tick_hook_) tick_hook_(begin);
      // Between two ticks of a catch-up, what peers have sent meanwhile is let in.
      ticker_.run_ready();
    }
  }
}

void Server::measure_load(voice::Duration busy) noexcept {
  tick_work_.add(busy);
  const double share = std::chrono::duration<double>(busy) / voice::frame_duration;
  load_ += (share - load_) / voice::frames_per_second;
}

void Server::stop() {
  if (stopping_) return;
  const TimePoint now = Clock::now();
  stopping_ = true;
  stop_deadline_ = now + std::chrono::seconds{2};
  listener_.close();
  for (const auto& connection : connections_) {
    if (connection) close(*connection, CloseReason::server_stopping, now);
  }
}

Connection* Server::find(ConnectionId id) const noexcept {
  Connection* const connection = connections_[id.index].get();
  return connection != nullptr && connection->id().number == id.number ? connection : nullptr;
}

void Server::accept(asio::ip::tcp::socket socket) {
  const TimePoint now = Clock::now();
  ++counters_.connections;
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return counters_.closes.count(CloseReason::gone_at_once);
  Connection& connection = seat(std::move(socket), peer, now);
  const auto refusal = admit(connection, now);
  if (refusal) {
    connection.lists.refused = true;
    const ConnectionId gone = refused_.add(connection.id());
    if (gone.number != 0 && find(gone) != nullptr) destroy(gone);
  }
  send_control(connection, now);
  if (refusal) return close(connection, *refusal, now);
  if (connection.lists.closing) return;
  index_of_slot_[connection.session().participant()->slot] = connection.id().index;
  peer_log_.info(now, "participant joined id={} peer={} participants={}", connection.id().number,
                 connection.session().address(), conference_.participants());
  arm(connection);
}

Connection& Server::seat(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer,
                         TimePoint now) {
  prepare_socket(socket, {.message_bytes = voice::packet_overhead_bytes +
                                           options_.conference.format.samples_per_frame_max(),
                          .stall_limit = options_.stall_limit});
  if (free_indices_.empty()) end_oldest_farewell();
  const ConnectionId id{free_indices_.back(), ++last_number_};
  free_indices_.pop_back();
  crowd_.arrived(connections());
  connections_[id.index] = std::make_unique<Connection>(
      id, std::move(socket), peer, conference_, voice::OutboxLimits{options_.outbox_age_max},
      waiting_, options_.require_hello);
  Connection& connection = *connections_[id.index];
  connection.joined_at = now;
  connection.address_key = address_key(peer.address());
  return connection;
}

// More participants say goodbye at once than there are places for that: the newcomer's comes first.
void Server::end_oldest_farewell() {
  const Connection* oldest = nullptr;
  for (const ConnectionId id : closing_) {
    const Connection* const connection = find(id);
    if (connection == nullptr || connection->lists.refused) continue;
    if (oldest == nullptr || connection->farewell().began() < oldest->farewell().began()) {
      oldest = connection;
    }
  }
  VOICE_ASSERT(oldest != nullptr);
  destroy(oldest->id());
}

std::optional<CloseReason> Server::admit(Connection& connection, TimePoint now) {
  Session& session = connection.session();
  if (bans_.size() != 0) {
    if (const Ban* const ban = bans_.find(connection.address_key, calendar_now())) {
      session.refuse(voice::voice1::RefusalCode::banned,
                     ban->reason.empty() ? "you are banned here" : ban->reason);
      return CloseReason::refused_banned;
    }
  }
  if (drain_.is_active()) {
    session.refuse(voice::voice1::RefusalCode::draining,
                   "the server takes no more participants, it is about to stop");
    return CloseReason::refused_draining;
  }
  const Admission admission = doorman_.arrived(connection.address_key, now);
  if (admission != Admission::welcome) {
    session.refuse(voice::voice1::RefusalCode::limit, to_string(admission));
    return CloseReason::refused_limit;
  }
  connection.lists.admitted = true;
  connection.lists.stranger = true;
  if (load_ > options_.load_max) {
    session.refuse(voice::voice1::RefusalCode::busy,
                   "the server has no time left for one more participant");
    return CloseReason::refused_busy;
  }
  return session.open();
}

void Server::exhausted(const error_code& error) {
  ++counters_.accept_pauses;
  const TimePoint now = Clock::now();
  if (now < next_exhausted_log_) return;
  next_exhausted_log_ = now + std::chrono::seconds{10};
  spdlog::error("accepting paused: {}; those connected stay connected (raise LimitNOFILE)",
                error.message());
}

void Server::arm(Connection& connection) {
  connection.unpark();
  if (!connection.is_open()) return close(connection, CloseReason::reset, Clock::now());
  connection.socket().async_wait(
      asio::ip::tcp::socket::wait_read,
      [this, id = connection.id()](const error_code& error) { on_readable(id, error); });
}

void Server::on_readable(ConnectionId id, const error_code& error) {
  Connection* const connection = find(id);
  if (connection == nullptr || error == asio::error::operation_aborted) return;
  if (connection->lists.closing) return;
  read(*connection, Clock::now());
  if (connection->lists.closing) return;
  // A peer that floods is read once a tick, like everybody when there is a crowd.
  auto& lists = connection->lists;
  if (lists.read_tick != conference_.counters().ticks) lists.reads_this_tick = 0;
  lists.read_tick = conference_.counters().ticks;
  const bool floods = ++lists.reads_this_tick >= reads_per_tick_max;
  if (floods || pace() != Pace::prompt) {
    connection->park();
    active_.push_back({id, *connection->session().participant()});
  } else {
    arm(*connection);
  }
}

void Server::read(Connection& connection, TimePoint now) {
  if (const auto reason = connection.read(scratch_, now)) return close(connection, *reason, now);
  if (connection.lists.stranger && connection.session().dialect() != Dialect::unknown) {
    connection.lists.stranger = false;
    doorman_.shown(connection.address_key);
  }
  if (connection.session().take_hello()) said_hello(connection, now);
}

void Server::said_hello(Connection& connection, TimePoint now) {
  Session& session = connection.session();
  if (bans_.size() != 0) {
    if (const Ban* const ban = bans_.find(session.name(), calendar_now())) {
      return close(connection, CloseReason::banned, now, ban->reason);
    }
  }
  if (!session.take_new_name()) return;
  peer_log_.named(now, "participant named id={} peer={} called={}", session.number(),
                  session.address(), voice::quoted(session.name()));
}

void Server::send(Connection& connection, voice::Bytes message, voice::MessageClass kind,
                  TimePoint now) {
  if (const auto reason = connection.send(message, kind, now)) close(connection, *reason, now);
}

void Server::send_control(Connection& connection, TimePoint now) {
  if (const auto reason = connection.send_control(now)) close(connection, *reason, now);
}

// The only exit. Idempotent; the connection itself is destroyed at the end of a tick, never in its
// own handler.
void Server::close(Connection& connection, CloseReason reason, TimePoint now,
                   std::string_view words) {
  if (connection.lists.closing) return;
  connection.lists.closing = true;
  closing_.push_back(connection.id());
  counters_.closes.count(reason);
  if (connection.lists.admitted) {
    doorman_.left(connection.address_key, connection.lists.stranger);
    connection.lists.admitted = false;
  }
  counters_.include(connection, conference_);
  connection.session().close(reason, words);
  log_end(connection, reason, now);
  connection.begin_farewell(reason, now);
}

void Server::log_end(const Connection& connection, CloseReason reason, TimePoint now) {
  const Session& session = connection.session();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - connection.joined_at);
  peer_log_.info(
      now,
      "participant left id={} peer={} name={} dialect={} reason={} seconds={} "
      "messages_in={} bad_packets={} bad_texts={} outbox_dropped_messages={} participants={}",
      session.number(), session.address(), voice::quoted(session.name()),
      to_string(session.dialect()), to_string(reason), seconds.count(),
      session.counters().messages_in, session.counters().bad_packets, session.counters().bad_texts,
      connection.sender().outbox().dropped_messages(), conference_.participants());
}

void Server::destroy(ConnectionId id) {
  counters_.include_sent(*connections_[id.index]);
  connections_[id.index].reset();
  free_indices_.push_back(id.index);
}

void Server::log_statistics() const {
  ServerCounters sums = counters_;
  count_sent(sums);
  const auto& lateness = ticker_.lateness();
  const auto us = [](voice::Duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
  };
  spdlog::info(
      "statistics participants={} contributors={} strangers={} load={:.3f} ticks={} late_ticks={} "
      "skipped_ticks={} tick_lateness_us_p50={} p99={} p999={} max={} connections={} packets_in={} "
      "messages_out={} bytes_out={} accept_pauses={} closes={} log_lines_left_out={}",
      conference_.participants(), conference_.contributors(), doorman_.strangers(), load_,
      conference_.counters().ticks, ticker_.late_ticks(), ticker_.skipped_ticks(),
      us(lateness.percentile(0.5)), us(lateness.percentile(0.99)), us(lateness.percentile(0.999)),
      us(lateness.max()), counters_.connections, conference_.counters().packets_in, sums.frames_out,
      sums.bytes_out, counters_.accept_pauses, to_string(counters_.closes), log_lines_left_out());
}

std::uint64_t Server::log_lines_left_out() const {
  return peer_log_.suppressed() + voice::app::lost_log_lines();
}

void Server::report(TimePoint now) {
  if (now < next_report_) return;
  next_report_ = now + std::chrono::seconds{10};
  const std::uint64_t late = ticker_.late_ticks() - reported_late_ticks_;
  reported_late_ticks_ = ticker_.late_ticks();
  if (late != 0) {
    spdlog::warn("mixer late late_ticks={} of=500 participants={} contributors={}", late,
                 conference_.participants(), conference_.contributors());
  }
}

}  // namespace voiced
