// One running stream of a PulseAudio server in one direction, mono at the call's rate: the server
// converts. Libpulse's thread moves the samples between the server and the lane.
#pragma once

#include "common/device/card/sound_system.hpp"
#include "common/device/pulse/pulse_connection.hpp"

#include <memory>
#include <string>

namespace voice {

class PulseStream final : public CardStream {
 public:
  /// Opens and starts. Fails with the reason, in words.
  /// @param device a source's or sink's name, as the server knows it: when it goes, the stream
  ///               ends. Empty: the default, which the stream follows.
  [[nodiscard]] static expected<std::unique_ptr<CardStream>, std::string> open(
      std::shared_ptr<PulseConnection> connection, const std::string& device, Direction direction,
      AudioFormat format, Latency latency);
  ~PulseStream() override;

  [[nodiscard]] bool is_active() const override;

 private:
  PulseStream(std::shared_ptr<PulseConnection> connection, std::shared_ptr<CardLane> lane,
              Latency latency);
  [[nodiscard]] bool connect(const std::string& device, Direction direction, AudioFormat format);
  // That it is on now. With the connection's lock held.
  [[nodiscard]] std::string device() const;
  // On libpulse's thread.
  static void captured(pa_stream* stream, std::size_t bytes, void* user);
  static void wanted(pa_stream* stream, std::size_t bytes, void* user);
  void learn_latency(bool is_capture) noexcept;

  std::shared_ptr<PulseConnection> connection_;
  Latency latency_;
  pa_stream* stream_ = nullptr;
  std::string device_;  // that it was opened on
};

}  // namespace voice
