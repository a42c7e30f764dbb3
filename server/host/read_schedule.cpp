#include "server/host/read_schedule.hpp"

#include "common/core/assert.hpp"
#include "common/core/prefetch.hpp"

#include <algorithm>

namespace voiced {
namespace {

constexpr std::chrono::milliseconds silent_after{500};
// In a crowd, a talker that has enough in its jitter buffer is read at every third tick.
constexpr std::uint64_t ticks_per_read = 3;
// A peer that sends faster is read at the ticks only, as in a crowd.
constexpr int reads_per_tick_max = 8;

}  // namespace

ReadSchedule::ReadSchedule(const Peers& peers, const Lobby& lobby) : peers_(peers), lobby_(lobby) {
  talkers_.reserve(peers.places());
  silent_.reserve(peers.places());
}

std::optional<PeerId> ReadSchedule::next(Pace pace, voice::TimePoint now) {
  if (is_reading_) {
    settle(pace, now);
  } else {
    place_ = next_due(0);
  }
  is_reading_ = place_ < talkers_.size();
  if (!is_reading_) return std::nullopt;
  // A thousand peers do not fit into the cache: the next ones are prefetched while the system reads
  // this one.
  following_ = next_due(place_ + 1);
  fetch_place(following_);
  fetch_state(next_due(following_ + 1));
  return talkers_[place_].peer;
}

// The talker named last has been read: keeps it in the schedule, or removes it.
void ReadSchedule::settle(Pace pace, voice::TimePoint now) {
  VOICE_ASSERT(place_ < talkers_.size() && place_ < following_);
  Talker& talker = talkers_[place_];
  const Peer* const peer = peers_.find(talker.peer);
  bool stays = peer != nullptr && !peer->is_leaving();
  if (stays && (pace == Pace::prompt || now - peer->hot.last_heard > silent_after)) {
    stays = false;
    VOICE_ASSERT(silent_.size() < silent_.capacity());
    silent_.push_back(talker.peer);
  }
  if (stays) {
    talker.seat = *peer->session.seat();  // it may have moved
    talker.due = due_again(talker, pace);
    place_ = following_;
  } else {
    talker = talkers_.back();
    talkers_.pop_back();
    place_ = next_due(place_);
  }
  VOICE_ASSERT(place_ <= talkers_.size());
}

bool ReadSchedule::takes(Peer& peer, Pace pace) {
  if (!peer.has_seat()) return false;
  Peer::Hot& hot = peer.hot;
  if (hot.read_tick != tick()) hot.reads_this_tick = 0;
  hot.read_tick = tick();
  const bool floods = ++hot.reads_this_tick >= reads_per_tick_max;
  if (!floods && pace == Pace::prompt) return false;
  VOICE_ASSERT(talkers_.size() < talkers_.capacity());
  talkers_.push_back({peer.id, *peer.session.seat()});
  return true;
}

void ReadSchedule::hurry() noexcept {
  for (Talker& talker : talkers_) talker.due = 0;
}

// The place of the first talker from `place` on that is due.
std::size_t ReadSchedule::next_due(std::size_t place) const noexcept {
  while (place < talkers_.size() && talkers_[place].due > tick()) ++place;
  return place;
}

// Reading three frames with one call costs little more than reading one. A talker whose buffer
// holds a frame for every tick until the next read sounds the same as one read at every tick; only
// its Pings are answered later. Each tick reads a third of the crowd, so that ticks stay equally
// long.
std::uint64_t ReadSchedule::due_again(const Talker& talker, Pace pace) const noexcept {
  if (pace != Pace::gathered_long) return tick();
  const Participant* const participant = lobby_.find(talker.seat);
  if (participant == nullptr || !participant->playout.playing()) return tick();
  // In mode `fixed`, a buffer can learn how much delay it needs only while nothing waits in the
  // system.
  if (participant->playout.above_target()) return tick();
  const voice::PacketQueue& queue = participant->playout.buffer();
  const std::uint64_t held = queue.fill_samples() / queue.format().samples_per_frame_max();
  const std::uint64_t period = std::clamp<std::uint64_t>(held, 1, ticks_per_read);
  return tick() + period - (tick() + talker.peer.index) % period;
}

// Prefetches what reading a talker needs first.
void ReadSchedule::fetch_state(std::size_t place) const noexcept {
  if (place >= talkers_.size()) return;
  voice::prefetch(peers_.peek(talkers_[place].peer.index), peer_reading_bytes);
  if (const Participant* const participant = lobby_.peek(talkers_[place].seat)) {
    voice::prefetch(participant, participant_hot_bytes);
  }
}

// Prefetches where its packet will be stored; its state has been prefetched before.
void ReadSchedule::fetch_place(std::size_t place) const noexcept {
  if (place >= talkers_.size()) return;
  if (const Participant* const participant = lobby_.peek(talkers_[place].seat)) {
    const voice::PacketQueue& queue = participant->playout.buffer();
    voice::prefetch(queue.next_place(), queue.frame_bytes());
  }
}

}  // namespace voiced
