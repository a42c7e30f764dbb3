// Real proxies in front of a voiced under test: HAProxy and nginx, as Debian packages them.
#pragma once

#include "tests/integration/operator.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace voice::test {

/// Where this program is installed; empty if it is not.
inline std::string program_path(const std::string& name) {
  for (const char* const folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/"}) {
    if (std::filesystem::exists(folder + name)) return folder + name;
  }
  return {};
}

/// A port that is free at this moment.
inline std::uint16_t free_port() {
  return TcpListener().port();
}

/// A voiced that trusts a proxy on this machine.
struct Backend : Operated {
  /// @param inside " tls": what follows the PROXY header is encrypted
  explicit Backend(Strings flags = {}, const std::string& inside = "")
      : Operated(with_proxy(std::move(flags), inside)) {
    const std::string mark = " proxy" + inside + " sample_rate_hz=";
    REQUIRE(voiced.says(mark));
    const std::string log = voiced.log();
    const auto end = log.find(mark);
    REQUIRE(end != std::string::npos);
    port = static_cast<std::uint16_t>(std::stoi(log.substr(log.rfind(':', end) + 1)));
  }

  std::uint16_t port = 0;  // of listen-proxy

 private:
  static Strings with_proxy(Strings flags, const std::string& inside) {
    flags.insert(flags.end(),
                 {"--listen-proxy", "127.0.0.1:0" + inside, "--proxy-from", "127.0.0.1/32"});
    return flags;
  }
};

class Proxy {
 public:
  /// @param how `send-proxy` (version 1) or `send-proxy-v2`
  static Proxy haproxy(std::uint16_t server, const std::string& how) {
    const std::uint16_t port = free_port();
    return {port, [&](const ScratchDirectory& scratch) -> Strings {
              const std::string file = scratch.write(
                  "haproxy.cfg",
                  "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n"
                  "  timeout server 60s\nlisten voice\n  bind 127.0.0.1:" +
                      std::to_string(port) +
                      "\n  server voiced 127.0.0.1:" + std::to_string(server) + " " + how + "\n");
              return {program_path("haproxy"), "-db", "-f", file};
            }};
  }

  /// Version 1, the only one that nginx speaks.
  static Proxy nginx(std::uint16_t server) {
    const std::uint16_t port = free_port();
    return {port, [&](const ScratchDirectory& scratch) -> Strings {
              const std::string folder = scratch.file("");
              const std::string file = scratch.write(
                  "nginx.conf",
                  "load_module " + std::string(nginx_module) +
                      ";\ndaemon off;\nmaster_process off;\npid " + folder +
                      "nginx.pid;\nerror_log stderr;\nevents {}\nstream {\n  server {\n    listen "
                      "127.0.0.1:" +
                      std::to_string(port) + ";\n    proxy_pass 127.0.0.1:" +
                      std::to_string(server) + ";\n    proxy_protocol on;\n  }\n}\n");
              return {program_path("nginx"), "-c", file, "-p", folder, "-e", "stderr"};
            }};
  }

  static constexpr const char* nginx_module = "/usr/lib/nginx/modules/ngx_stream_module.so";

  /// Whether both are installed on this machine. Says so if not.
  [[nodiscard]] static bool are_installed() {
    const bool has_both = !program_path("haproxy").empty() && !program_path("nginx").empty() &&
                          std::filesystem::exists(nginx_module);
    if (!has_both) {
      std::cout << "proxies: skipped: no haproxy, or no nginx with its stream module (packages "
                   "haproxy, nginx-light, libnginx-mod-stream)"
                << std::endl;
    }
    return has_both;
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Process& process() noexcept { return process_; }

 private:
  template <class Command>
  Proxy(std::uint16_t port, Command command)
      : port_(port), process_(command(scratch_), scratch_.file("proxy")) {
    const bool is_up = eventually([&] {
      try {
        TcpPeer trial(port_);
        return true;
      } catch (const std::exception&) {
        return false;
      }
    });
    INFO(process_.err());
    REQUIRE(is_up);
  }

  std::uint16_t port_;
  ScratchDirectory scratch_;
  Process process_;
};

}  // namespace voice::test
