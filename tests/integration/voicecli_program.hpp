// The real voicecli, controlled by words on its standard input and watched by its JSON lines.
#pragma once

#include "common/audio/tone.hpp"

#include "tests/integration/voiced_program.hpp"
#include "tests/support/g711_tables.hpp"
#include "tests/support/wav.hpp"

#include <optional>
#include <string>
#include <vector>

namespace voice::test {

class Voicecli {
 public:
  /// @param through a command that runs the command after it; empty: run directly.
  Voicecli(std::uint16_t port, const Strings& flags, const Strings& through = {})
      : process_(command(through, port, flags), scratch_.file("voicecli")) {}

  /// Waits until it is in the conference.
  [[nodiscard]] bool connects() { return process_.prints(R"("event":"connected")"); }

  /// Waits for one more line of statistics, which is about a second of the call.
  [[nodiscard]] bool goes_on() {
    return process_.prints(R"("type":"stats")", process_.out().size());
  }

  /// Leaves as a person would. Returns the exit code.
  [[nodiscard]] std::optional<int> quit() {
    process_.type("quit\n");
    return process_.wait();
  }

  /// The last line of statistics: what to look at if a call was not as it should be.
  [[nodiscard]] std::string last_statistics() const {
    const std::string out = process_.out();
    const auto begin = out.rfind(R"({"type":"stats")");
    return begin == std::string::npos ? "" : out.substr(begin, out.find('\n', begin) - begin);
  }

  /// A number in the last line of statistics; -1 before the first.
  [[nodiscard]] long statistic(const std::string& key) const {
    const std::string line = last_statistics();
    const std::string marker = '"' + key + "\":";
    const auto at = line.find(marker);
    return at == std::string::npos ? -1 : std::stol(line.substr(at + marker.size()));
  }

  /// When an event after the first `from` bytes of its output happened, in ms of its own clock;
  /// none if it has not.
  [[nodiscard]] std::optional<double> event_ms(const std::string& event, std::size_t from) const {
    const std::string out = process_.out();
    const auto line = out.find("{\"event\":\"" + event + '"', from);
    if (line == std::string::npos) return std::nullopt;
    const std::string marker = R"("monotonic_ms":)";
    const auto at = out.find(marker, line);
    if (at == std::string::npos) return std::nullopt;
    return std::stod(out.substr(at + marker.size()));
  }

  [[nodiscard]] Process& process() noexcept { return process_; }
  [[nodiscard]] std::string told() const { return process_.out() + process_.err(); }

 private:
  static Strings command(const Strings& through, std::uint16_t port, const Strings& flags) {
    Strings all = through;
    all.insert(all.end(),
               {VOICECLI_PROGRAM, "--host", "127.0.0.1", "--port", std::to_string(port), "--json"});
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
  }

  ScratchDirectory scratch_;
  Process process_;
};

/// What the test itself hears at a server, half a second at a time.
class Ear {
 public:
  Ear(Voiced& voiced, int rate_hz = 8000)
      : format_(*AudioFormat::from_rate(rate_hz)), peer_(join(voiced)) {}

  /// Waits until exactly these frequencies of `candidates` are heard.
  [[nodiscard]] bool hears(const std::vector<double>& wanted,
                           const std::vector<double>& candidates) {
    return eventually([&] {
      if (!listen()) return false;
      for (const double frequency : candidates) {
        const bool is_wanted = std::find(wanted.begin(), wanted.end(), frequency) != wanted.end();
        if (is_wanted != is_loud(frequency)) return false;
      }
      return true;
    });
  }

  /// Waits until nothing arrives any more.
  [[nodiscard]] bool hears_nothing() {
    return eventually([&] {
      peer_.receive();
      const bool nothing = !peer_.take();
      while (peer_.take()) continue;
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
      return nothing;
    });
  }

 private:
  // A tone of voicecli has a peak of 8192, which is 5793 RMS: less than a tenth of it counts as
  // absent.
  [[nodiscard]] bool is_loud(double frequency) const {
    return goertzel_rms(window_, format_, frequency) > 579;
  }

  /// Fills the window with what arrives next; false if too little arrives.
  bool listen() {
    window_.clear();
    const std::size_t wanted = static_cast<std::size_t>(format_.rate_hz()) / 2;
    const auto& decode = g711_tables().decode;
    return eventually(
        [&] {
          peer_.receive();
          while (const auto message = peer_.take()) {
            if (classify(*message) != MessageKind::rtp) continue;
            for (std::size_t i = rtp_header_bytes; i < message->size(); ++i) {
              window_.push_back(decode[(*message)[i]]);
            }
          }
          return window_.size() >= wanted;
        },
        std::chrono::seconds{3});
  }

  AudioFormat format_;
  TcpPeer peer_;
  std::vector<std::int16_t> window_;
};

/// A port below those that the system gives to outgoing connections: a client that connects to a
/// closed port of that range can, by chance, connect to itself.
inline std::uint16_t quiet_port() {
  std::random_device random;
  while (true) {
    const auto port = static_cast<std::uint16_t>(20'000 + random() % 10'000);
    try {
      const TcpListener free(port);
      return port;
    } catch (const std::system_error&) {
      continue;
    }
  }
}

}  // namespace voice::test
