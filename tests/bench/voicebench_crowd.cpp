#include "tests/bench/voicebench_crowd.hpp"

#include <algorithm>
#include <stdexcept>

namespace voicebench {
namespace {

// Clients join in groups that fit into any listen queue.
constexpr std::size_t join_batch = 100;
constexpr std::chrono::seconds join_patience{10};

// The kernel's receive buffer of a client that never reads: as small as possible, or 20 s of sound
// would wait there, and none in the server's outbox.
constexpr int slow_receive_buffer_bytes = 4096;

// Rounds between two reads of a talker whose gaps are not measured.
constexpr std::size_t read_every_rounds = 5;

std::size_t source_of(std::size_t index, std::size_t sources) noexcept {
  return sources == 0 ? 0 : 1 + index % sources;
}

}  // namespace

Crowd::Crowd(const Options& options, std::shared_ptr<const Encryption> encryption)
    : options_(options), encryption_(std::move(encryption)) {
  peers_.reserve(options_.clients);
  while (peers_.size() < options_.clients) {
    const std::size_t first = peers_.size();
    const std::size_t count = std::min(join_batch, options_.clients - first);
    for (std::size_t i = first; i < first + count; ++i) connect(i);
    await_announcements(first);
  }
  const auto format = voice::AudioFormat::from_rate(*peers_.front().rate_hz());
  if (!format) throw std::runtime_error("the server announced a rate nobody can use");
  format_ = *format;
  speech_.emplace(*format);
  plan();
}

void Crowd::connect(std::size_t index) {
  const bool slow = index >= options_.clients - options_.slow;
  peers_.emplace_back(Route{options_.host, options_.port, source_of(index, options_.sources),
                            slow ? slow_receive_buffer_bytes : 0, encryption_});
}

// They take turns, because a handshake has several steps.
void Crowd::await_announcements(std::size_t first) {
  const TimePoint deadline = now() + join_patience;
  for (std::size_t left = peers_.size() - first; left > 0;) {
    left = 0;
    for (std::size_t i = first; i < peers_.size(); ++i) {
      Peer& peer = peers_[i];
      if (peer.rate_hz()) continue;
      peer.receive(ClockPair{}, Scan::headers);
      if (peer.rate_hz()) {
        if (!peer.voice1() || options_.classic) continue;
        const auto room = options_.rooms == 0 ? "" : "r" + std::to_string(i % options_.rooms);
        peer.say_hello("bench-" + std::to_string(i), room);
        continue;
      }
      ++left;
      if (!peer.is_open() || now() > deadline)
        throw std::runtime_error("client " + std::to_string(i) + " was not let in");
    }
    if (left > 0) std::this_thread::sleep_for(slot_duration);
  }
}

void Crowd::plan() {
  ears_.resize(peers_.size() - options_.slow);
  for (std::size_t i = 0; i < peers_.size(); ++i)
    turns_[i % slots_per_frame].push_back(static_cast<std::uint32_t>(i));
  for (std::size_t i = 0; i < ears_.size(); ++i) {
    if (!is_stamped(i)) continue;
    peers_[i].stamp_arrivals();
    between_turns_[(i + slots_per_frame / 2) % slots_per_frame].push_back(
        static_cast<std::uint32_t>(i));
  }
}

bool Crowd::is_stamped(std::size_t receiver) const noexcept {
  if (options_.latency) return true;
  // Evenly over all: where receiver * stamped / receivers steps.
  const std::size_t stamped = std::min(options_.stamped, ears_.size());
  return receiver * stamped % ears_.size() < stamped;
}

bool Crowd::talks(std::size_t client) const noexcept {
  // With --latency, the first client speaks only when the probe lets it.
  return client < options_.talking() && !(options_.latency && client == 0);
}

void Crowd::slot(std::size_t number) {
  const std::size_t slot = number % slots_per_frame;
  if (slot == 0) {
    ++round_;
    message_ = speech_->next(options_.latency ? Sound::silence : Sound::tone);
  }
  const ClockPair clock;
  for (const std::uint32_t client : between_turns_[slot]) read(client, clock);
  for (const std::uint32_t client : turns_[slot]) {
    if (client < ears_.size()) read_in_turn(client, clock);
    if (talks(client)) send(client);
  }
}

void Crowd::send(std::size_t client) {
  if (peers_[client].send(message_))
    ++traffic_.frames_sent;
  else
    ++traffic_.frames_blocked;
}

void Crowd::read_in_turn(std::uint32_t receiver, const ClockPair& clock) {
  // Listeners are still read in each round: otherwise, they would acknowledge late, and the kernel
  // would do that on the server's core. Talkers acknowledge with what they send.
  const bool is_due = (round_ + receiver / slots_per_frame) % read_every_rounds == 0;
  if (is_due || is_stamped(receiver) || !talks(receiver)) read(receiver, clock);
}

Received Crowd::read(std::size_t receiver, const ClockPair& clock) {
  const Received received =
      peers_[receiver].receive(clock, options_.latency ? Scan::samples : Scan::headers);
  if (received.frames == 0) return received;
  if (is_stamped(receiver))
    ears_[receiver].note_gaps(received.frames, received.arrival, window_, gaps_);
  if (counting_) {
    ears_[receiver].count(received.frames);
    traffic_.frames_received += received.frames;
    traffic_.bytes_received += received.bytes;
    traffic_.frames_missing += received.missing;
  }
  if (received.loud_frames > 0) loud_.push_back({receiver, received.arrival});
  return received;
}

void Crowd::read_all() {
  for (std::size_t i = 0; i < ears_.size(); ++i) read(i, ClockPair{});
}

void Crowd::open_window() {
  window_.begin = now();
  read_all();
  counting_ = true;
  traffic_ = {};
}

void Crowd::close_window() {
  window_.end = now();
  read_all();
  counting_ = false;
}

void Crowd::finish() {
  const TimePoint end = now();
  for (std::size_t i = 0; i < ears_.size(); ++i) {
    if (is_stamped(i)) ears_[i].finish(end, window_, gaps_);
  }
}

std::size_t Crowd::stamped() const noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < ears_.size(); ++i) count += is_stamped(i) ? 1U : 0U;
  return count;
}

std::size_t Crowd::closed_receivers() const noexcept {
  const auto end = peers_.begin() + static_cast<std::ptrdiff_t>(ears_.size());
  return static_cast<std::size_t>(
      std::count_if(peers_.begin(), end, [](const Peer& peer) { return !peer.is_open(); }));
}

std::size_t Crowd::closed_slow() const noexcept {
  const auto begin = peers_.begin() + static_cast<std::ptrdiff_t>(ears_.size());
  return static_cast<std::size_t>(
      std::count_if(begin, peers_.end(), [](const Peer& peer) { return !peer.is_open(); }));
}

}  // namespace voicebench
