// voiced's configuration: one struct, filled from flags, environment and file
// (common/app/options.hpp).
#pragma once

#include "common/app/options.hpp"
#include "common/identity/users.hpp"
#include "common/playout/playout_options.hpp"
#include "server/net/options.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace voiced {

struct Config {
  std::vector<std::string> listen;
  int port = 7000;
  std::vector<std::string> listen_tls;
  std::vector<std::string> listen_proxy;
  std::vector<std::string> proxy_from;
  std::string certificate;
  std::string certificate_key;
  std::string client_ca;
  std::string client_certificates = "required";  // or accepted
  std::string tls_version_min = "1.3";           // or 1.2
  int sample_rate = 8000;
  int classic_sample_rate = 0;           // 0: the same
  std::string jitter_mode = "adaptive";  // or fixed
  int jitter_depth = 0;                  // 0: as the mode's preset
  int catch_up_max_ms = voice::catch_up_preset.count();
  bool limiter = true;
  bool level_talkers = false;
  bool howl_guard = true;
  bool silent_when_empty = false;
  std::string codecs = "pcmu,l16,opus";
  int opus_bitrate = 0;  // kbit/s; 0: as suits the sample rate
  int participants_max = 1000;
  std::string rooms_folder;
  int rooms_on_demand_max = 0;
  int outbox_age_ms = 200;
  int stall_limit_s = 30;
  bool require_hello = false;
  std::string password_file;
  std::string users_file;
  std::string confusable_names = "allow";            // or mark, refuse
  std::string guests = "speak";                      // or listen, no
  std::string allow_plaintext_secrets = "loopback";  // or yes, no
  int strangers_max = 512;
  int strangers_per_address_max = 64;
  int participants_per_address_max = 256;
  int joins_per_address_s = 100;
  std::vector<std::string> allow_from;
  std::vector<std::string> deny_from;
  int drain_limit_s = 3600;
  int load_max_percent = 90;
  bool realtime = false;
  bool silent = true;
  std::string input_device;
  std::string output_device;
  bool mute_microphone = false;
  bool mute_loudspeaker = false;
  std::string log_level = "info";
  std::string log_format = "auto";
  std::string control_socket;
  std::string control_mode = "0660";
  std::string control_group;
  std::string state_directory;
  std::string metrics_address;
  int metrics_participants = 0;
  bool check_only = false;                     // --check-config
  std::vector<std::string> certificate_names;  // --make-certificate

  // Of a room's file alone.
  std::vector<std::string> members;
  std::vector<std::string> speakers;
  std::vector<std::string> operators;

  // Not options: what was found in the files that they name.
  std::string password;
  std::vector<RoomRules> rooms;                         // by name
  std::set<std::string> rooms_without_settings;         // those whose files hold none
  std::shared_ptr<const voice::identity::Users> users;  // null: there are no accounts
  std::shared_ptr<const voice::tls::Server> tls;  // null: no TLS, or its certificate is to be made
  std::string certificate_chain;                  // PEM, as tls has it
  std::string client_authorities;                 // PEM, with their revocation lists
};

/// Ranges in one list of addresses.
inline constexpr std::size_t address_ranges_max = 4096;

/// Declares every option of voiced, bound to `config`, which outlives the result.
[[nodiscard]] std::unique_ptr<voice::app::Options> declare_options(Config& config);

/// The options of a room's file, bound to `config`, which outlives the result. What `config` holds
/// already are their defaults.
[[nodiscard]] std::unique_ptr<voice::app::Options> declare_room_options(Config& config,
                                                                        const std::string& name);

/// A configuration and where its values came from. It cannot be moved: its options point into its
/// config.
struct Settings {
  Settings() : options(declare_options(config)) {}
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  Config config;
  std::unique_ptr<voice::app::Options> options;
};

/// Reads what the configuration refers to but must not contain: the password, from `password-file`
/// or, if that is empty, from the service manager's credential `password`. Fails with a text for
/// people.
[[nodiscard]] voice::expected<void, std::string> load_secrets(
    Settings& settings, voice::app::Pipes pipes = voice::app::Pipes::allowed);

/// `confusable-names`; it has passed its validator.
[[nodiscard]] NameRule name_rule(const Config& config);

/// `guests`; it has passed its validator.
[[nodiscard]] Guests guests_rule(const Config& config);

/// How participants are played; it has passed its validators.
[[nodiscard]] voice::PlayoutOptions playout_options(const Config& config);

/// How a conference with this configuration sounds; it has passed its validators.
[[nodiscard]] RoomOptions room_options(const Config& config);

/// The host's options. The first sequence number and the SSRC are derived from `seed`.
[[nodiscard]] HostOptions host_options(const Config& config, std::uint64_t seed);

/// `listen` is not "none".
[[nodiscard]] bool listens_plain(const Config& config);

/// Whether TLS is spoken anywhere.
[[nodiscard]] bool listens_encrypted(const Config& config);

/// `control-mode` as a number; it has passed its validator.
[[nodiscard]] unsigned control_mode(const Config& config);

/// The server's options, from a configuration that has passed its validators. The first sequence
/// number and the SSRC are derived from `seed`.
[[nodiscard]] ServerOptions server_options(const Config& config, std::uint64_t seed);

}  // namespace voiced
