#include "tests/sim/watch/adaptive_watch.hpp"

#include "tests/sim/world/memory_account.hpp"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

using std::chrono::milliseconds;
using voice::frame_duration;
using voice::PlayoutCounters;
using voice::PlayoutTimes;

// The longest gap that the playout bridges (AdaptivePlayout).
constexpr Duration hole_max = std::chrono::seconds{1};
// What a settled playout may hold beyond its target: packets that arrive together, and delay that
// is not worth a correction.
constexpr Duration beyond_goal_max = milliseconds{120};

bool never_less(const PlayoutTimes& now, const PlayoutTimes& before) noexcept {
  return now.dropped >= before.dropped && now.expired >= before.expired &&
         now.excess >= before.excess && now.cut >= before.cut &&
         now.stretched >= before.stretched && now.sped_up >= before.sped_up &&
         now.concealed >= before.concealed;
}

bool never_less(const PlayoutCounters& now, const PlayoutCounters& before) noexcept {
  return now.packets >= before.packets && now.duplicates >= before.duplicates &&
         now.late >= before.late && now.lost >= before.lost && now.overflows >= before.overflows &&
         now.underflows >= before.underflows && now.primed >= before.primed &&
         now.malformed >= before.malformed;
}

std::size_t samples_in(Duration duration, int rate_hz) noexcept {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  return static_cast<std::size_t>(us * rate_hz / 1'000'000);
}

}  // namespace

AdaptiveWatch::AdaptiveWatch(const World& world, const ServerSettings& settings)
    : world_(world), settings_(settings), bytes_before_(account(Account::server).live_bytes) {
  promise(!settings.local && !settings.logins, "an adaptive server has no guest and no logins");
}

void AdaptiveWatch::begun(const voiced::Host& host) {
  promise(host.lobby().participants() == 0, "a host begins with nobody");
}

void AdaptiveWatch::joined(const voiced::Host& host, voiced::PeerId id, Manners) {
  promise(host.is_speaking(id), "there is a place for everybody");
  world_.tell("joined #" + std::to_string(id.number));
  visitors_[id.number].id = id;
}

void AdaptiveWatch::let_in(const voiced::Host&, voiced::PeerId) {
  promise(false, "nobody has to prove anything");
}

const voiced::Participant* AdaptiveWatch::participant(const voiced::Host& host,
                                                      const Visitor& visitor) {
  const voiced::Peer* const peer = host.find(visitor.id);
  if (peer == nullptr || !host.is_speaking(visitor.id) || !peer->session.seat()) return nullptr;
  return host.lobby().find(*peer->session.seat());
}

void AdaptiveWatch::received(const voiced::Host& host, voiced::PeerId id, const Received& received,
                             TimePoint now) {
  heard_of(received.events);
  Visitor& visitor = visitors_.at(id.number);
  const voiced::Participant* const its = participant(host, visitor);
  if (its == nullptr) return;
  follow(visitor, its->playout, host);
  visitor.stream.add(received.bytes);
  while (const auto message = visitor.stream.next()) {
    const auto packet = slow_rtp(*message);
    if (packet && !packet->payload.empty()) hear(visitor, *packet, its->playout, now);
  }
}

// A gap in the sequence is as long as the missing packets.
void AdaptiveWatch::hear(Visitor& visitor, const SlowPacket& packet, const voice::Playout& playout,
                         TimePoint now) {
  const std::size_t frame = playout.format().samples_per_frame();
  std::size_t samples = packet.payload.size();
  if (playout.codec() == voice::CodecId::l16) samples /= 2;
  if (playout.codec() == voice::CodecId::opus) samples = frame;
  const auto before = std::exchange(visitor.last_sequence, packet.sequence);
  if (before && playout.sequencing() == voice::Sequencing::trusted) {
    const auto missing = static_cast<std::uint16_t>(packet.sequence - *before - 1);
    if (missing < hole_max / frame_duration) samples += missing * frame;
  }
  visitor.held.came(samples, now);
}

// Another room, another rate, another codec, or a reload.
void AdaptiveWatch::follow(Visitor& visitor, const voice::Playout& playout,
                           const voiced::Host& host) {
  const auto& seat = host.find(visitor.id)->session.seat();
  promise(playout.options() == options_of(host.lobby().room(seat->room).name()),
          "a playout follows the settings of its room");
  const int rate_hz = playout.format().rate_hz();
  if (visitor.rate_hz != rate_hz || visitor.codec != playout.codec()) visitor.held.clear();
  visitor.rate_hz = rate_hz;
  visitor.codec = playout.codec();
  visitor.options = playout.options();
  visitor.held.set_limit(playout.options().catch_up_max);
}

void AdaptiveWatch::check_tick(const voiced::Host& host, TimePoint now) {
  const ChargeTo simulator(Account::simulator);
  for (auto& [number, visitor] : visitors_) check_visitor(visitor, host, now);
  check_rooms(host);
  const PlayoutTimes all = host.status(now).playout_times;
  promise(never_less(all, std::exchange(all_times_, all)), "no counter of the server goes back");
}

