#include "server/app/config.hpp"

#include "common/app/log.hpp"
#include "common/app/validators.hpp"
#include "common/core/number.hpp"
#include "common/net/endpoint.hpp"
#include "server/app/config_access.hpp"
#include "server/app/config_addresses.hpp"

#include <optional>

namespace voiced {
namespace {

using voice::app::one_of;
using voice::app::Options;
using voice::app::range;
using voice::app::range_or_zero;
using voice::app::TakesEffect;

std::optional<unsigned> mode_of(const std::string& text) {
  const auto mode = voice::parse_number<unsigned>(text, 8);
  return mode && *mode <= 0777 ? mode : std::nullopt;
}

std::string check_mode(const std::string& text) {
  return mode_of(text) ? "" : "`" + text + "` is not an octal mode; use for example 0660 or 0600";
}

std::string check_codecs(const std::string& text) {
  return voice::codecs_named(text)
             ? ""
             : "`" + text +
                   "` is not a list of codecs; use any of pcmu, l16 and opus, separated by "
                   "commas";
}

std::string check_metrics_address(const std::string& text) {
  if (text.empty()) return {};
  const auto address = voice::parse_endpoint(text);
  return address ? std::string() : address.error();
}

// Each has fifteen series, which are rendered again at every scrape.
constexpr int metrics_participants_max = 500;

constexpr int rooms_on_demand_limit = 1024;

void declare_network(Options& options, Config& config) {
  options.value("listen", config.listen,
                "address to listen on, IPv4 or IPv6; repeatable; all when empty; none: only on the "
                "addresses in listen-tls and listen-proxy",
                TakesEffect::restart);
  options.value("port", config.port, "TCP port", TakesEffect::restart)->check(range(0, 65535));
}

void declare_tls(Options& options, Config& config) {
  options
      .value("listen-tls", config.listen_tls,
             "port for TLS on all addresses, or ADDRESS:PORT; repeatable; no TLS when empty",
             TakesEffect::restart)
      ->check(check_listen_at);
  options
      .value("certificate", config.certificate,
             "certificate for TLS, followed by its chain, PEM; when empty, "
             "$CREDENTIALS_DIRECTORY/certificate.pem if it exists, else one that voiced makes and "
             "keeps in state-directory",
             TakesEffect::newcomers)
      ->type_name("FILE");
  options
      .value(
          "certificate-key", config.certificate_key,
          "private key of --certificate, PEM, without a passphrase; when empty, as for certificate",
          TakesEffect::newcomers)
      ->type_name("FILE");
  options
      .value("client-ca", config.client_ca,
             "authorities whose certificates log clients in on TLS, PEM; clients without such a "
             "certificate are refused, unless client-certificates says otherwise; none when empty",
             TakesEffect::newcomers)
      ->type_name("FILE");
  options
      .value("client-certificates", config.client_certificates,
             "with client-ca: required from all clients on TLS, or accepted, so that clients "
             "without one may log in in other ways",
             TakesEffect::newcomers)
      ->check(one_of({"required", "accepted"}));
  options
      .value("tls-version-min", config.tls_version_min, "oldest version of TLS that is accepted",
             TakesEffect::newcomers)
      ->check(one_of({"1.2", "1.3"}));
}

void declare_sample_rate(Options& options, Config& config) {
  options
      .value("sample-rate", config.sample_rate, "sample rate of the conference in Hz",
             TakesEffect::restart)
      ->check(range(voice::rate_hz_min, voice::rate_hz_max));
}

// How a conference sounds, whatever its rate.
void declare_sound_of_mix(Options& options, Config& config) {
  options
      .value(
          "jitter-mode", config.jitter_mode,
          "adaptive: as little delay as each participant's network allows; fixed: the delay that "
          "jitter-depth sets",
          TakesEffect::live)
      ->check(one_of({"adaptive", "fixed"}));
  options
      .value(
          "jitter-depth", config.jitter_depth,
          "packets of 20 ms; adaptive: the most kept in reserve (0: 25); fixed: size of the jitter "
          "buffer, which starts to play when half full (0: 6)",
          TakesEffect::live)
      ->check(range_or_zero(voice::jitter_depth_packets_min, voice::jitter_depth_packets_max));
  options
      .value("catch-up-max-ms", config.catch_up_max_ms,
             "adaptive: after a stall, up to this much late sound is played faster; older sound is "
             "dropped",
             TakesEffect::live)
      ->check(range(static_cast<int>(voice::catch_up_min.count()),
                    static_cast<int>(voice::catch_up_most.count())));
  options.toggle(
      "limiter", config.limiter,
      "turn all mixes down while one of them would be too loud for 16 bits; --no-limiter: clip it",
      TakesEffect::live);
  options.toggle("level-talkers", config.level_talkers,
                 "slowly bring soft and loud talkers to the same level", TakesEffect::live);
  options.toggle("howl-guard", config.howl_guard,
                 "turn talkers down while open loudspeakers and microphones form a loop that howls",
                 TakesEffect::live);
  options.toggle("silent-when-empty", config.silent_when_empty,
                 "send nothing to a participant that is alone in a room; --no-silent-when-empty: "
                 "send it silence while it talks",
                 TakesEffect::live);
  options
      .value("codecs", config.codecs,
             "codecs that clients may choose, separated by commas; pcmu is always included",
             TakesEffect::newcomers)
      ->check(check_codecs);
  options
      .value("opus-bitrate", config.opus_bitrate,
             "bit rate of the mix for each participant that has chosen opus, in kbit/s; 0: 16 at "
             "8000 Hz, 24 at 16000, 32 at 48000",
             TakesEffect::live)
      ->check(range_or_zero(voice::opus_kbits_min, voice::opus_kbits_max));
}

void declare_participants_max(Options& options, Config& config) {
  options
      .value("participants-max", config.participants_max,
             "maximum number of participants; more are refused", TakesEffect::restart)
      ->check(range(1, static_cast<int>(participants_max_limit)));
}

void declare_conference(Options& options, Config& config) {
  declare_sample_rate(options, config);
  options
      .value("classic-sample-rate", config.classic_sample_rate,
             "sample rate in Hz for clients that cannot ask for another: the original program's, "
             "and older versions of voicecli; 0: sample-rate",
             TakesEffect::restart)
      ->check(range_or_zero(voice::rate_hz_min, voice::rate_hz_max));
  declare_sound_of_mix(options, config);
  declare_participants_max(options, config);
  options
      .value("outbox-age-ms", config.outbox_age_ms,
             "audio that has waited this long to be sent is dropped, oldest first; after a stall, "
             "a client that can catch up is sent up to catch-up-max-ms of it",
             TakesEffect::live)
      ->check(range(20, 10'000));
  options
      .value("stall-limit-s", config.stall_limit_s,
             "a participant that accepts no data for this long is disconnected", TakesEffect::live)
      ->check(range(1, 3600));
}

void declare_rooms(Options& options, Config& config) {
  options
      .value("rooms", config.rooms_folder,
             "folder with a file NAME.conf for every room except the front room; none when empty",
             TakesEffect::live)
      ->type_name("FOLDER");
  options
      .value(
          "rooms-on-demand-max", config.rooms_on_demand_max,
          "how many rooms clients may create by asking for them; each is removed when it is empty",
          TakesEffect::newcomers)
      ->check(range(0, rooms_on_demand_limit));
}

void declare_sound(Options& options, Config& config) {
  options.toggle(
      "silent", config.silent,
      "relay only, no sound device; --no-silent: the server takes part with its own sound devices",
      TakesEffect::restart);
  options
      .value("input-device", config.input_device,
             "the server's microphone: name, part of it or index; default when empty",
             TakesEffect::restart)
      ->type_name("DEVICE");
  options
      .value("output-device", config.output_device,
             "the server's loudspeaker: name, part of it or index; default when empty",
             TakesEffect::restart)
      ->type_name("DEVICE");
  options.toggle("mute-microphone", config.mute_microphone,
                 "start with the server's microphone muted", TakesEffect::live);
  options.toggle("mute-loudspeaker", config.mute_loudspeaker,
                 "start with the server's loudspeaker muted", TakesEffect::live);
}

void declare_log(Options& options, Config& config) {
  options.value("log-level", config.log_level, "how much to log on stderr", TakesEffect::live)
      ->check(one_of(voice::app::log_level_names()));
  options
      .value("log-format", config.log_format,
             "format of log lines; auto: journal if stderr goes to it, else text",
             TakesEffect::live)
      ->check(one_of(voice::app::log_format_names()));
}

void declare_operator(Options& options, Config& config) {
  options
      .value(
          "control-socket", config.control_socket,
          "socket for voicectl: a path, or off; control.sock in the runtime directory when empty",
          TakesEffect::restart)
      ->type_name("PATH");
  options
      .value("control-mode", config.control_mode, "permissions of the control socket, octal",
             TakesEffect::restart)
      ->check(check_mode);
  options.value("control-group", config.control_group,
                "group of the control socket; the group of the process when empty",
                TakesEffect::restart);
  options
      .value("state-directory", config.state_directory,
             "directory for bans, revoked invitations and a certificate of voiced's own; when "
             "empty, $STATE_DIRECTORY if set, else none",
             TakesEffect::restart)
      ->type_name("FOLDER");
}

void declare_metrics(Options& options, Config& config) {
  options
      .value("metrics-address", config.metrics_address,
             "address and port for metrics and health over HTTP, such as 127.0.0.1:9464; none when "
             "empty",
             TakesEffect::restart)
      ->check(check_metrics_address);
  options
      .value("metrics-participants", config.metrics_participants,
             "how many participants get metrics of their own: the first ones to join",
             TakesEffect::restart)
      ->check(range(0, metrics_participants_max));
}

}  // namespace

std::unique_ptr<Options> declare_options(Config& config) {
  auto options = std::make_unique<Options>(Options::About{
      "voiced", "Voice conference server over TCP", "VOICED_", "/etc/voiced/voiced.conf",
      "Every option is also a key of the configuration file and an environment variable\n"
      "(--sample-rate: `sample-rate = 8000`, VOICED_SAMPLE_RATE). Flags override the\n"
      "environment, which overrides the file.\n"
      "Signals: SIGTERM and SIGINT make voiced say goodbye to all clients and stop; a second one\n"
      "stops it at once. SIGHUP reads the configuration again, SIGUSR1 logs statistics."});
  declare_network(*options, config);
  declare_tls(*options, config);
  declare_proxy(*options, config);
  declare_conference(*options, config);
  declare_rooms(*options, config);
  declare_door(*options, config);
  options->toggle(
      "realtime", config.realtime,
      "run with real-time priority where the system permits it (SCHED_FIFO, locked memory)",
      TakesEffect::restart);
  declare_sound(*options, config);
  declare_log(*options, config);
  declare_operator(*options, config);
  declare_metrics(*options, config);
  options->refuse_empty({"certificate", "certificate-key", "client-ca", "password-file", "rooms",
                         "state-directory", "users-file"});
  options->cli().add_flag("--check-config", config.check_only,
                          "check flags, environment and file, and exit: 0 valid, 2 invalid");
  options->cli()
      .add_option("--make-certificate", config.certificate_names,
                  "make a self-signed certificate for these names and addresses of the server, "
                  "write it to new files (certificate, certificate-key), and exit")
      ->type_name("NAME")
      ->expected(1, 100);
  return options;
}

std::unique_ptr<Options> declare_room_options(Config& config, const std::string& name) {
  auto options =
      std::make_unique<Options>(Options::About{.program = "voiced",
                                               .description = "the room " + name,
                                               .env_prefix = {},
                                               .default_file = {},
                                               .keys = "`man voiced.conf`, under `rooms`,"});
  declare_sample_rate(*options, config);
  declare_sound_of_mix(*options, config);
  declare_participants_max(*options, config);
  declare_room_access(*options, config);
  return options;
}

unsigned control_mode(const Config& config) {
  return mode_of(config.control_mode).value_or(0600);
}

bool listens_plain(const Config& config) {
  return config.listen != std::vector<std::string>{"none"};
}

ServerOptions server_options(const Config& config, std::uint64_t seed) {
  std::vector<ListenAt> encrypted;
  for (const std::string& text : config.listen_tls) {
    encrypted.push_back(parse_listen_at(text).value_or(ListenAt{}));
  }
  ProxyListeners proxied = proxy_listeners(config);
  return ServerOptions{.host = host_options(config, seed),
                       .local = {.silent = config.silent,
                                 .input_device = config.input_device,
                                 .output_device = config.output_device,
                                 .mute_microphone = config.mute_microphone,
                                 .mute_loudspeaker = config.mute_loudspeaker},
                       .listens_plain = listens_plain(config),
                       .plain = {config.listen, static_cast<std::uint16_t>(config.port)},
                       .encrypted = std::move(encrypted),
                       .proxied = std::move(proxied.plain),
                       .proxied_encrypted = std::move(proxied.encrypted),
                       .tls = config.tls};
}

}  // namespace voiced
