#include "tests/sim/watch/settings.hpp"

#include <utility>

namespace sim {

// All come from one address, without a limit on joins; overdue peers are looked for at every tick.
voiced::HostOptions host_options(const ServerSettings& settings) {
  const auto fixed = voice::fixed_playout(settings.jitter_depth_packets);
  std::vector<voiced::RoomRules> rooms;
  for (const RoomSettings& room : settings.rooms) {
    rooms.push_back({{.name = room.name,
                      .format = *voice::AudioFormat::from_rate(room.rate_hz),
                      .playout = room.playout,
                      .participants_max = settings.participants_max,
                      .first_sequence = sim_first_sequence,
                      .ssrc = voice::rtp::Ssrc{sim_ssrc}}});
  }
  return {.front_room = {.format = *voice::AudioFormat::from_rate(settings.rate_hz),
                         .playout = settings.adaptive.value_or(fixed),
                         .participants_max = settings.participants_max,
                         .limiter = settings.limiter,
                         .first_sequence = sim_first_sequence,
                         .ssrc = voice::rtp::Ssrc{sim_ssrc}},
          .rooms = std::move(rooms),
          .login = {.guests = settings.logins ? voiced::Guests::none : voiced::Guests::speak,
                    .has_judge = settings.logins,
                    .has_accounts = settings.logins},
          .outbox_age_max =
              std::chrono::duration_cast<std::chrono::milliseconds>(settings.outbox.audio_age_max),
          .stall_limit = settings.stall_limit,
          .door = {.strangers_max = SIZE_MAX,
                   .strangers_per_address_max = SIZE_MAX,
                   .joins_per_address_per_s = 1e9,
                   .joins_per_address_burst = 1e9},
          .proxies = voiced::AddressSet(std::vector{voiced::AddressRange::around(sim_proxy)}),
          .check_interval = voice::frame_duration};
}

}  // namespace sim
