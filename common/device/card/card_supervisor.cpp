#include "common/device/card/card_supervisor.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr std::chrono::milliseconds look_interval{100};
constexpr int looks_per_second = 10;
// When a sound server dies no error comes, the callbacks just stop. A live card calls 100 times a
// second.
constexpr int silent_looks_max = 12;
constexpr int silent_looks_suspect = 3;
constexpr std::chrono::seconds retry_interval{1};
// For a fresh list, PortAudio must be restarted, which interrupts the working side for a fifth of a
// second. If only one side is missing, this is done at growing intervals, of up to five minutes.
constexpr int restart_patience_looks_min = 2 * looks_per_second;
constexpr int restart_patience_looks_max = 300 * looks_per_second;
// A sound server may start later than we do, or be away for a while. Until then PortAudio's cards
// do, but only the server follows the user's choice of a card.
constexpr int server_looks = 10 * looks_per_second;

}  // namespace

CardSupervisor::CardSupervisor(std::shared_ptr<SoundCard::Shared> shared,
                               std::array<std::optional<std::string>, 2> wanted, AudioFormat format,
                               Latency latency, ConnectSoundServer connect)
    : shared_(std::move(shared)),
      sides_{Side{Direction::capture, std::move(wanted[0]), nullptr, 0, 0},
             Side{Direction::playback, std::move(wanted[1]), nullptr, 0, 0}},
      format_(format),
      latency_(latency),
      connect_(connect),
      restart_patience_looks_(restart_patience_looks_min) {}

void CardSupervisor::run(Worker::Control& control) {
  while (!control.stop_requested()) {
    Duration pause = retry_interval;
    if (const auto session = SoundSession::open(connect_, look_interval)) {
      pause = supervise(**session, control);
      for (const Side& side : sides_) {
        if (side.stream) publish(side, DeviceState::waiting, "looking for all sound cards again");
      }
      for (Side& side : sides_) side.stream.reset();
    } else {
      for (const Side& side : sides_) publish(side, DeviceState::waiting, session.error());
    }
    if (pause > Duration::zero()) control.wait(pause);
  }
}

Duration CardSupervisor::supervise(SoundSession& session, Worker::Control& control) {
  int looks_without_server = 0;
  for (int look = 0;; ++look) {
    look_after_all();
    for (Side& side : sides_) {
      if (side.wanted && !side.stream && look % looks_per_second == 0) open(side, session);
    }
    if (!any_running()) return retry_interval;
    if (!session.has_server() && ++looks_without_server % server_looks == 0 && server_answers()) {
      return Duration::zero();
    }
    if (!any_missing()) {
      restart_patience_looks_ = restart_patience_looks_min;
      look = 0;
    } else if (look >= restart_patience_looks_) {
      restart_patience_looks_ = std::min(2 * restart_patience_looks_, restart_patience_looks_max);
      return Duration::zero();  // the side that plays is to be interrupted no longer than it must
    }
    if (control.wait(look_interval)) return Duration::zero();
  }
}

void CardSupervisor::open(Side& side, SoundSession& session) {
  auto opened = session.open_stream(*side.wanted, side.direction, format_, latency_);
  if (!opened) return publish(side, DeviceState::waiting, opened.error());
  const SoundCardInfo& card = opened->card;
  side.stream = std::move(opened->stream);
  side.callbacks_seen = 0;
  side.silent_looks = 0;
  publish(side, DeviceState::running,
          card.name + " (" + card.host_api + ", " + std::to_string(side.stream->lane()->rate_hz()) +
              " Hz)");
}

void CardSupervisor::count_silence(Side& side) {
  const std::uint64_t callbacks = side.stream->lane()->callbacks.load(std::memory_order_relaxed);
  side.silent_looks = callbacks == side.callbacks_seen ? side.silent_looks + 1 : 0;
  side.callbacks_seen = callbacks;
}

void CardSupervisor::look_after_all() {
  int silent_looks_limit = silent_looks_max;
  for (Side& side : sides_) {
    if (!side.stream) continue;
    count_silence(side);
    // If one side has fallen silent, the other is suspect: usually the server of both has died.
    if (side.silent_looks >= silent_looks_max) silent_looks_limit = silent_looks_suspect;
  }
  std::array<bool, 2> closing{};
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (!sides_[i].stream) continue;
    const bool active = sides_[i].stream->is_active();
    closing[i] = !active || sides_[i].silent_looks >= silent_looks_limit;
    if (!closing[i]) continue;
    publish(sides_[i], DeviceState::waiting,
            active ? "the sound card has fallen silent; opening it again"
                   : "the sound card has stopped; opening it again");
  }
  // After the call has been told: closing hangs for as long as the sound server does.
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (closing[i]) sides_[i].stream.reset();
  }
}

void CardSupervisor::publish(const Side& side, DeviceState state, std::string detail) {
  const std::lock_guard lock(shared_->mutex);
  auto& shared = shared_->sides[side.direction == Direction::capture ? 0 : 1];
  shared.lane = state == DeviceState::running ? side.stream->lane() : nullptr;
  shared.status.state = state;
  shared.status.detail = std::move(detail);
}

bool CardSupervisor::any_running() const {
  return std::any_of(sides_.begin(), sides_.end(),
                     [](const Side& side) { return side.stream != nullptr; });
}

bool CardSupervisor::any_missing() const {
  return std::any_of(sides_.begin(), sides_.end(),
                     [](const Side& side) { return side.wanted && !side.stream; });
}

}  // namespace voice
