#ifndef _WIN32
#include "common/terminal/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace voice::terminal {
namespace {

// The alternate screen, and the cursor away; and back, in common letters.
constexpr std::string_view enter_screen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view leave_screen = "\x1b[0m\x1b[?25h\x1b[?1049l";

bool ready(int descriptor, short events) noexcept {
  pollfd query{descriptor, events, 0};
  return ::poll(&query, 1, 0) > 0;
}

// Global because signal handlers and atexit functions have no other way to find it.
termios own_mode{};
std::atomic<bool> mode_changed{false};
std::atomic<bool> screen_taken{false};

// Both use nothing but async-signal-safe functions (POSIX.1-2017, 2.4.3).
void restore_mode() noexcept {
  if (mode_changed.exchange(false)) ::tcsetattr(stdin_descriptor, TCSANOW, &own_mode);
}

void restore_screen() noexcept {
  if (!screen_taken.exchange(false)) return;
  // Nothing is left to do for a terminal that does not take it.
  [[maybe_unused]] const ssize_t ignored =
      ::write(stdout_descriptor, leave_screen.data(), leave_screen.size());
}

extern "C" void restore_all_and_die(int signal) {
  restore_screen();
  restore_mode();
  ::raise(signal);  // SA_RESETHAND has brought the default action back
}

void restore_on_crash() noexcept {
  struct sigaction action {};
  action.sa_handler = restore_all_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : std::array{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGQUIT}) {
    ::sigaction(signal, &action, nullptr);
  }
}

void restore_whatever_happens() noexcept {
  static const bool installed = [] {
    std::atexit([] {
      restore_screen();
      restore_mode();
    });
    restore_on_crash();
    return true;
  }();
  static_cast<void>(installed);
}

}  // namespace

void reserve_standard_descriptors() noexcept {
  // open() gives the lowest free number, so those below 3 fill up in order.
  for (int descriptor = 0; descriptor >= 0 && descriptor < 3;) {
    descriptor = ::open("/dev/null", O_RDWR);
    if (descriptor > 2) ::close(descriptor);
  }
}

bool is_terminal(int descriptor) noexcept {
  return ::isatty(descriptor) == 1;
}

bool in_foreground(int descriptor) noexcept {
  return ::tcgetpgrp(descriptor) == ::getpgrp();
}

std::size_t columns_of_terminal(int descriptor) noexcept {
  constexpr std::size_t columns_default = 80;
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return columns_default;
  return size.ws_col;
}

std::size_t rows_of_terminal(int descriptor) noexcept {
  constexpr std::size_t rows_default = 24;
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return rows_default;
  return size.ws_row;
}

void prepare_for_escapes(int) noexcept {}

Written write_line(int descriptor, std::string_view line) noexcept {
  while (!line.empty()) {
    if (!ready(descriptor, POLLOUT)) return Written::dropped;
    const ssize_t count = ::write(descriptor, line.data(), line.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN ? Written::dropped : Written::closed;
    line.remove_prefix(static_cast<std::size_t>(count));
  }
  return Written::all;
}

std::optional<std::size_t> read_available(int descriptor, std::span<char> out) noexcept {
  if (!ready(descriptor, POLLIN)) return std::nullopt;
  const ssize_t count = ::read(descriptor, out.data(), out.size());
  if (count < 0)
    return errno == EINTR || errno == EAGAIN ? std::nullopt : std::optional<std::size_t>{0};
  return static_cast<std::size_t>(count);
}

KeyboardMode::KeyboardMode() noexcept {
  restore_whatever_happens();
}

KeyboardMode::~KeyboardMode() {
  leave();
}

void KeyboardMode::enter() noexcept {
  // A background job that touches the terminal's mode would be stopped by SIGTTOU.
  if (mode_changed || !is_terminal(stdin_descriptor) || !in_foreground(stdin_descriptor)) return;
  if (::tcgetattr(stdin_descriptor, &own_mode) != 0) return;
  termios keys = own_mode;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  keys.c_cc[VMIN] = 1;
  keys.c_cc[VTIME] = 0;
  mode_changed = true;
  ::tcsetattr(stdin_descriptor, TCSANOW, &keys);
}

void KeyboardMode::leave() noexcept {
  restore_mode();
}

FullScreen::FullScreen() noexcept {
  restore_whatever_happens();
}

FullScreen::~FullScreen() {
  leave();
}

void FullScreen::enter() noexcept {
  if (screen_taken || !is_terminal(stdout_descriptor) || !in_foreground(stdout_descriptor)) return;
  screen_taken = write_line(stdout_descriptor, enter_screen) == Written::all;
}

void FullScreen::leave() noexcept {
  restore_screen();
}

}  // namespace voice::terminal
#endif
