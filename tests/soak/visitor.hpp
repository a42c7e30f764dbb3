// One of the visitors: the real client's Connection, Call and AudioPump with a simulated sound
// card. Driven every 5 ms, like voicecli. Records how old the sound is that it hears.
#pragma once

#include "client/call/call.hpp"
#include "client/net/audio_pump.hpp"
#include "client/net/connection.hpp"
#include "common/playout/tick_schedule.hpp"

#include "tests/soak/sound.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace soak {

struct VisitorSettings {
  std::string name;
  int card_ppm = 0;
  std::size_t card_block_frames = 1;
  sim::VoiceSource::Kind voice = sim::VoiceSource::Kind::noise;
  std::uint64_t seed = 0;
};

class Visitor final : private Listener {
 public:
  Visitor(boost::asio::io_context& io, VisitorSettings settings);

  void connect(const std::string& host, std::uint16_t port, voice::TimePoint now);
  void set_talking(bool talking) noexcept { talking_ = talking; }
  /// The voice that carries sample numbers, and its clock. Must outlive the visitor.
  void listen_to(const Visitor& speaker) noexcept { speaker_ = &speaker; }

  /// Moves samples and bytes; call it every 5 ms.
  void pump(voice::TimePoint now);

  /// Discards the recorded delays, and records from now on.
  void begin_measurement();
  /// The delays recorded since, in milliseconds, mouth to ear; stops recording.
  [[nodiscard]] std::vector<double> end_measurement();

  /// Says Bye.
  void leave(voice::TimePoint now);

  [[nodiscard]] bool welcomed() const noexcept { return welcomed_; }
  /// Why the call has ended; empty while it is in progress.
  [[nodiscard]] const std::optional<std::string>& ended() const noexcept { return ended_; }
  [[nodiscard]] voicecli::CallStatistics statistics() const noexcept {
    return call_ ? call_->statistics() : voicecli::CallStatistics{};
  }
  [[nodiscard]] bool is_exact() const noexcept { return settings_.card_ppm == 0; }
  [[nodiscard]] const std::string& name() const noexcept { return settings_.name; }

 private:
  void on_connection();
  void start_call();
  void received(voice::Bytes bytes);
  void heard(std::span<const std::uint8_t> ulaw, voice::TimePoint when) override;

  void flush();
  void handle_events();
  void open_sound(voice::AudioFormat format);

  boost::asio::io_context& io_;
  VisitorSettings settings_;
  bool talking_ = false;
  std::shared_ptr<voicecli::Connection> connection_;
  std::optional<voicecli::Call> call_;
  std::optional<sim::SampleClock> card_;
  std::optional<voicecli::AudioPump> sound_;
  std::optional<voice::TickSchedule> ticks_;
  const Visitor* speaker_ = nullptr;
  std::vector<double> delays_ms_;
  bool measuring_ = false;
  bool welcomed_ = false;
  bool leaving_ = false;
  std::optional<std::string> ended_;
};

}  // namespace soak
