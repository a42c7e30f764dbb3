// The part of Room that keeps it from howling.
#include "common/audio/gain.hpp"
#include "common/core/assert.hpp"
#include "server/room/room.hpp"

#include <cmath>

namespace voiced {

// Two hardly ever howl: each echo loses more than its loudspeaker adds
// (docs/adr/0033-howl-guard.md).
void Room::update_guard() {
  constexpr std::size_t members_min = 3;
  const bool is_wanted = options_.howl_guard && members_.size() >= members_min;
  if (is_wanted && !guard_) guard_ = std::make_unique<HowlGuard>();
  if (options_.howl_guard || !guard_) return;
  for (const std::uint32_t slot : members_) {
    const double db = guard_gain_db({slot, slots_[slot].generation});
    if (db != 0.0) ramp(slot, {voice::factor_of_db(db), 1});
    GuardedTalker& guarded = slots_[slot].participant->guarded;
    guarded = {.echoes = guarded.echoes};
  }
  guard_.reset();
}

void Room::set_howl_guard(bool on) {
  options_.howl_guard = on;
  update_guard();
}

// After everybody's frame is on the bus.
void Room::watch_for_howls() noexcept {
  HowlGuard& guard = *guard_;
  if (contributors_.size() < 2) return guard.rest();
  guard.begin(scratch_.mixer.bus());
  if (LoopTrack* const track = guard.free_track(contributors_.size())) {
    const auto turn = static_cast<std::size_t>(counters_.ticks) % contributors_.size();
    const std::uint32_t slot = contributors_[turn];
    if (!guard.follows(slot)) track->follow(slot);
  }
  if (!guard.is_acting()) {
    for (LoopTrack& track : guard.tracks()) {
      if (track.slot() != LoopTrack::nobody) guard.add(track, slots_[track.slot()].frame);
    }
  }
  // A comparison takes long, so all rooms together make at most one per tick.
  const bool may_compare = scratch_.howl_comparisons_left > 0;
  const bool is_found = guard.finish(contributors_.size(), may_compare);
  if (guard.has_compared()) --scratch_.howl_comparisons_left;
  if (!is_found) return;
  ++counters_.howls;
  for (const LoopTrack& track : guard.tracks()) {
    if (track.slot() == LoopTrack::nobody || track.hits == 0) continue;
    VOICE_ASSERT(slots_[track.slot()].participant != nullptr);
    slots_[track.slot()].participant->guarded.echoes = true;
  }
}

double Room::guard_gain_db(ParticipantId id) const noexcept {
  const Participant* const participant = find(id);
  const bool is_turned_down = participant != nullptr && guard_ && guard_->is_acting() &&
                              participant->guarded.turn == guard_->turns();
  return is_turned_down ? 20.0 * std::log10(static_cast<double>(participant->guarded.gain)) : 0.0;
}

}  // namespace voiced