void AdaptiveWatch::check_visitor(Visitor& visitor, const voiced::Host& host, TimePoint now) {
  const voiced::Participant* const its = participant(host, visitor);
  if (its == nullptr) return;
  const voice::Playout& playout = its->playout;
  follow(visitor, playout, host);
  const PlayoutCounters counters = playout.counters();
  const PlayoutTimes times = voice::times_of(counters, playout.format());
  promise(never_less(times, visitor.times) && never_less(counters, visitor.counters),
          "no counter of a playout goes back");
  promise(counters.excess_samples == 0 && counters.cut_samples == 0 && counters.late == 0 &&
              counters.duplicates == 0 && counters.malformed == 0,
          "nothing that arrives over TCP is superfluous");
  const Duration dropped = times.dropped - visitor.times.dropped;
  const Duration expired = times.expired - visitor.times.expired;
  const bool fits =
      visitor.held.samples() <= samples_in(visitor.options.catch_up_max, visitor.rate_hz);
  promise(dropped == Duration{0} || !fits, "what fits into catch-up-max-ms is not dropped");
  promise(expired == Duration{0} || visitor.held.may_expire(now),
          "what has not waited for catch-up-max-ms does not expire");
  const std::size_t left = playout.status().delay_samples;
  visitor.held.ticked(left, samples_in(dropped + expired, visitor.rate_hz), now);
  // The first word of a talker waits at most for as long as the reserve.
  const Duration reserve = visitor.options.depth_packets * frame_duration;
  const std::size_t frame = playout.format().samples_per_frame();
  if (left >= frame && visitor.held.age(now) > reserve + frame_duration && !visitor.is_muted) {
    const auto& seat = *host.find(visitor.id)->session.seat();
    promise(host.lobby().room(seat.room).contributes(seat.participant),
            "what is held is played at every tick");
  }
  visitor.counters = counters;
  visitor.times = times;
}

// Everybody gets a frame, or nobody does.
void AdaptiveWatch::check_rooms(const voiced::Host& host) {
  std::map<std::string, std::uint64_t> ears;
  for (const auto& [number, visitor] : visitors_) {
    const voiced::Participant* const its = participant(host, visitor);
    if (its == nullptr || its->is_outside || its->mutes.loudspeaker) continue;
    ++ears[host.lobby().room(host.find(visitor.id)->session.seat()->room).name()];
  }
  host.lobby().for_each([&](voiced::RoomId id) {
    const voiced::Room& room = host.lobby().room(id);
    const std::uint64_t sent = room.counters().messages_out;
    const std::uint64_t now = sent - std::exchange(messages_out_[room.name()], sent);
    const std::uint64_t due = room.contributors() == 0 ? 0 : ears[room.name()];
    if (room.participants() != 0) promise(now == due, "an audience with a talker gets a frame");
  });
}

void AdaptiveWatch::check_healthy(const voiced::Host& host) const {
  for (const auto& [number, visitor] : visitors_) {
    const voiced::Participant* const its = participant(host, visitor);
    if (its == nullptr) continue;
    const voice::PlayoutStatus status = its->playout.status();
    const Duration beyond = its->playout.format().duration(status.delay_samples) -
                            its->playout.format().duration(status.target_samples);
    if (beyond > beyond_goal_max) {
      const auto ms = std::chrono::duration_cast<milliseconds>(beyond).count();
      world_.tell("#" + std::to_string(number) + " holds " + std::to_string(ms) + " ms too much");
    }
    promise(beyond <= beyond_goal_max, "delay returns to its normal value");
  }
}

void AdaptiveWatch::heard_of(std::span<const voiced::HostEvent> events) {
  const ChargeTo simulator(Account::simulator);
  for (const voiced::HostEvent& event : events) {
    if (const auto* const moved = std::get_if<voiced::event::Moved>(&event)) {
      world_.tell("#" + std::to_string(moved->number) + " is now in " + moved->to);
    }
    promise(!std::holds_alternative<voiced::event::NotMoved>(event), "there is room in all rooms");
    const auto* const left = std::get_if<voiced::event::Left>(&event);
    if (left == nullptr) continue;
    world_.tell("closed #" + std::to_string(left->number) + " " + to_string(left->reason));
    promise(left->reason == voiced::CloseReason::bye || left->reason == voiced::CloseReason::left,
            "nobody is disconnected");
  }
}

void AdaptiveWatch::muted(std::uint64_t number, const voiced::Mutes& mutes) {
  visitors_.at(number).is_muted = mutes.microphone;
}

void AdaptiveWatch::reconfigured(const ServerSettings& settings) {
  world_.tell("reload");
  settings_ = settings;
}

const voice::PlayoutOptions& AdaptiveWatch::options_of(const std::string& room) const {
  const auto found = std::find_if(settings_.rooms.begin(), settings_.rooms.end(),
                                  [&](const RoomSettings& each) { return each.name == room; });
  return found == settings_.rooms.end() ? *settings_.adaptive : found->playout;
}

void AdaptiveWatch::check_end(const voiced::Host& host) const {
  promise(visitors_.empty() && host.lobby().participants() == 0, "everybody leaves");
}

void AdaptiveWatch::check_nothing_left() const {
  promise(memory_bytes() == 0, "a host leaves nothing");
}

std::size_t AdaptiveWatch::memory_bytes() const noexcept {
  return account(Account::server).live_bytes - bytes_before_;
}

}  // namespace sim
