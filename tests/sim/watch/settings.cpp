#include "tests/sim/watch/settings.hpp"

namespace sim {

// All come from one address, as fast as they like; what is overdue is looked for at every tick.
voiced::HostOptions host_options(const ServerSettings& settings) {
  return {.front_room = {.format = *voice::AudioFormat::from_rate(settings.rate_hz),
                         .playout = voice::fixed_playout(settings.jitter_depth_packets),
                         .participants_max = settings.participants_max,
                         .limiter = settings.limiter,
                         .first_sequence = sim_first_sequence,
                         .ssrc = voice::rtp::Ssrc{sim_ssrc}},
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
          .check_interval = voice::frame_duration};
}

}  // namespace sim
