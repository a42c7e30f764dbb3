#include "client/app/config.hpp"

#include "client/app/certificates.hpp"
#include "client/app/secrets.hpp"
#include "common/app/validators.hpp"
#include "common/app/version.hpp"
#include "common/net/address.hpp"
#include "common/wire/text_message.hpp"

#ifndef _WIN32
#include <pwd.h>
#include <unistd.h>
#endif

#include <cstdlib>
#include <utility>

namespace voicecli {
namespace {

using voice::app::Exit;
using voice::app::ExitCode;

constexpr int tls_port = 7443;

constexpr const char* footer =
    "Devices (--input, --output): a sound card's name, a part of it, or its index\n"
    "(--list-devices); `null`, `tone:HZ`, a sound file, or `-` for raw 16-bit mono samples on\n"
    "stdin or stdout. The input can also be a named pipe with such samples.\n"
    "Keys: space talk, m microphone, s loudspeaker, + - volume, q quit. With --ptt, or when muted\n"
    "with m, a press of space opens the microphone for 0.7 s; key repetition keeps it open.\n"
    "If stdin is a pipe, the same in words, one per line: mute, unmute, deaf, undeaf, talk,\n"
    "talk off, volume up, volume down, volume DB, status, quit.\n"
    "Every option is also a key of the configuration file and an environment variable\n"
    "(--jitter-depth: `jitter-depth = 8`, VOICECLI_JITTER_DEPTH).\n"
    "Exit codes: 0 ended as asked, 1 connection lost, 2 usage or configuration, 3 cannot connect,\n"
    "4 refused or removed, 5 sound device, 6 server not trusted, 130 interrupted. Without\n"
    "--no-reconnect, voicecli reconnects whatever happens to the connection, unless the operator\n"
    "removes or bans you, the server does not let you in, or it is not a voice server.";

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::string{} : std::string{text};
}

std::string config_folder() {
#ifdef _WIN32
  const std::string base = variable("APPDATA");
#else
  std::string base = variable("XDG_CONFIG_HOME");
  if (base.empty() && !variable("HOME").empty()) base = variable("HOME") + "/.config";
#endif
  return base.empty() ? std::string{} : base + "/voicecli";
}

std::string user_name() {
  for (const char* name : {"USER", "LOGNAME", "USERNAME"}) {
    if (std::string value = variable(name); !value.empty()) return value;
  }
  return {};
}

/// A job of cron or of a service manager has no variable with its user's name.
std::string account_name() {
#ifndef _WIN32
  if (const passwd* entry = ::getpwuid(::getuid()); entry != nullptr) return entry->pw_name;
#endif
  return {};
}

void declare_server(voice::app::Options& options, Config& config) {
  config.name = user_name();
  options.cli().add_option("server", config.server, "HOST, HOST:PORT or [IPV6]:PORT");
  options.value("host", config.host, "the server: HOST, HOST:PORT or [IPV6]:PORT");
  options.value("port", config.port, "the server's TCP port")->check(voice::app::range(1, 65535));
  options.value("name", config.name, "your name in the conference");
  options.value("room", config.room, "room of the server to enter; the front room when empty");
  options
      .value("password-file", config.password_file,
             "file whose first line is the password: that of the account (--user), or of the "
             "conference")
      ->type_name("FILE");
  options.value("user", config.user, "log in with this account; needs its password");
  options
      .value("token", config.token,
             "join with this invitation; other users of this machine can see it in the list of "
             "processes, unless it comes from VOICECLI_TOKEN or the configuration file")
      ->type_name("TOKEN");
  options.value("token-file", config.token_file, "file whose first line is an invitation")
      ->type_name("FILE");
  options.toggle(
      "allow-plaintext-secrets", config.allow_plaintext_secrets,
      "send a password or an invitation without encryption, even to another machine: others on the "
      "network could read it");
}

void declare_tls(voice::app::Options& options, Config& config) {
  options.toggle("tls", config.tls,
                 "encrypt the connection; the port is then 7443 unless you give one");
  options
      .value("tls-ca", config.tls_ca,
             "trust only certificates from the authorities in this PEM file; when empty, from "
             "those of the system, and known servers")
      ->type_name("FILE");
  options
      .value("tls-fingerprint", config.tls_fingerprint,
             "trust only the certificate with this fingerprint, sha256:...")
      ->check([](const std::string& text) {
        return text.empty() || voice::tls::parse_fingerprint(text)
                   ? std::string()
                   : "`" + voice::printable(text, 100) +
                         "` is not a fingerprint; use sha256: and 64 hexadecimal digits, as voiced "
                         "logs it at startup";
      });
  options
      .value("known-servers", config.known_servers,
             "file with the fingerprints of the servers that you have confirmed; when empty, "
             "~/.config/voicecli/known_servers")
      ->type_name("FILE");
  options
      .value("tls-certificate", config.tls_certificate,
             "your own certificate, PEM, if the server requires one")
      ->type_name("FILE");
  options.value("tls-key", config.tls_key, "private key of --tls-certificate, PEM")
      ->type_name("FILE");
}

void declare_sound(voice::app::Options& options, Config& config) {
  options.value("input", config.input, "microphone; the system's default when empty")
      ->type_name("DEVICE");
  options.value("output", config.output, "loudspeaker; the system's default when empty")
      ->type_name("DEVICE");
  options
      .value("latency", config.latency,
             "buffers of the sound devices; low: the smallest that the devices claim to work with; "
             "safe: more delay, for busy machines and devices that stutter")
      ->check(voice::app::one_of({"low", "normal", "safe"}));
  options
      .value("jitter-mode", config.jitter_mode,
             "adaptive: as little delay as the network allows; fixed: the delay that "
             "jitter-depth sets")
      ->check(voice::app::one_of({"adaptive", "fixed"}));
  options
      .value(
          "jitter-depth", config.jitter_depth,
          "packets of 20 ms; adaptive: the most kept in reserve (0: 25); fixed: size of the jitter "
          "buffer, which starts to play when half full (0: 6)")
      ->check(voice::app::range_or_zero(voice::jitter_depth_packets_min,
                                        voice::jitter_depth_packets_max));
  options
      .value("catch-up-max-ms", config.catch_up_max_ms,
             "adaptive: after a stall, up to this much late sound is played faster; older sound is "
             "dropped")
      ->check(voice::app::range(static_cast<int>(voice::catch_up_min.count()),
                                static_cast<int>(voice::catch_up_most.count())));
  options
      .value("codec", config.codec,
             "codec on the wire; l16 is lossless and takes twice the bandwidth of pcmu, opus less "
             "than half; auto: the best that the server offers, in the order l16, opus, pcmu")
      ->check(voice::app::one_of({"pcmu", "l16", "opus", "auto"}));
  options
      .value("bitrate", config.bitrate,
             "opus bit rate of your voice, in kbit/s; 0: 16 at 8000 Hz, 24 at 16000, 32 at 48000")
      ->check(voice::app::range_or_zero(voice::opus_kbits_min, voice::opus_kbits_max));
  options
      .value("dtx", config.dtx,
             "send nothing while you do not speak, if the server speaks voice/1; auto: if your "
             "voice is processed")
      ->check(voice::app::one_of({"auto", "on", "off"}));
  options
      .value("echo-cancel", config.echo_cancel,
             "remove the echo of your loudspeaker from your voice; auto: if microphone and "
             "loudspeaker are sound cards")
      ->check(voice::app::one_of({"auto", "on", "off"}));
  options
      .value("noise-suppression", config.noise_suppression,
             "remove noise from your voice; auto: if the microphone is a sound card")
      ->check(voice::app::one_of({"auto", "on", "off"}));
  options
      .value("auto-gain", config.auto_gain,
             "bring your voice to a fixed level, raising it by up to 12 dB")
      ->check(voice::app::one_of({"on", "off"}));
  options.toggle("mute", config.mute, "start with the microphone muted");
  options.toggle("deaf", config.deaf, "start with the loudspeaker muted");
  options.toggle("ptt", config.ptt, "open the microphone only while space is held (push-to-talk)");
  options.value("volume", config.volume, "loudspeaker volume in dB")
      ->check(voice::app::range(volume_db_min, volume_db_max));
  options.value("record", config.record, "also write what is heard to this WAV file")
      ->type_name("FILE");
}

void declare_running(voice::app::Options& options, Config& config) {
  constexpr double duration_s_max = 1e9;  // thirty years
  options
      .value("duration", config.duration,
             "exit after this many seconds; 0: stay until told to quit")
      ->check(voice::app::range(0.0, duration_s_max, "seconds, 0 or more"));
  options.toggle("reconnect", config.reconnect,
                 "reconnect whenever the connection is lost or cannot be established");
  options.toggle("json", config.json,
                 "one JSON object per event and per second, on stdout (stderr with --output -)");
  options.cli().add_flag("-v,--verbose", config.verbose, "report every attempt to connect");
  options.cli().add_flag("--list-devices", config.list_devices,
                         "list the sound cards, with --json one object per line, and exit");
}

voice::PlayoutOptions playout_options(const Config& config) {
  const auto mode = *voice::jitter_mode_named(config.jitter_mode);
  return {.mode = mode,
          .depth_packets = voice::jitter_depth_packets_of(mode, config.jitter_depth),
          .catch_up_max = std::chrono::milliseconds{config.catch_up_max_ms}};
}

// PCMU alone needs no offer, so none is made, as by an older client.
voice::voice1::Codecs codecs_of(const std::string& word) {
  using voice::voice1::Codec;
  voice::voice1::Codecs codecs;
  if (word == "l16" || word == "auto") codecs.add(Codec::l16);
  if (word == "opus" || word == "auto") codecs.add(Codec::opus);
  if (word == "auto") codecs.add(Codec::pcmu);
  return codecs;
}

VoiceChoice voice_choice(const Config& config) {
  return {*choice_named(config.echo_cancel), *choice_named(config.noise_suppression),
          *choice_named(config.auto_gain)};
}

/// Refuses `on` if this program cannot do it, so that the user learns it at once and not from the
/// other participants.
voice::expected<void, Exit> check_voice(const Config& config, const voice::app::Options& options) {
  if (has_voice_processing()) return {};
  for (const auto& [name, value] : {std::pair{"echo-cancel", config.echo_cancel},
                                    std::pair{"noise-suppression", config.noise_suppression},
                                    std::pair{"auto-gain", config.auto_gain}}) {
    if (value != "on") continue;
    return voice::unexpected(
        Exit{ExitCode::usage, options.place_of(name) +
                                  ": `on` is not possible: this voicecli was built without voice "
                                  "processing; leave it out, or build voicecli with "
                                  "libwebrtc-audio-processing-dev"});
  }
  return {};
}

}  // namespace

