#include "tests/sim/shell/server.hpp"

#include "tests/sim/watch/local_guest.hpp"
#include "tests/sim/watch/server_watch.hpp"
#include "tests/sim/world/memory_account.hpp"

#include <algorithm>
#include <iterator>

namespace sim {
namespace {

constexpr std::size_t read_bytes_max = 16 * 1024;
constexpr std::size_t reads_per_tick_max = 4096;
constexpr int handshakes_per_tick = 4;

}  // namespace

template <class Call>
auto Server::ask(Call&& call) {
  const auto hear = [this] { watch_->heard_of(host_->take_events()); };
  const ChargeTo server(Account::server);
  if constexpr (std::is_void_v<decltype(call(*host_))>) {
    call(*host_);
    hear();
  } else {
    auto answer = call(*host_);
    hear();
    return answer;
  }
}

Server::Server(World& world, const ServerSettings& settings)
    : world_(world),
      settings_(settings),
      watch_(make_watch(world, settings)),
      porter_(settings.logins ? world.random().fork() : Random(0)) {
  const Random local_voice = world.random().fork();
  {
    const ChargeTo server(Account::server);
    host_ = std::make_unique<voiced::Host>(host_options(settings), world.now());
    if (settings.local) {
      auto& watch = dynamic_cast<ServerWatch&>(*watch_);
      promise(host_->seat(std::make_unique<LocalGuest>(watch, local_voice)), "a guest has a place");
    }
  }
  watch_->begun(*host_);
  ticker_.emplace(world, settings.lateness_max, [this] { tick(world_.now()); });
}

void Server::accept(std::shared_ptr<Wire> wire, Visitor visitor) {
  // Where there should be a header, everything is taken for one.
  const std::size_t header_bytes = visitor.route == Route::proxy_mute
                                       ? SIZE_MAX
                                       : proxy_header(visitor.route, visitor.address).size();
  waiting_.push_back({{}, std::move(wire), std::move(visitor), header_bytes});
}

// In the same order as server/net/server.cpp.
void Server::tick(TimePoint now) {
  for (Connection& newcomer : std::exchange(waiting_, {})) let_in(std::move(newcomer), now);
  for (auto& [number, connection] : connections_) {
    if (host_->is_speaking(connection.id)) read(connection, now);
  }
  ask([&](voiced::Host& host) { watch_->check_old_id(host, now); });
  mix(now);
  shake_hands(now);
  judge_claims(now);
  say_goodbye(now);
  watch_->check_tick(*host_, now);
}

void Server::let_in(Connection connection, TimePoint now) {
  close_done();
  const Visitor& visitor = connection.visitor;
  connection.id = ask([&](voiced::Host& host) {
    auto transport = visitor.tunnel ? visitor.tunnel->take_server() : nullptr;
    return visitor.route == Route::direct
               ? host.arrived({"198.51.100.7:40000", peer_address(visitor.address)}, now,
                              std::move(transport))
               : host.arrived_by_proxy({"203.0.113.1:40000", sim_proxy}, now, std::move(transport));
  });
  watch_->joined(*host_, connection.id, visitor.manners);
  write(connections_[connection.id.number] = connection, now);
}

// Calls `call(*host_)` on the server's account; returns its result, its events and its allocations.
template <class Call>
auto Server::observe(Call&& call) {
  const std::uint64_t before = account(Account::server).allocations;
  const ChargeTo server(Account::server);
  auto answer = call(*host_);
  auto events = host_->take_events();
  return Observed<decltype(answer)>{std::move(answer), std::move(events),
                                    account(Account::server).allocations - before};
}

// The host was given bytes of that connection, or its handshake continued: checks the promises.
void Server::heard(Connection& connection, voice::Bytes bytes, std::uint64_t allocations,
                   const std::vector<voiced::HostEvent>& events) {
  const std::size_t of_header = std::min(connection.header_left, bytes.size());
  connection.header_left -= of_header;
  // Records differ in every run; their contents do not.
  Tunnel* const tunnel = connection.visitor.tunnel.get();
  Message inside;
  if (tunnel != nullptr) inside = tunnel->to_server.take_opened();
  const voice::Bytes heard = tunnel != nullptr ? voice::Bytes{inside} : bytes.subspan(of_header);
  world_.trail().add(heard);
  watch_->received(*host_, connection.id, {heard, allocations, events}, world_.now());
}

void Server::read(Connection& connection, TimePoint now) {
  const voiced::PeerId id = connection.id;
  Wire& wire = *connection.wire;
  const auto ended = [&](voiced::Ended how) {
    ask([&](voiced::Host& host) { host.ended(id, how, now); });
  };
  for (std::size_t reads = 0; reads < reads_per_tick_max; ++reads) {
    if (wire.broken) return ended(voiced::Ended::broken);
    const voice::Bytes bytes = wire.to_server.read(read_bytes_max, now);
    if (bytes.empty()) break;
    world_.trail().add(id.number);
    const auto read = observe([&](voiced::Host& host) { return host.received(id, bytes, now); });
    heard(connection, bytes, read.allocations, read.events);
    if (read.answer) write(connection, now);
    if (!host_->is_speaking(id)) return;
  }
  if (wire.to_server.at_end()) ended(voiced::Ended::closed);
}

void Server::write(const Connection& connection, TimePoint now) {
  const voiced::PeerId id = connection.id;
  for (bool may_have_more = true; may_have_more;) {
    const voice::Bytes bytes = ask([&](voiced::Host& host) { return host.to_send(id, now); });
    if (bytes.empty()) return;
    if (connection.wire->broken) {
      return ask([&](voiced::Host& host) { host.ended(id, voiced::Ended::broken, now); });
    }
    const std::size_t count = connection.wire->to_client.write(bytes, now);
    // What is sealed counts as sent: it can no longer be dropped.
    Tunnel* const tunnel = connection.visitor.tunnel.get();
    Message inside;
    if (tunnel != nullptr) inside = tunnel->to_client.take_sealed();
    const voice::Bytes left = tunnel != nullptr ? voice::Bytes{inside} : bytes.first(count);
    world_.trail().add(left);
    watch_->left(id, left, now);
    may_have_more = ask([&](voiced::Host& host) { return host.sent(id, count, now); });
  }
}

void Server::mix(TimePoint now) {
  const std::uint64_t before = account(Account::server).allocations;
  bool has_closed = false;
  {
    const ChargeTo server(Account::server);
    host_->tick(today(), now);
    has_closed = host_->has_events();
  }
  // A move between rooms allocates when it begins, and has no event then.
  promise(has_closed || settings_.local || !settings_.rooms.empty() ||
              account(Account::server).allocations == before,
          "a tick never allocates");
  ask([](voiced::Host&) {});
  watch_->mixed(*host_, now);
  while (const auto id = ask([&](voiced::Host& host) { return host.next_to_write(now); })) {
    write(connections_.at(id->number), now);
  }
}

// About as many as the real server has time for in a tick. The last step admits a peer.
void Server::shake_hands(TimePoint now) {
  for (int i = 0; i < handshakes_per_tick; ++i) {
    const auto step = observe([&](voiced::Host& host) { return host.next_handshake(now); });
    if (!step.answer) return;
    Connection& connection = connections_.at(step.answer->number);
    heard(connection, {}, step.allocations, step.events);
    write(connection, now);
  }
}

// A verdict takes some ticks.
void Server::judge_claims(TimePoint now) {
  if (!settings_.logins) return;
  for (voiced::Check& check : ask([](voiced::Host& host) { return host.take_checks(); })) {
    porter_.ask(std::move(check), today());
  }
  for (const Porter::Verdict& verdict : porter_.next()) {
    const bool was_here = host_->is_speaking(verdict.peer);
    const bool has_answer =
        ask([&](voiced::Host& host) { return host.checked(verdict.peer, verdict.judgement, now); });
    if (!was_here) continue;
    const bool is_granted = std::holds_alternative<voiced::verdict::Granted>(verdict.judgement);
    if (is_granted) watch_->let_in(*host_, verdict.peer);
    if (has_answer) write(connections_.at(verdict.peer.number), now);
  }
}

std::chrono::sys_seconds Server::today() const {
  return std::chrono::sys_seconds{
      std::chrono::duration_cast<std::chrono::seconds>(world_.elapsed())};
}

std::size_t Server::revoke(const std::string& invitation) {
  porter_.revoke(invitation);
  return ask([&](voiced::Host& host) {
    return host.end_invitation(porter_.id_of(invitation), world_.now());
  });
}

void Server::say_goodbye(TimePoint now) {
  while (const auto id = ask([](voiced::Host& host) { return host.next_leaving(); })) {
    Wire& wire = *connections_.at(id->number).wire;
    (void)wire.to_server.read(read_bytes_max, now);
    const bool is_gone = wire.broken || wire.to_server.at_end();
    const bool is_half_sent = !host_->find(*id)->hot.sender.empty();
    const auto step =
        ask([&](voiced::Host& host) { return host.farewell(*id, true, is_gone, now); });
    if (step == voiced::FarewellStep::wait) continue;
    // A partly sent message can never be finished.
    if (step == voiced::FarewellStep::end && is_half_sent) wire.broken = true;
    wire.to_client.finish();
  }
  close_done();
}

void Server::close_done() {
  for (const voiced::PeerId id : host_->done()) {
    connections_.at(id.number).wire->to_client.finish();
    connections_.erase(id.number);
    watch_->gone(id);
  }
  ask([](voiced::Host& host) { host.release_done(); });
}

void Server::mute_somebody() {
  if (connections_.empty()) return;
  const auto place = static_cast<std::ptrdiff_t>(world_.random().below(connections_.size()));
  const Connection& connection = std::next(connections_.begin(), place)->second;
  if (!host_->is_speaking(connection.id)) return;
  const std::uint64_t bits = world_.random().next();
  set_mutes(connection.id.number, {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0});
}

void Server::set_mutes(std::uint64_t number, const voiced::Mutes& mutes) {
  ask([&](voiced::Host& host) { return host.set_mutes(number, mutes); });
  watch_->muted(number, mutes);
  write(connections_.at(number), world_.now());
}

bool Server::move(std::uint64_t number, const std::string& room) {
  return !ask([&](voiced::Host& host) { return host.move(number, *host.lobby().find(room)); });
}

void Server::reconfigure() {
  ask([&](voiced::Host& host) { host.reconfigure(host_options(settings_)); });
  watch_->reconfigured(settings_);
}

void Server::end() {
  watch_->check_end(*host_);
  host_.reset();
  watch_->check_nothing_left();
}

}  // namespace sim
