#include "client/call/delay.hpp"

#include "common/core/assert.hpp"
#include "common/playout/playout_options.hpp"

#include <algorithm>

namespace voicecli {
namespace {

// Old observations count less and less: about a third after this time. It is 25 frames, so that it
// does not matter when within a frame the observations are made.
constexpr std::chrono::milliseconds memory{500};
// After a longer pause (a stopped program), earlier observations are forgotten.
constexpr std::chrono::seconds pause_max{1};

voice::Duration moved(voice::Duration mean, voice::Duration now, double share) noexcept {
  const auto step = static_cast<double>((now - mean).count()) * share;
  return mean + voice::Duration{static_cast<voice::Duration::rep>(step)};
}

}  // namespace

std::optional<ServerDelay> server_delay(std::optional<std::uint32_t> held_ms,
                                        std::optional<std::uint32_t> tick_ms) noexcept {
  using std::chrono::milliseconds;
  // Nothing older is ever played.
  if (!held_ms || *held_ms > voice::catch_up_most.count()) return std::nullopt;
  if (!tick_ms || *tick_ms > voice::frame_duration.count()) return std::nullopt;
  return ServerDelay{milliseconds{*held_ms}, milliseconds{*tick_ms}};
}

void add_server(DelayStages& stages, const std::optional<ServerDelay>& told,
                voice::Duration target) noexcept {
  const voice::Duration held = told ? told->held : target;
  // The packet itself is mixed at the tick that it waits for.
  stages.server = std::max<voice::Duration>(held - voice::frame_duration, voice::Duration{0});
  stages.tick = told ? told->tick : voice::Duration{voice::frame_duration} / 2;
  stages.server_is_told = told.has_value();
}

void DelayMeter::observe(const DelayStages& now, voice::TimePoint at) noexcept {
  const bool is_first = !observed_at_ || at < *observed_at_ || at - *observed_at_ > pause_max;
  const voice::Duration passed = is_first ? voice::Duration{memory} : at - *observed_at_;
  observed_at_ = at;
  const double share =
      std::min(1.0, static_cast<double>(passed.count()) / voice::Duration{memory}.count());
  VOICE_ASSERT(share >= 0.0);
  for (const auto stage : {&DelayStages::microphone, &DelayStages::voice, &DelayStages::smoother,
                           &DelayStages::outbox, &DelayStages::network, &DelayStages::server,
                           &DelayStages::tick, &DelayStages::playout, &DelayStages::loudspeaker}) {
    mean_.*stage = is_first ? now.*stage : moved(mean_.*stage, now.*stage, share);
  }
  mean_.server_is_told = now.server_is_told;
}

}  // namespace voicecli