std::string default_config_file() {
  const std::string folder = config_folder();
  return folder.empty() ? folder : folder + "/voicecli.conf";
}

std::unique_ptr<voice::app::Options> declare_options(Config& config) {
  auto options = std::make_unique<voice::app::Options>(voice::app::Options::About{
      "voicecli", "Voice conference client", "VOICECLI_", default_config_file(), footer});
  declare_server(*options, config);
  declare_tls(*options, config);
  declare_sound(*options, config);
  declare_running(*options, config);
  options->refuse_empty({"known-servers", "password-file", "record", "tls-ca", "tls-certificate",
                         "tls-fingerprint", "tls-key", "token-file"});
  options->hide({"token"});
  return options;
}

voice::expected<ClientOptions, Exit> client_options(const Config& config,
                                                    const voice::app::Options& options) {
  ClientOptions client;
  const bool is_positional = !config.server.empty();
  const std::string& server = is_positional ? config.server : config.host;
  const std::string place = is_positional ? "server" : options.place_of("host");
  if (server.empty()) {
    return voice::unexpected(
        Exit{ExitCode::usage, place + ": no server given; try voicecli HOST:PORT"});
  }
  const auto address = voice::parse_address(server);
  if (!address) {
    return voice::unexpected(Exit{ExitCode::usage, place + " `" + voice::printable(server, 200) +
                                                       "`: " + to_string(address.error())});
  }
  client.host = address->host;
  const bool has_port = options.origin("port") != voice::app::Origin::preset;
  client.port = address->port.value_or(
      static_cast<std::uint16_t>(config.tls && !has_port ? tls_port : config.port));
  client.caller.server = voice::to_text(client.host, client.port);
  if (const auto tls = prepare_tls(client, config, options); !tls) {
    return voice::unexpected(tls.error());
  }
  if (const auto secrets = read_secrets(client, config, options); !secrets) {
    return voice::unexpected(secrets.error());
  }
  const bool has_no_name =
      config.name.empty() && options.origin("name") == voice::app::Origin::preset;
  client.caller.call.room = config.room;
  const bool has_only_account =
      !config.user.empty() && options.origin("name") == voice::app::Origin::preset;
  client.caller.call.name = has_only_account ? config.user
                            : has_no_name    ? account_name()
                                             : config.name;
  client.caller.call.agent = "voicecli/" + std::string{voice::version};
  client.caller.call.playout = playout_options(config);
  client.caller.call.codecs = codecs_of(config.codec);
  if (const auto voice = check_voice(config, options); !voice) {
    return voice::unexpected(voice.error());
  }
  client.caller.call.opus_kbits = config.bitrate;
  client.caller.call.dtx = *dtx_named(config.dtx);
  client.sound = {config.input, config.output, config.record, voice_choice(config)};
  client.caller.controls.microphone_muted = config.mute;
  client.caller.controls.loudspeaker_muted = config.deaf;
  client.caller.controls.push_to_talk = config.ptt;
  client.caller.controls.volume_db = config.volume;
  if (config.duration > 0) {
    client.caller.duration =
        std::chrono::duration_cast<voice::Duration>(std::chrono::duration<double>{config.duration});
  }
  client.caller.on_loss = config.reconnect ? OnLoss::reconnect : OnLoss::end;
  client.sound.latency = *voice::latency_named(config.latency);
  client.caller.telling = config.verbose ? Telling::every_attempt : Telling::changes;
  return client;
}

}  // namespace voicecli
