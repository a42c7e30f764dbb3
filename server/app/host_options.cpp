// Turns a configuration into the options of rooms and the host.
#include "server/app/config.hpp"
#include "server/app/config_addresses.hpp"

#include <optional>

namespace voiced {

voice::PlayoutOptions playout_options(const Config& config) {
  const auto mode = *voice::jitter_mode_named(config.jitter_mode);
  return {.mode = mode,
          .depth_packets = voice::jitter_depth_packets_of(mode, config.jitter_depth),
          .catch_up_max = std::chrono::milliseconds{config.catch_up_max_ms}};
}

static std::optional<voice::AudioFormat> classic_format(const Config& config) {
  if (config.classic_sample_rate == 0) return std::nullopt;
  return *voice::AudioFormat::from_rate(config.classic_sample_rate);
}

RoomOptions room_options(const Config& config) {
  return {.format = *voice::AudioFormat::from_rate(config.sample_rate),
          .other_format = classic_format(config),
          .playout = playout_options(config),
          .participants_max = static_cast<std::size_t>(config.participants_max),
          .limiter = config.limiter,
          .level_talkers = config.level_talkers,
          .howl_guard = config.howl_guard,
          .silent_when_empty = config.silent_when_empty,
          .codecs = *voice::codecs_named(config.codecs),
          .opus_kbits = config.opus_bitrate};
}

NameRule name_rule(const Config& config) {
  const std::string& word = config.confusable_names;
  if (word == "refuse") return NameRule::refuse;
  return word == "mark" ? NameRule::mark : NameRule::allow;
}

Guests guests_rule(const Config& config) {
  if (config.guests == "no") return Guests::none;
  return config.guests == "listen" ? Guests::listen : Guests::speak;
}

static LoginRules login_rules(const Config& config) {
  const std::string& plain = config.allow_plaintext_secrets;
  return {.guests = guests_rule(config),
          .plain_secrets = plain == "yes"  ? PlainSecrets::all
                           : plain == "no" ? PlainSecrets::none
                                           : PlainSecrets::loopback,
          .has_judge = voice::identity::is_available(),
          .has_accounts = config.users != nullptr};
}

HostOptions host_options(const Config& config, std::uint64_t seed) {
  RoomOptions front = room_options(config);
  front.first_sequence = static_cast<std::uint16_t>(seed >> 32);
  front.ssrc = voice::rtp::Ssrc{static_cast<std::uint32_t>(seed)};
  std::vector<RoomRules> rooms = config.rooms;
  for (RoomRules& each : rooms) {
    each.options.first_sequence = front.first_sequence;
    each.options.ssrc = front.ssrc;
  }
  return HostOptions{
      .front_room = std::move(front),
      .password = config.password,
      .names = name_rule(config),
      .rooms = std::move(rooms),
      .rooms_on_demand_max = static_cast<std::size_t>(config.rooms_on_demand_max),
      .login = login_rules(config),
      .outbox_age_max = std::chrono::milliseconds{config.outbox_age_ms},
      .stall_limit = std::chrono::seconds{config.stall_limit_s},
      .door = {.strangers_max = static_cast<std::size_t>(config.strangers_max),
               .strangers_per_address_max =
                   static_cast<std::size_t>(config.strangers_per_address_max),
               .participants_per_address_max =
                   static_cast<std::size_t>(config.participants_per_address_max),
               .joins_per_address_per_s = static_cast<double>(config.joins_per_address_s),
               .joins_per_address_burst = 10.0 * config.joins_per_address_s},
      .addresses = {.allowed = trusted_addresses(config.allow_from),
                    .denied = denied_addresses(config.deny_from)},
      .proxies = trusted_addresses(config.proxy_from),
      .drain_limit = std::chrono::seconds{config.drain_limit_s},
      .require_hello = config.require_hello,
      .load_max = config.load_max_percent / 100.0};
}

}  // namespace voiced
