#include "tests/sim/shell/server.hpp"

#include "common/core/assert.hpp"

#include "tests/sim/shell/server_connection.hpp"
#include "tests/sim/world/memory_account.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr MixOracle::Key local_key = 0;  // visitors count from 1
constexpr std::size_t read_bytes_max = 16 * 1024;
constexpr std::size_t reads_per_tick_max = 4096;
constexpr std::uint16_t first_sequence = 65000;  // wraps within the first minute
constexpr std::uint32_t ssrc = 0x5EED;

OracleSettings oracle_settings(const ServerSettings& settings) {
  return {settings.rate_hz, settings.jitter_depth_packets, first_sequence, ssrc};
}

}  // namespace

Server::Server(World& world, const ServerSettings& settings)
    : world_(world),
      settings_(settings),
      oracle_(oracle_settings(settings)),
      server_bytes_before_(account(Account::server).live_bytes),
      local_voice_(world.random().fork()),
      schedule_(world.now()) {
  const auto format = voice::AudioFormat::from_rate(settings.rate_hz);
  VOICE_ASSERT(format.has_value());
  {
    const ChargeTo server(Account::server);
    conference_ = std::make_unique<voiced::Conference>(
        voiced::ConferenceOptions{*format, settings.jitter_depth_packets, settings.participants_max,
                                  first_sequence, voice::rtp::Ssrc{ssrc}});
    if (settings.local) local_ = *conference_->join_local();
  }
  if (local_) oracle_.join(local_key, true);
  conference_bytes_ = account(Account::server).live_bytes - server_bytes_before_;
  connection_of_slot_.resize(settings.participants_max);
  world_.at(schedule_.next(), [this] { wake(); });
}

Server::~Server() = default;

void Server::wake() {
  if (paused_until_ > world_.now()) return world_.at(paused_until_, [this] { wake(); });
  while (schedule_.take(world_.now())) tick(world_.now());
  Duration late{0};
  if (settings_.lateness_max > Duration{0}) {
    late = world_.random().between(Duration{0}, settings_.lateness_max);
  }
  world_.at(std::max(world_.now(), schedule_.next() + late), [this] { wake(); });
}

// In the order of the real one: server/net/server_tick.cpp.
void Server::tick(TimePoint now) {
  ++ticks_;
  for (const Visitor& visitor : std::exchange(waiting_, {})) let_in(visitor, now);
  for (const auto& connection : connections_) {
    if (!connection->closed_because) read(*connection, now);
  }
  flush_waiting(now);
  if (local_) capture_local(now);
  knock_with_old_id(now);
  mix(now);
  send_signs_of_life(now);
  end_closing(now);
  check_bounds(now);
}

void Server::let_in(const Visitor& visitor, TimePoint now) {
  const std::uint64_t number = ++last_number_;
  connections_.push_back(std::make_unique<Connection>(visitor.wire, visitor.manners, number));
  Connection& connection = *connections_.back();
  std::optional<voiced::CloseReason> refusal;
  {
    const ChargeTo server(Account::server);
    connection.session =
        std::make_unique<voiced::Session>(*conference_, number, "198.51.100.7:40000");
    connection.sender.emplace(settings_.outbox, voiced::ConnectionId{0, number}, waiting_list_);
    refusal = connection.session->open();
  }
  connection.sent.emplace(settings_.outbox.audio_age_max, visitor.manners == Manners::hostile);
  if (!refusal) {
    ++admitted_;
    oracle_.join(number);
    connection.heard.emplace(oracle_, number, conference_->format());
    connection_of_slot_[connection.session->participant()->slot] = &connection;
  }
  world_.tell("joined #" + std::to_string(number) + (refusal ? " refused" : ""));
  send_control(connection, now);
  if (refusal) close(connection, *refusal, now);
}

