// stdin, stdout and named pipes as byte pipes, on every system: reads and writes that wait a moment
// at most where the system can do that (POSIX), plain blocking ones elsewhere. Only ever called
// from a device's own thread.
#pragma once

#include "common/core/result.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace voice {

enum class PipeOutcome : std::uint8_t {
  moved,      // `bytes` bytes were read or written
  not_ready,  // nothing could be moved within a moment (50 ms)
  closed,     // end of file; nobody reads any more
  failed,     // `error` says why
};

struct PipeResult {
  PipeOutcome outcome = PipeOutcome::failed;
  std::size_t bytes = 0;
  std::string error;
};

/// Opens a named pipe for reading, without waiting for a program that writes to it. Anything else
/// is refused. May still wait for a file system that hangs.
/// @return the descriptor, which is the caller's; or the reason, in words.
[[nodiscard]] expected<int, std::string> open_named_pipe(const std::string& path);
void close_pipe(int descriptor);
/// Whether open_named_pipe() would be allowed to, without opening, which the program at the other
/// end would notice; or the reason, in words.
[[nodiscard]] expected<void, std::string> check_named_pipe(const std::string& path);

/// A named pipe that no program has opened for writing yet is not ready; elsewhere it looks closed.
#ifdef __linux__
inline constexpr bool waits_for_writer = true;
#else
inline constexpr bool waits_for_writer = false;
#endif

/// Once per descriptor, before the first read. Windows: no newline translation.
void prepare_input_pipe(int descriptor);

/// Once per descriptor, before the first write. Windows: no newline translation. Linux: no more
/// than `buffer_bytes` are kept inside the pipe, for what waits there is delay.
void prepare_output_pipe(int descriptor, std::size_t buffer_bytes);

/// Once in each thread that writes: a closed pipe is then an outcome, not a signal that ends the
/// program.
void block_pipe_signal();

[[nodiscard]] bool is_regular_file(int descriptor);
[[nodiscard]] bool is_pipe(int descriptor);

/// What waits in the descriptor to be read; of a pipe, either end may be asked. 0 where the system
/// does not tell.
[[nodiscard]] std::size_t waiting_bytes(int descriptor);

[[nodiscard]] PipeResult read_some(int descriptor, std::span<std::uint8_t> out);
[[nodiscard]] PipeResult write_some(int descriptor, std::span<const std::uint8_t> bytes);

}  // namespace voice
