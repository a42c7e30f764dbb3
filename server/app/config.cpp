#include "server/app/config.hpp"

#include "common/app/log.hpp"
#include "common/playout/jitter_buffer.hpp"

namespace voiced {
namespace {

std::string check_level(const std::string& name) {
  if (voice::app::is_log_level(name)) return {};
  return "`" + name + "` is not one of trace, debug, info, warn, error, off";
}

// A validator that tells the range in words of its own: what was given, and what would be right.
CLI::Validator range(int min, int max) {
  const std::string limits = std::to_string(min) + "…" + std::to_string(max);
  return CLI::Validator(
      [min, max, limits](std::string& text) -> std::string {
        int value = 0;
        if (!CLI::detail::lexical_cast(text, value)) {
          return "`" + text + "` is not a whole number; use " + limits;
        }
        if (value < min || value > max) return text + " is out of range; use " + limits;
        return {};
      },
      "(" + limits + ")");
}

}  // namespace

std::unique_ptr<voice::app::Options> declare_options(Config& config) {
  auto options = std::make_unique<voice::app::Options>(voice::app::Options::About{
      "voiced", "Voice conference server over TCP", "VOICED_", "/etc/voiced/voiced.conf",
      "Every option is also a key of the configuration file and an environment variable\n"
      "(--sample-rate: `sample-rate = 8000`, VOICED_SAMPLE_RATE). Flags win over the environment,\n"
      "the environment over the file.\n"
      "Signals: SIGTERM and SIGINT end after a farewell, a second one at once; SIGUSR1 logs "
      "statistics."});
  options->value("listen", config.listen,
                 "address to listen on, IPv4 or IPv6; repeatable; all when empty");
  options->value("port", config.port, "TCP port")->check(range(0, 65535));
  options->value("sample-rate", config.sample_rate, "sample rate of the conference in Hz")
      ->check(range(voice::rate_hz_min, voice::rate_hz_max));
  options
      ->value(
          "jitter-depth", config.jitter_depth,
          "jitter buffer of every participant, in packets of 20 ms; playing starts at half of it")
      ->check(range(voice::jitter_depth_packets_min, voice::jitter_depth_packets_max));
  options
      ->value("participants-max", config.participants_max, "participants at once; more are refused")
      ->check(range(1, static_cast<int>(participants_max_limit)));
  options
      ->value("outbox-age-ms", config.outbox_age_ms,
              "audio that could not be sent for so long is dropped, oldest first")
      ->check(range(20, 10'000));
  options
      ->value("stall-limit-s", config.stall_limit_s,
              "a participant who receives nothing for so long is disconnected")
      ->check(range(1, 3600));
  options->toggle("silent", config.silent,
                  "relay only, no sound device; --no-silent: the server takes part with its own");
  options->value("input-device", config.input_device,
                 "the server's microphone: name, part of it or index; default when empty");
  options->value("output-device", config.output_device,
                 "the server's loudspeaker: name, part of it or index; default when empty");
  options->toggle("mute-microphone", config.mute_microphone,
                  "start with the server's microphone muted");
  options->toggle("mute-loudspeaker", config.mute_loudspeaker,
                  "start with the server's loudspeaker muted");
  options->value("log-level", config.log_level, "trace, debug, info, warn, error or off")
      ->check(check_level);
  options->cli().add_flag("--check-config", config.check_only,
                          "check flags, environment and file, and exit: 0 good, 2 bad");
  return options;
}

ServerOptions server_options(const Config& config, std::uint64_t seed) {
  return ServerOptions{
      .conference = {.format = *voice::AudioFormat::from_rate(config.sample_rate),
                     .jitter_depth_packets = config.jitter_depth,
                     .participants_max = static_cast<std::size_t>(config.participants_max),
                     .first_sequence = static_cast<std::uint16_t>(seed >> 32),
                     .ssrc = voice::rtp::Ssrc{static_cast<std::uint32_t>(seed)}},
      .local = {.silent = config.silent,
                .input_device = config.input_device,
                .output_device = config.output_device,
                .mute_microphone = config.mute_microphone,
                .mute_loudspeaker = config.mute_loudspeaker},
      .listen = config.listen,
      .port = static_cast<std::uint16_t>(config.port),
      .outbox_age_max = std::chrono::milliseconds{config.outbox_age_ms},
      .stall_limit = std::chrono::seconds{config.stall_limit_s}};
}

}  // namespace voiced
