// The loop of the sound card's own thread: opens, watches, closes, starts over (see SoundCard).
#pragma once

#include "common/device/card/sound_card.hpp"
#include "common/device/card/sound_session.hpp"

#include <memory>

namespace voice {

class CardSupervisor {
 public:
  /// @param wanted per direction (capture, playback): which card, if any.
  CardSupervisor(std::shared_ptr<SoundCard::Shared> shared,
                 std::array<std::optional<std::string>, 2> wanted, AudioFormat format,
                 Latency latency, ConnectSoundServer connect);

  /// Until told to stop.
  void run(Worker::Control& control);

 private:
  struct Side {
    Direction direction;
    std::optional<std::string> wanted;
    std::unique_ptr<CardStream> stream;
    std::uint64_t callbacks_seen = 0;
    int silent_looks = 0;  // in a row, without a callback in between
  };

  /// One session, until it has to be started over or `control` says stop. Returns how long to wait
  /// first.
  Duration supervise(SoundSession& session, Worker::Control& control);
  [[nodiscard]] bool server_answers() const { return connect_ != nullptr && connect_() != nullptr; }
  void open(Side& side, SoundSession& session);
  void look_after_all();
  void count_silence(Side& side);
  void publish(const Side& side, DeviceState state, std::string detail);
  [[nodiscard]] bool any_running() const;
  [[nodiscard]] bool any_missing() const;

  std::shared_ptr<SoundCard::Shared> shared_;
  std::array<Side, 2> sides_;
  AudioFormat format_;
  Latency latency_;
  ConnectSoundServer connect_;
  int restart_patience_looks_;  // how long a running side is left alone while the other is missing
};

}  // namespace voice
