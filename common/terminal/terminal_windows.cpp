#ifdef _WIN32
#include "common/terminal/console_keys.hpp"
#include "common/terminal/terminal.hpp"

#include <conio.h>
#include <io.h>
#include <windows.h>

#include <cerrno>

namespace voice::terminal {
namespace {

HANDLE handle_of(int descriptor) noexcept {
  return reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor));
}

DWORD own_mode = 0;
bool mode_changed = false;
bool screen_taken = false;

// To the alternate screen with the cursor hidden, and back.
constexpr std::string_view enter_screen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view leave_screen = "\x1b[0m\x1b[?25h\x1b[?1049l";

}  // namespace

void reserve_standard_descriptors() noexcept {}  // handles are not small numbers here

bool is_terminal(int descriptor) noexcept {
  return ::_isatty(descriptor) != 0;
}

bool has_reader(int descriptor) noexcept {
  return ::GetFileType(handle_of(descriptor)) == FILE_TYPE_PIPE;
}

std::optional<int> open_without_waiting(int) noexcept {
  return std::nullopt;  // a console takes everything at once
}

void close_descriptor(int descriptor) noexcept {
  ::_close(descriptor);
}

bool in_foreground(int) noexcept {
  return true;
}

void stop_until_continued() noexcept {}

std::size_t columns_of_terminal(int descriptor) noexcept {
  constexpr std::size_t columns_default = 80;
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (!::GetConsoleScreenBufferInfo(handle_of(descriptor), &info)) return columns_default;
  return static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
}

std::size_t rows_of_terminal(int descriptor) noexcept {
  constexpr std::size_t rows_default = 24;
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (!::GetConsoleScreenBufferInfo(handle_of(descriptor), &info)) return rows_default;
  return static_cast<std::size_t>(info.srWindow.Bottom - info.srWindow.Top + 1);
}

void prepare_for_escapes(int descriptor) noexcept {
  DWORD mode = 0;
  const HANDLE console = handle_of(descriptor);
  if (!::GetConsoleMode(console, &mode)) return;
  ::SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

Written write_line(int descriptor, std::string_view line) noexcept {
  return write_front(descriptor, line);
}

Written write_front(int descriptor, std::string_view& line) noexcept {
  const int count = ::_write(descriptor, line.data(), static_cast<unsigned>(line.size()));
  if (count < 0) return errno == EPIPE || errno == EINVAL ? Written::closed : Written::dropped;
  line = {};  // it waits until all is written
  return Written::all;
}

std::optional<std::size_t> read_available(int descriptor, std::span<char> out) noexcept {
  if (is_terminal(descriptor)) {
    const std::size_t count = take_keys(::_kbhit, ::_getch, out);
    return count == 0 ? std::nullopt : std::optional{count};
  }
  DWORD waiting = 0;
  const HANDLE input = handle_of(descriptor);
  // A file is not a pipe: it is always readable.
  if (::GetFileType(input) == FILE_TYPE_PIPE) {
    if (!::PeekNamedPipe(input, nullptr, 0, nullptr, &waiting, nullptr)) return 0;
    if (waiting == 0) return std::nullopt;
  }
  const int count = ::_read(descriptor, out.data(), static_cast<unsigned>(out.size()));
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

KeyboardMode::KeyboardMode() noexcept = default;
KeyboardMode::~KeyboardMode() {
  leave();
}

void KeyboardMode::enter() noexcept {
  const HANDLE console = handle_of(stdin_descriptor);
  if (mode_changed || !::GetConsoleMode(console, &own_mode)) return;
  mode_changed = true;
  ::SetConsoleMode(console, own_mode & ~static_cast<DWORD>(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT));
}

void KeyboardMode::leave() noexcept {
  if (!mode_changed) return;
  mode_changed = false;
  ::SetConsoleMode(handle_of(stdin_descriptor), own_mode);
}

FullScreen::FullScreen() noexcept = default;
FullScreen::~FullScreen() {
  leave();
}

void FullScreen::enter() noexcept {
  if (screen_taken || !is_terminal(stdout_descriptor)) return;
  prepare_for_escapes(stdout_descriptor);
  screen_taken = write_line(stdout_descriptor, enter_screen) == Written::all;
}

void FullScreen::leave() noexcept {
  if (!screen_taken) return;
  screen_taken = false;
  static_cast<void>(write_line(stdout_descriptor, leave_screen));
}

}  // namespace voice::terminal
#endif
