#include "server/net/server.hpp"

#include "common/app/calendar.hpp"
#include "common/core/assert.hpp"
#include "server/net/address.hpp"

namespace voiced {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using voice::TimePoint;

namespace {

using Clock = std::chrono::steady_clock;

// The most that one read takes: two seconds at 8 kHz. What a peer sends beyond that waits in TCP.
constexpr std::size_t scratch_bytes = std::size_t{16} * 1024;

// The share of a tick for handshakes; each tick serves at least one.
constexpr std::chrono::milliseconds handshakes_per_tick{2};

}  // namespace

Server::Server(asio::io_context& io, const ServerOptions& options)
    : io_(io),
      options_(options),
      host_(options.host, Clock::now()),
      listener_(
          io, [this](tcp::socket socket, Spoken spoken) { accept(std::move(socket), spoken); },
          [this](const error_code& error) { host_.accept_failed(error.message(), Clock::now()); }),
      ticker_(io),
      connections_(host_.places()),
      handles_(host_.places(), NativeSocket(-1)),
      scratch_(scratch_bytes),
      last_tick_(Clock::now()) {
  reserve_reactor(io, options.host.front_room.participants_max + refused_max);
}

void Server::run() {
  ticker_.start(Clock::now());
  while (!is_stopped_) {
    ticker_.wait(host_.pace());
    if (host_.pace() == Pace::gathered) read_round(Clock::now());
    while (!is_stopped_ && ticker_.take(Clock::now())) {
      const TimePoint begin = Clock::now();
      last_tick_ = begin;
      tick(begin);
      host_.worked(Clock::now() - begin);
      if (tick_hook_) tick_hook_(begin);
      // Between ticks that catch up, handles what peers have sent meanwhile.
      ticker_.run_ready();
    }
  }
}

void Server::stop() {
  listener_.close();
  host_.stop(Clock::now());
}

void Server::tick(TimePoint now) {
  read_round(now);
  host_.tick(voice::app::calendar_now(), now);
  while (const auto id = host_.next_to_write(now)) write(*id, now);
  shake_hands(now);
  judge_claims(now);
  say_goodbye(now);
  close_done();
  look_after(now);
  if (host_.has_stopped(now)) is_stopped_ = true;
}

void Server::accept(tcp::socket socket, Spoken spoken) {
  const TimePoint now = Clock::now();
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return host_.gone_at_once();
  prepare_socket(
      socket, {.message_bytes = host_.message_bytes({}), .stall_limit = options_.host.stall_limit});
  close_done();
  VOICE_ASSERT(!is_encrypted(spoken) || options_.tls != nullptr);
  auto transport = is_encrypted(spoken) ? options_.tls->accept() : nullptr;
  const PeerAddress address{to_string(peer), whole_address(peer.address())};
  const PeerId id = is_by_proxy(spoken) ? host_.arrived_by_proxy(address, now, std::move(transport))
                                        : host_.arrived(address, now, std::move(transport));
  connections_[id.index] = std::make_unique<Connection>(std::move(socket), peer.protocol());
  handles_[id.index] = at(id).handle();
  crowd_.arrived(host_.peers());
  write(id, now);
  if (host_.is_speaking(id)) arm(id);
  log_.events(host_, now);
}

void Server::arm(PeerId id) {
  if (!at(id).unpark()) return host_.ended(id, Ended::broken, Clock::now());
  at(id).socket().async_wait(tcp::socket::wait_read,
                             [this, id](const error_code& error) { on_readable(id, error); });
}

void Server::on_readable(PeerId id, const error_code& error) {
  if (error == asio::error::operation_aborted || !host_.is_speaking(id)) return;
  const TimePoint now = Clock::now();
  read(id, now);
  log_.events(host_, now);
  if (!host_.is_speaking(id)) return;
  if (host_.is_read_at_ticks(id)) {
    at(id).park();
  } else {
    arm(id);
  }
}

// Talkers are read here, without waiting.
void Server::read_round(TimePoint now) {
  while (const auto id = host_.next_to_read(now)) read(*id, now);
  for (const PeerId id : host_.silent()) arm(id);
  host_.clear_silent();
}

void Server::read(PeerId id, TimePoint now) {
  const IoResult result = receive_some(handles_[id.index], scratch_);
  if (result.state == IoState::would_block) return;
  if (result.state == IoState::ended) return host_.ended(id, Ended::closed, now);
  if (result.state == IoState::broken) return host_.ended(id, Ended::broken, now);
  if (host_.received(id, std::span{scratch_}.first(result.count), now)) write(id, now);
}

void Server::write(PeerId id, TimePoint now) {
  for (bool may_have_more = true; may_have_more;) {
    const voice::Bytes bytes = host_.to_send(id, now);
    if (bytes.empty()) return;
    const IoResult result = send_some(handles_[id.index], bytes);
    if (result.state == IoState::broken) return host_.ended(id, Ended::broken, now);
    may_have_more = host_.sent(id, result.count, now);
  }
}

// As many as there is time for, so that a flood of handshakes costs the participants nothing.
void Server::shake_hands(TimePoint now) {
  const TimePoint end = Clock::now() + handshakes_per_tick;
  while (const auto id = host_.next_handshake(now)) {
    write(*id, now);
    if (Clock::now() >= end) return;
  }
}

// Once a tick: a login may wait that long.
void Server::judge_claims(TimePoint now) {
  std::vector<Check> checks = host_.take_checks();
  if (judge_ == nullptr) return;
  for (Check& check : checks) judge_->ask(std::move(check), voice::app::calendar_now());
  for (const Judged& judged : judge_->take()) {
    if (host_.checked(judged.peer, judged.verdict, now)) write(judged.peer, now);
  }
  for (const std::string& invitation : host_.take_unused()) judge_->was_not_used(invitation);
}

void Server::say_goodbye(TimePoint now) {
  while (const auto id = host_.next_leaving()) {
    const NativeSocket handle = handles_[id->index];
    const IoResult result = receive_some(handle, scratch_);
    const bool is_closed = result.state == IoState::ended || result.state == IoState::broken;
    const bool all_arrived = host_.is_shut_down(*id) && everything_arrived(handle);
    const FarewellStep step = host_.farewell(*id, all_arrived, is_closed, now);
    if (step == FarewellStep::shut_down) at(*id).shut_down_sending();
  }
}

void Server::close_done() {
  if (host_.done().empty()) return;
  for (const PeerId id : host_.done()) connections_[id.index].reset();
  host_.release_done();
}

// Logs and new sizes at the end of every tick, the rest once a second.
void Server::look_after(TimePoint now) {
  log_.events(host_, now);
  for (const PeerId id : host_.take_resized()) {
    if (host_.is_speaking(id)) limit_unsent(at(id).handle(), host_.message_bytes(id));
  }
  if (now < next_look_) return;
  next_look_ = now + std::chrono::seconds{1};
  if (crowd_.has_dispersed(host_.peers())) return_freed_memory();
  log_.lateness(ticker_.late_ticks(), host_.lobby(), now);
}

ServerStatus Server::status() const {
  const TimePoint now = Clock::now();
  ServerStatus status = host_.status(now);
  status.late_ticks = ticker_.late_ticks();
  status.skipped_ticks = ticker_.skipped_ticks();
  status.since_tick = now - last_tick_;
  status.tick_lateness = ticker_.lateness();
  status.log_lines_left_out = log_.lines_left_out();
  return status;
}

void Server::reconfigure(const ServerOptions& options) {
  const bool is_patience_new = options.host.stall_limit != options_.host.stall_limit;
  host_.reconfigure(options.host);
  const Mutes mutes = host_.mutes_of(local_number);
  host_.set_mutes(local_number, changed(mutes, options_.local, options.local));
  // Addresses that listen for TLS go on, so they keep the certificate if the new options have none.
  const auto tls = options.tls != nullptr ? options.tls : options_.tls;
  options_ = options;
  options_.tls = tls;
  if (!is_patience_new) return;
  for (const auto& connection : connections_) {
    if (connection) connection->set_patience(options.host.stall_limit);
  }
}

}  // namespace voiced
