// stdin or a named pipe as a source of raw little-endian 16-bit mono, read by a thread of its own
// from the moment this object exists, so that a live source can be told from a stored one
// (source_pace.hpp) before there is a call. A live source is drained like a sound card: what has
// waited (no call yet, the program was stopped) is dropped and the newest is kept. A stored one is
// held back by its full pipe and played whole.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/background/worker.hpp"
#include "common/core/spsc_ring.hpp"
#include "common/core/time.hpp"
#include "common/playout/source_pace.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace voice {

class PipeSource {
 public:
  enum class End : std::uint8_t { open, closed, failed };

  /// @param descriptor stays open and belongs to the caller.
  explicit PipeSource(int descriptor);
  /// @param path a named pipe, opened by the thread of this object and only once: the program that
  /// writes to it may come later, and when it closes the pipe, the source has ended.
  explicit PipeSource(std::string path);

  /// A call begins, at this rate.
  void begin(AudioFormat format);

  /// True when read() hands out what comes as it comes; else its caller has to keep the pace: a
  /// stored source, or a live one that comes in large lumps.
  [[nodiscard]] bool is_live() const;
  /// Never blocks. What `end` says counts for what was there before the read.
  struct Read {
    std::size_t count = 0;
    End end = End::open;
    bool is_empty = false;  // nothing is left for now
  };
  Read read(std::span<std::int16_t> out);

  /// How long what is read next has waited; zero for a stored source, whose sound has no time.
  [[nodiscard]] Duration waited() const;

  /// "stdin", or the pipe's path.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::string error() const;
  /// Dropped because they had waited.
  [[nodiscard]] std::uint64_t dropped_samples() const;

 private:
  using Kind = SourcePace::Kind;
  struct Shared;
  enum class Origin : std::uint8_t { descriptor, named_pipe };
  static void run(int descriptor, Origin origin, Shared& shared, Worker::Control& control);
  static void open_and_run(const std::string& path, Shared& shared, Worker::Control& control);

  std::string name_;
  std::shared_ptr<Shared> shared_;
  Worker worker_;
};

}  // namespace voice
