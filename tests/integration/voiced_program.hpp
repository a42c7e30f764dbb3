// The real voiced on a port of its own, and what tests ask of it.
#pragma once

#include "common/wire/text_message.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/wire_stream.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

namespace voice::test {

using Strings = std::vector<std::string>;

/// The command for voiced with these flags, a configuration file of its own, and nothing from the
/// machine's own configuration.
inline Strings voiced_command(const ScratchDirectory& scratch, const Strings& flags,
                              const std::string& config = "") {
  Strings command{VOICED_PROGRAM, "--config", scratch.write("voiced.conf", config)};
  command.insert(command.end(), flags.begin(), flags.end());
  return command;
}

class Voiced {
 public:
  /// What voiced is started with besides flags.
  struct World {
    std::string config;
    Strings environment;
  };

  /// Listens on 127.0.0.1, on a port that the system chooses unless `port` names one.
  explicit Voiced(const Strings& flags = {}, std::uint16_t port = 0, const World& world = {})
      : process_(voiced_command(scratch_, with_address(flags, port), world.config),
                 scratch_.file("voiced"), without_control(world.environment)) {
    const std::string marker = "listening on=127.0.0.1:";
    INFO(process_.err());
    REQUIRE(process_.says(marker));
    REQUIRE(process_.says("version="));
    const std::string log = process_.err();
    port_ = static_cast<std::uint16_t>(std::stoi(log.substr(log.find(marker) + marker.size())));
  }

  /// If it has crashed, the end of its log is what explains the failures of the test.
  ~Voiced() {
    if (process_.exit_code().value_or(0) == 0) return;
    const std::string log = process_.err();
    std::cerr << "voiced exited with " << *process_.exit_code() << ":\n"
              << log.substr(log.size() - std::min<std::size_t>(log.size(), 4000)) << '\n';
  }
  Voiced(const Voiced&) = delete;
  Voiced& operator=(const Voiced&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Process& process() noexcept { return process_; }
  [[nodiscard]] std::string log() const { return process_.err(); }
  [[nodiscard]] bool says(const std::string& text, std::size_t from = 0) {
    return process_.says(text, from);
  }

  /// A number in the statistics of this moment; -1 if there is none.
  [[nodiscard]] long statistic(const std::string& key) {
    const std::string marker = "statistics participants=";
    const std::size_t before = log().size();
    process_.signal(SIGUSR1);
    if (!says(" log_lines_left_out=", before)) return -1;
    const std::string text = log();
    const std::size_t line = text.find(marker, before);
    const std::size_t at = text.find(' ' + key + '=', line);
    return at == std::string::npos ? -1 : std::stol(text.substr(at + key.size() + 2));
  }

  /// Rewrites its configuration file. It is read again on SIGHUP.
  std::string configure(const std::string& config) const {
    return scratch_.write("voiced.conf", config);
  }
  /// The same, and reloads it: waits until `answer` is in the log.
  [[nodiscard]] bool reload(const std::string& config, const std::string& answer) {
    const std::size_t from = log().size();
    configure(config);
    process_.signal(SIGHUP);
    return says(answer, from);
  }

  /// Sends a signal and waits for the end.
  [[nodiscard]] std::optional<int> stop(int signal) {
    process_.signal(signal);
    return process_.wait();
  }

 private:
  /// No control socket unless a flag asks for one: a test must not meet one of this machine.
  static Strings without_control(Strings environment) {
    environment.emplace_back("VOICED_CONTROL_SOCKET=off");
    return environment;
  }
  static Strings with_address(Strings flags, std::uint16_t port) {
    flags.insert(flags.end(), {"--listen", "127.0.0.1", "--port", std::to_string(port)});
    return flags;
  }

  ScratchDirectory scratch_;
  Process process_;
  std::uint16_t port_ = 0;
};

/// A peer that has joined: its announcement has arrived and been checked.
inline TcpPeer join(Voiced& voiced, TcpPeer::Options options = {}) {
  TcpPeer peer(voiced.port(), options);
  const auto announcement = peer.next();
  REQUIRE(announcement);
  REQUIRE(text_of(*announcement).rfind("SamplesPerSecond:", 0) == 0);
  return peer;
}

/// The next text message of this peer; audio before it is discarded.
inline std::string next_text(TcpPeer& peer) {
  while (const auto message = peer.next()) {
    if (classify(*message) == MessageKind::text) return text_of(*message);
  }
  return "";
}

/// Calls `each` with the number of the tick, `count` times, once every 20 ms.
template <class Each>
void in_real_time(int count, Each each) {
  auto next = std::chrono::steady_clock::now();
  for (int tick = 0; tick < count; ++tick) {
    each(tick);
    std::this_thread::sleep_until(next += frame_duration);
  }
}

}  // namespace voice::test
