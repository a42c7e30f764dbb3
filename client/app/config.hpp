// voicecli's configuration: one struct, filled from flags, environment and file
// (common/app/options.hpp).
#pragma once

#include "client/net/client.hpp"
#include "common/app/options.hpp"

#include <memory>
#include <string>

namespace voicecli {

struct Config {
  std::string host;
  int port = 7000;
  std::string server;  // positional: host, host:port, [v6]:port; wins over host and port
  std::string input;
  std::string output;
  std::string latency = "normal";        // or low, safe
  std::string jitter_mode = "adaptive";  // or fixed
  int jitter_depth = 0;                  // 0: as the mode's preset
  int catch_up_max_ms = voice::catch_up_preset.count();
  std::string codec = "pcmu";        // pcmu, l16, opus or auto
  int bitrate = 0;                   // of Opus, kbit/s; 0: as suits the sample rate
  std::string dtx = "auto";          // or on, off
  std::string echo_cancel = "auto";  // or on, off
  std::string noise_suppression = "auto";
  std::string auto_gain = "off";  // or on
  bool mute = false;
  bool deaf = false;
  bool ptt = false;
  double volume = 0.0;
  std::string name;
  std::string room;
  std::string user;
  std::string password_file;
  std::string token;
  std::string token_file;
  bool allow_plaintext_secrets = false;
  bool tls = false;
  std::string tls_ca;
  std::string tls_fingerprint;
  std::string known_servers;
  std::string tls_certificate;
  std::string tls_key;
  double duration = 0.0;  // seconds; 0: no end
  std::string record;
  bool json = false;
  bool reconnect = true;
  bool verbose = false;       // -v
  bool list_devices = false;  // --list-devices
};

/// Read if it exists, unless --config names another; empty: this user has no home.
[[nodiscard]] std::string default_config_file();

/// Declares every option of voicecli, bound to `config`, which outlives the result.
[[nodiscard]] std::unique_ptr<voice::app::Options> declare_options(Config& config);

/// The client's options. Fails if no server is given, or its address or the password cannot be
/// read.
[[nodiscard]] voice::expected<ClientOptions, voice::app::Exit> client_options(
    const Config& config, const voice::app::Options& options);

}  // namespace voicecli
