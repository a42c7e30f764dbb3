// All clients that stay. In each slot of 1 ms, a twentieth of them has its turn: one recv, and one
// send if they talk, while the socket is in the cache, and no wake-up per frame. Arrival times are
// still accurate, because the kernel stamps them. A talker's two calls cost as much as at the
// server; so that the generator does not reach its limit before the server, most talkers are read
// only every fifth turn, and gaps are measured with the others, which are read twice a frame.
#pragma once

#include "tests/bench/voicebench_ear.hpp"
#include "tests/bench/voicebench_options.hpp"
#include "tests/bench/voicebench_pace.hpp"
#include "tests/bench/voicebench_peer.hpp"
#include "tests/bench/voicebench_speech.hpp"

#include <array>
#include <vector>

namespace voicebench {

/// A receiver heard a loud frame (--latency).
struct LoudFrame {
  std::size_t receiver;
  TimePoint arrival;
};

struct Traffic {
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_blocked = 0;  // the kernel did not take them
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t frames_missing = 0;  // according to the sequence numbers
};

class Crowd {
 public:
  /// Connects everybody, and waits for the announcement of each. Throws if the server does not
  /// answer.
  Crowd(const Options& options, std::shared_ptr<const Encryption> encryption);

  /// One slot: everybody whose turn it is reads, and sends if it talks.
  void slot(std::size_t number);

  /// Reads everybody; frames that are read from now on count.
  void open_window();
  /// Reads everybody once more; frames that are read from now on do not count, but may still end a
  /// gap.
  void close_window();
  /// A moment later: closes the gaps that have not ended.
  void finish();

  [[nodiscard]] voice::AudioFormat format() const noexcept { return *format_; }
  [[nodiscard]] Peer& peer(std::size_t index) noexcept { return peers_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return peers_.size(); }
  /// This many, from the first on, read; the others are slow.
  [[nodiscard]] std::size_t receivers() const noexcept { return ears_.size(); }
  [[nodiscard]] const std::vector<Ear>& ears() const noexcept { return ears_; }
  /// The time in which frames were counted.
  [[nodiscard]] Duration counted() const noexcept { return window_.end - window_.begin; }
  [[nodiscard]] const Histogram& gaps() const noexcept { return gaps_; }
  [[nodiscard]] const Traffic& traffic() const noexcept { return traffic_; }
  /// The number of receivers whose gaps are measured.
  [[nodiscard]] std::size_t stamped() const noexcept;
  /// Receivers, or slow clients, whose connection has ended.
  [[nodiscard]] std::size_t closed_receivers() const noexcept;
  [[nodiscard]] std::size_t closed_slow() const noexcept;
  /// Arrivals are stamped by the kernel, not when they are read.
  [[nodiscard]] bool kernel_stamps() const noexcept { return peers_.front().kernel_stamps(); }
  /// What has been heard since the last call.
  [[nodiscard]] std::vector<LoudFrame> take_loud_frames() noexcept {
    return std::exchange(loud_, {});
  }

 private:
  using Slots = std::array<std::vector<std::uint32_t>, slots_per_frame>;

  void connect(std::size_t index);
  void await_announcements(std::size_t first);
  void plan();
  [[nodiscard]] bool talks(std::size_t client) const noexcept;
  [[nodiscard]] bool is_stamped(std::size_t receiver) const noexcept;
  void read_all();
  void send(std::size_t client);
  void read_in_turn(std::uint32_t receiver, const ClockPair& clock);
  Received read(std::size_t receiver, const ClockPair& clock);

  Options options_;
  std::shared_ptr<const Encryption> encryption_;
  std::vector<Peer> peers_;
  std::optional<voice::AudioFormat> format_;
  std::optional<Speech> speech_;
  std::span<const std::uint8_t> message_;
  Slots turns_;
  // Clients whose arrivals are measured are also read half a frame after their turn: the kernel has
  // one stamp per read, that of the last frame, and would give it to a frame that came 20 ms
  // earlier.
  Slots between_turns_;
  std::vector<Ear> ears_;
  std::vector<LoudFrame> loud_;
  Window window_;
  bool counting_ = false;
  std::size_t round_ = 0;
  Histogram gaps_;
  Traffic traffic_;
};

}  // namespace voicebench
