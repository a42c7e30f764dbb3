// A talker and a listener that notice everything: every frame said must be heard, bit for bit, once
// and in order, whatever others do to the server meanwhile. The others may take part as long as
// they say nothing but silence.
#pragma once

#include "tests/integration/voiced_program.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

namespace voice::test {

/// Flags that let a busy machine have a hiccup of a second: what is said waits instead of being
/// dropped.
inline Strings patient_in(Strings flags = {}) {
  flags.insert(flags.end(), {"--jitter-mode", "fixed", "--jitter-depth", "100"});
  return flags;
}

/// The same for what is heard: the outboxes also wait for peers that do not read.
inline Strings patient(Strings flags = {}) {
  flags.insert(flags.end(), {"--outbox-age-ms", "10000"});
  return patient_in(std::move(flags));
}

class Witnesses {
 public:
  explicit Witnesses(Voiced& voiced, std::size_t samples = 160)
      : samples_(samples), talker_(join(voiced)), listener_(join(voiced)) {}

  /// Says one frame and listens; call every 20 ms.
  void tick() {
    ByteVector frame(samples_);
    for (auto& code : frame) code = audible(static_cast<std::uint8_t>(random_()));
    const auto sequence = static_cast<std::uint16_t>(said_.size());
    REQUIRE(talker_.send(rtp_message(sequence, frame)));
    said_.push_back(std::move(frame));
    talker_.receive();
    while (talker_.take()) continue;
    listener_.receive();
    while (const auto message = listener_.take()) hear(*message);
  }

  void speak(int ticks) {
    in_real_time(ticks, [this](int) { tick(); });
  }

  void speak_for(std::chrono::milliseconds duration) {
    speak(static_cast<int>(duration / frame_duration));
  }

  /// Speaks on until `done` is true; false if `patience` ends before.
  template <class Done>
  [[nodiscard]] bool speak_until(Done done) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      speak(1);
    }
    return true;
  }

  /// Hears the rest, and compares it with what was said.
  void check_nothing_is_missing() {
    // Playout starts at half the jitter buffer.
    while (said_.size() < 60) speak(1);
    while (heard_.size() < said_.size()) {
      const auto message = listener_.next();
      INFO("heard " << heard_.size() << " of " << said_.size());
      REQUIRE(message);
      hear(*message);
    }
    const auto different = std::mismatch(heard_.begin(), heard_.end(), said_.begin(), said_.end());
    INFO("heard " << heard_.size() << " of " << said_.size() << " frames, the first difference at "
                  << different.first - heard_.begin());
    CHECK(different.first == heard_.end());
    CHECK(heard_.size() == said_.size());
    for (std::size_t i = 1; i < sequences_.size(); ++i) {
      REQUIRE(sequences_[i] == static_cast<std::uint16_t>(sequences_[i - 1] + 1));
    }
  }

  [[nodiscard]] const std::vector<ByteVector>& said() const noexcept { return said_; }
  [[nodiscard]] const std::vector<ByteVector>& heard() const noexcept { return heard_; }

  /// Which of the frames said this is; no two are alike. None if it is none of them.
  [[nodiscard]] std::optional<std::size_t> frame_of(Bytes payload) const {
    const auto found = std::find_if(said_.rbegin(), said_.rend(), [&](const ByteVector& frame) {
      return std::equal(frame.begin(), frame.end(), payload.begin(), payload.end());
    });
    if (found == said_.rend()) return std::nullopt;
    return static_cast<std::size_t>(said_.rend() - found) - 1;
  }

 private:
  // Mixing turns both zeros of µ-law into the same code, so that only one of them can be
  // recognized.
  static std::uint8_t audible(std::uint8_t code) { return code == 0x7F ? 0xFF : code; }

  void hear(const ByteVector& message) {
    const auto packet = rtp::parse(message);
    REQUIRE(packet);
    if (packet->payload.empty()) return;  // a sign of life in a pause
    sequences_.push_back(packet->header.sequence);
    const bool silent = std::all_of(packet->payload.begin(), packet->payload.end(),
                                    [](std::uint8_t code) { return code == 0xFF; });
    // Before the talker's first frame and after its last, only others are heard.
    if (silent && (heard_.empty() || heard_.size() == said_.size())) return;
    heard_.emplace_back(packet->payload.begin(), packet->payload.end());
  }

  std::size_t samples_;
  TcpPeer talker_, listener_;
  std::mt19937 random_{2014};
  std::vector<ByteVector> said_, heard_;
  std::vector<std::uint16_t> sequences_;
};

/// How many messages for peers that have left were dropped by their outboxes, as too old or too
/// many. Zero as long as the kernels hold everything that a peer does not read. Waits until a peer
/// has left.
inline long dropped_by_outboxes(Voiced& voiced) {
  const std::string key = " outbox_dropped_messages=";
  if (!voiced.says(key)) return -1;
  const std::string log = voiced.log();
  long dropped = 0;
  for (auto at = log.find(key); at != std::string::npos; at = log.find(key, at + 1)) {
    dropped += std::stol(log.substr(at + key.size(), 20));
  }
  return dropped;
}

}  // namespace voice::test