void Server::read(Connection& connection, TimePoint now) {
  for (std::size_t reads = 0; reads < reads_per_tick_max; ++reads) {
    if (connection.wire->broken) return close(connection, voiced::CloseReason::reset, now);
    const voice::Bytes bytes = connection.wire->to_server.read(read_bytes_max, now);
    if (bytes.empty()) break;
    world_.trail().add(connection.number);
    world_.trail().add(bytes);
    std::optional<voiced::CloseReason> reason;
    {
      const ChargeTo server(Account::server);
      const std::uint64_t before = account(Account::server).allocations;
      reason = connection.session->received(bytes, now);
      connection.allocations_while_reading += account(Account::server).allocations - before;
    }
    connection.heard->heard(bytes, *connection.session, reason, now);
    if (reason) return close(connection, *reason, now);
    send_control(connection, now);
    if (connection.closed_because) return;
  }
  if (connection.wire->to_server.at_end()) return close(connection, voiced::CloseReason::left, now);
  if (connection.session->message_overdue(now)) {
    close(connection, voiced::CloseReason::framing_timeout, now);
  }
}

void Server::capture_local(TimePoint now) {
  if (local_voice_.one_in(7)) return;  // a sound card that misses a beat now and then
  SlowPacket packet;
  for (std::size_t i = 0; i < frame_samples(settings_.rate_hz, ticks_); ++i) {
    packet.payload.push_back(static_cast<std::uint8_t>(local_voice_.next()));
  }
  conference_->receive(*local_, {{}, packet.payload}, now);
  oracle_.packet(local_key, packet, now);
}

// Whoever has left reaches nobody, least of all the one who has its place now.
void Server::knock_with_old_id(TimePoint now) {
  if (!gone_) return;
  promise(conference_->find(*gone_) == nullptr, "who has left is not found");
  const Message voice(format().samples_per_frame(), 0x55);
  conference_->receive(*gone_, {{}, voice}, now);
  conference_->set_mutes(*gone_, {true, true, true});
  conference_->leave(*gone_);
}

void Server::mix(TimePoint now) {
  const std::uint64_t before = account(Account::server).allocations;
  std::span<const voiced::ParticipantId> listeners;
  {
    const ChargeTo server(Account::server);
    listeners = conference_->tick(now);
  }
  promise(account(Account::server).allocations == before, "a tick never allocates");
  oracle_.tick(now);
  check_mix(listeners);
  for (const voiced::ParticipantId listener : listeners) {
    if (local_ && listener == *local_) continue;
    Connection* const connection = connection_of(listener);
    promise(connection != nullptr, "mixes go to those who are here");
    send(*connection, conference_->message_for(listener), voice::MessageClass::audio, now);
  }
}

void Server::send_signs_of_life(TimePoint now) {
  for (const voiced::ParticipantId listener : conference_->quiet_listeners()) {
    Connection* const connection = connection_of(listener);
    promise(connection != nullptr, "signs of life go to those who are here");
    if (!connection->sender->empty()) continue;
    send(*connection, conference_->sign_of_life(), voice::MessageClass::control, now);
  }
}

Server::Connection* Server::find(voiced::ConnectionId id) const noexcept {
  const auto found = std::lower_bound(
      connections_.begin(), connections_.end(), id.number,
      [](const auto& each, std::uint64_t number) { return each->number < number; });
  return found != connections_.end() && (*found)->number == id.number ? found->get() : nullptr;
}

Server::Connection* Server::connection_of(voiced::ParticipantId id) const noexcept {
  return conference_->find(id) == nullptr ? nullptr : connection_of_slot_[id.slot];
}

void Server::mute_somebody() {
  if (connections_.empty()) return;
  Connection& connection = *connections_[world_.random().below(connections_.size())];
  if (connection.closed_because) return;
  const std::uint64_t bits = world_.random().next();
  const voiced::Mutes mutes{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
  world_.tell("operator mutes #" + std::to_string(connection.number));
  {
    const ChargeTo server(Account::server);
    connection.session->set_mutes(mutes);
  }
  oracle_.mute(connection.number, mutes);
  send_control(connection, world_.now());
}

void Server::set_jitter_depth(int depth_packets) {
  world_.tell("jitter depth is now " + std::to_string(depth_packets));
  settings_.jitter_depth_packets = depth_packets;
  {
    const ChargeTo server(Account::server);
    conference_->set_jitter_depth(depth_packets);
  }
  oracle_.set_depth(depth_packets);
}

void Server::close_all(voiced::CloseReason reason) {
  for (const auto& connection : connections_) close(*connection, reason, world_.now());
}

}  // namespace sim
