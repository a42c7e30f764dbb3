// Writes lines to a descriptor that may block: a pipe without a reader, a stopped terminal, a
// frozen disk. Lines in, counts out; a thread of its own does the writing, so write() never waits.
// Owns one bounded queue, not the descriptor.
#pragma once

#include "common/background/worker.hpp"
#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace voice {

/// Bytes a LineWriter holds by default: some 2000 lines of a log.
inline constexpr std::size_t line_writer_bytes_max = std::size_t{256} * 1024;

class LineWriter {
 public:
  /// @param descriptor stays open, and means the same, until the writer is destroyed; where a write
  ///        is stuck then, until it returns.
  /// @param bytes_max  what may wait to be written.
  /// Throws std::system_error when the system has no thread left.
  explicit LineWriter(int descriptor, std::size_t bytes_max = line_writer_bytes_max);

  /// Waits up to a second for queued lines to be written, then abandons the rest.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Queues a line, which includes its newline. Never waits. False: there is no room, and the
  /// line is dropped and counted. Any thread may call it.
  bool write(std::string line);

  /// What has become of the last report.
  enum class Report : std::uint8_t { none, waiting, written, failed };

  /// The same for a line about lost lines, whose own loss is not counted. False: there is no room,
  /// or the last report is still waiting.
  bool write_report(std::string line);
  [[nodiscard]] Report report() const;

  /// Waits until everything queued has been written or has failed, at most `patience`. True:
  /// nothing is left.
  [[nodiscard]] bool flush(Duration patience) const;

  /// Lines lost: dropped for lack of room, or refused by the descriptor (a full disk), which may
  /// have taken the beginning of one. The next line that is written begins on a line of its own.
  /// Never decreases.
  [[nodiscard]] std::uint64_t lost_lines() const;

  /// True once the reader has gone (EPIPE, a terminal that was hung up): further lines are lost.
  [[nodiscard]] bool closed() const;

 private:
  struct Queue;

  std::shared_ptr<Queue> queue_;
  Worker worker_;
};

}  // namespace voice
