// One client connection of the load generator: joins, sends frames, receives frames and records
// their arrival. Owns its socket, its transport and incomplete messages; shared objects (format,
// scratch buffer) are passed in.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/transport/transport.hpp"

#include "tests/bench/voicebench_clock.hpp"
#include "tests/bench/voicebench_tls.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace voicebench {

/// Where to connect, and from where.
struct Route {
  std::string host;
  std::uint16_t port = 0;
  std::size_t source = 0;        // 127.0.0.(1 + source); 0: the system chooses
  int receive_buffer_bytes = 0;  // the kernel's receive buffer; 0: the default
  std::shared_ptr<const Encryption> encryption = nullptr;  // null: none
};

/// The result of one call of Peer::receive.
struct Received {
  std::size_t frames = 0;
  std::size_t bytes = 0;
  std::size_t loud_frames = 0;  // frames with a sample of more than half the full scale
  std::size_t missing = 0;      // frames that, according to the sequence numbers, were not sent
  TimePoint arrival{};          // of the last of them, by the kernel's stamp if there is one
};

enum class Scan : std::uint8_t { headers, samples };

class Peer {
 public:
  /// Starts to connect; never blocks. Throws std::system_error if the system refuses.
  explicit Peer(const Route& route);
  Peer(Peer&& other) noexcept;
  Peer& operator=(Peer&&) = delete;
  ~Peer();

  /// Asks the kernel to stamp arrivals, which makes receive() a little more expensive.
  void stamp_arrivals();

  /// Reads once what has arrived. @param scan `samples` looks for loud frames, which costs a pass
  /// over each.
  Received receive(const ClockPair& clock, Scan scan);

  /// Sends a whole wire message. False if the kernel did not take it, or a handshake is not done:
  /// then the frame is skipped.
  bool send(std::span<const std::uint8_t> message);

  /// Says Hello, like a client that has seen `voice/1`.
  void say_hello(std::string_view name, std::string_view room = {});

  /// Sends FIN, or resets when asked to.
  enum class End : std::uint8_t { finish, reset };
  void close(End end) noexcept;

  [[nodiscard]] bool is_open() const noexcept { return socket_ >= 0; }
  /// What the server announced, once it has.
  [[nodiscard]] const std::optional<std::int64_t>& rate_hz() const noexcept { return rate_hz_; }
  [[nodiscard]] bool voice1() const noexcept { return voice1_; }
  /// True when the server said Refused or Bye.
  [[nodiscard]] bool dismissed() const noexcept { return dismissed_; }
  [[nodiscard]] bool kernel_stamps() const noexcept { return kernel_stamps_; }
  [[nodiscard]] int socket() const noexcept { return socket_; }

 private:
  [[nodiscard]] std::ptrdiff_t read_stamped(std::span<std::uint8_t> out, const ClockPair& clock,
                                            TimePoint& arrival);
  void take_in(voice::Bytes bytes, Scan scan, Received& received);
  void take_text(voice::Bytes message);
  void note_sequence(voice::Bytes packet, Received& received) noexcept;
  void queue_own();
  bool flush();

  int socket_ = -1;
  std::unique_ptr<voice::Transport> transport_;
  bool is_encrypted_ = false;
  std::optional<std::int64_t> rate_hz_;
  bool voice1_ = false;
  bool dismissed_ = false;
  bool wants_stamps_ = false;
  bool kernel_stamps_ = false;
  std::optional<std::uint16_t> sequence_;  // of the last frame
  std::vector<std::uint8_t> unsent_;  // the rest of a message that the kernel took only in part
};

}  // namespace voicebench
