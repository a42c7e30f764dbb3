#include "client/call/heartbeat.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voicecli {

std::optional<std::uint32_t> Heartbeat::ping_due(voice::TimePoint now) noexcept {
  if (now < next_ping_) return std::nullopt;
  // From now, not from the deadline: after a suspend, missed Pings are not made up for.
  next_ping_ = now + ping_period;
  ++last_id_;
  pings_[last_id_ % pings_.size()] = {last_id_, now};
  VOICE_ASSERT(last_id_ != 0);  // 0 is no id; at one per two seconds it wraps after 272 years
  VOICE_ASSERT(next_ping_ > now);
  return last_id_;
}

std::optional<bool> Heartbeat::take_silence_change(voice::TimePoint now) noexcept {
  const bool silent = now - last_heard_ >= server_silence_told;
  if (silent == silence_told_) return std::nullopt;
  silence_told_ = silent;
  return silent;
}

void Heartbeat::pong(std::uint32_t id, voice::TimePoint now) noexcept {
  const auto ping = std::find_if(pings_.begin(), pings_.end(),
                                 [id](const Ping& open) { return open.id != 0 && open.id == id; });
  if (ping == pings_.end()) return;
  VOICE_ASSERT(now >= ping->sent);
  round_trip_ = now - ping->sent;
  *ping = Ping{};
}

}  // namespace voicecli
