// The differences between a terminal, a pipe and a console, handled without ever waiting for them.
// POSIX in terminal_posix.cpp, Windows in terminal_windows.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace voice::terminal {

inline constexpr int stdin_descriptor = 0;
inline constexpr int stdout_descriptor = 1;

/// Opens the null device for each of descriptors 0 to 2 that was closed at start: a socket that got
/// number 0, 1 or 2 would be taken for the terminal.
void reserve_standard_descriptors() noexcept;

[[nodiscard]] bool is_terminal(int descriptor) noexcept;

/// True when we may read keys from, and draw on, this terminal now: not a job in the background. A
/// terminal that does not control our jobs (setsid) is always ours.
[[nodiscard]] bool in_foreground(int descriptor) noexcept;

/// True for a descriptor whose reader can go away: a pipe or a socket.
[[nodiscard]] bool has_reader(int descriptor) noexcept;

/// A new descriptor for the terminal behind `descriptor` that never waits, for the caller to close;
/// nothing when there is none to be had. The terminal's other users do not notice.
[[nodiscard]] std::optional<int> open_without_waiting(int descriptor) noexcept;
void close_descriptor(int descriptor) noexcept;

/// Columns of the terminal; 80 when it does not tell.
[[nodiscard]] std::size_t columns_of_terminal(int descriptor) noexcept;

/// Rows of the terminal; 24 when it does not tell.
[[nodiscard]] std::size_t rows_of_terminal(int descriptor) noexcept;

/// Stops the process as Ctrl-Z does by default, and returns when it is continued; at once where no
/// shell could continue it (xterm -e, docker run -it), and on Windows.
void stop_until_continued() noexcept;

/// Makes a Windows console understand escape sequences; elsewhere they all do.
void prepare_for_escapes(int descriptor) noexcept;

enum class Written : std::uint8_t {
  all,
  dropped,  // the reader is slow: a stopped terminal, a full pipe
  closed,   // nobody reads any more: a pipe without a reader
};

/// Writes `line` (at most 4096 bytes, so that a pipe takes it whole) if that is possible without
/// waiting. A full disk drops it. A terminal may take a part of it (WholeLines).
[[nodiscard]] Written write_line(int descriptor, std::string_view line) noexcept;
/// The same, and removes from the front of `line` what was written.
[[nodiscard]] Written write_front(int descriptor, std::string_view& line) noexcept;

/// Reads what is there without waiting: the count, 0 at the end of the input, nothing when nothing
/// is there.
[[nodiscard]] std::optional<std::size_t> read_available(int descriptor,
                                                        std::span<char> out) noexcept;

/// Keys one by one, without echo, while it lives; Ctrl-C and Ctrl-Z keep their meaning. The
/// terminal's own mode comes back whatever ends the program: a return, exit(), abort, a crash; in
/// the background the terminal is left alone, because another program owns it. One at a time.
class KeyboardMode {
 public:
  KeyboardMode() noexcept;
  ~KeyboardMode();
  KeyboardMode(const KeyboardMode&) = delete;
  KeyboardMode& operator=(const KeyboardMode&) = delete;

  /// Does nothing when stdin is not a terminal or we are in the background. Call it again after
  /// whatever may have changed the mode: a shell does when it stops or continues us.
  void enter() noexcept;
  void leave() noexcept;
};

/// The whole of the terminal behind standard output, without its cursor, while it lives; what was
/// on it before comes back, whatever ends the program, as with KeyboardMode. One at a time.
class FullScreen {
 public:
  FullScreen() noexcept;
  ~FullScreen();
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;

  /// Does nothing when standard output is not a terminal or we are in the background.
  void enter() noexcept;
  void leave() noexcept;
};

}  // namespace voice::terminal
