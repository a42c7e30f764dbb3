// Our own client in mode `adaptive`, with any codec, in any room. It sends its own tone, or marks,
// and judges what it hears: no sample is predicted, but whose tones are heard is, and how old marks
// are.
#pragma once

#include "client/call/call.hpp"

#include "tests/sim/peers/delay_meter.hpp"
#include "tests/sim/peers/ear.hpp"
#include "tests/sim/peers/peer.hpp"

#include <memory>
#include <optional>

namespace sim {

struct AdaptiveVoice {
  std::optional<std::size_t> tone = {};            // of tones_hz; empty: marks
  std::optional<voice::voice1::Codec> codec = {};  // empty: PCMU, and the server is not asked
  bool has_dtx = false;  // announces its pauses; otherwise, the microphone is closed meanwhile
  voice::PlayoutOptions playout{};
};

class AdaptivePeer : public Peer {
 public:
  AdaptivePeer(World& world, Server& server, PeerSettings settings, const AdaptiveVoice& voice)
      : Peer(world, server, std::move(settings)), own_(voice) {}
  ~AdaptivePeer() override;

  [[nodiscard]] Ear& ear() noexcept { return ear_; }
  [[nodiscard]] DelayMeter& delay() noexcept { return delay_; }
  [[nodiscard]] std::optional<std::size_t> tone() const noexcept { return own_.tone; }
  [[nodiscard]] const std::string& room() const noexcept { return room_; }
  [[nodiscard]] const voicecli::CallStatistics& statistics() const noexcept { return statistics_; }
  /// Its playout holds little more than it wants to.
  [[nodiscard]] bool is_settled() const noexcept;

 protected:
  void connected_now() override;
  void received(voice::Bytes bytes) override;
  void work() override;
  void disconnected() override;
  void say_goodbye() override;

 private:
  void follow_rate();
  [[nodiscard]] std::uint64_t position() const;
  void capture();
  void play();
  void take_events();
  void send();
  void check();

  AdaptiveVoice own_;
  std::unique_ptr<voicecli::Call> call_;
  voicecli::CallStatistics statistics_;
  std::string room_;
  std::optional<voice::AudioFormat> format_;  // of the samples that follow
  std::optional<voice::Tone> tone_;
  std::uint64_t begin_ = 0;  // of the card's samples, where that format began
  std::uint64_t captured_ = 0;
  std::uint64_t played_ = 0;
  Ear ear_;
  DelayMeter delay_;
};

}  // namespace sim
