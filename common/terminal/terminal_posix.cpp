#ifndef _WIN32
#include "common/terminal/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace voice::terminal {
namespace {

// To the alternate screen with the cursor hidden, and back.
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

// All three use nothing but async-signal-safe functions (POSIX.1-2017, 2.4.3).
/// Sets the mode of the terminal behind stdin if we are in its foreground. Blocks SIGTTOU, which
/// would stop us if we lost the foreground at this very moment.
void set_mode(const termios& mode) noexcept {
  if (!in_foreground(stdin_descriptor)) return;
  sigset_t background_output;
  sigset_t before;
  sigemptyset(&background_output);
  sigaddset(&background_output, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &background_output, &before);
  ::tcsetattr(stdin_descriptor, TCSANOW, &mode);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void restore_mode() noexcept {
  if (mode_changed.exchange(false)) set_mode(own_mode);
}

void restore_screen() noexcept {
  if (!screen_taken.exchange(false)) return;
  // If the terminal does not take it, nothing more can be done.
  [[maybe_unused]] const ssize_t ignored =
      ::write(stdout_descriptor, leave_screen.data(), leave_screen.size());
}

extern "C" void restore_all_and_die(int signal) {
  restore_screen();
  restore_mode();
  ::raise(signal);  // SA_RESETHAND has brought the default action back
}

// A program that handles the last three itself does so before or after this.
void restore_on_crash() noexcept {
  struct sigaction action {};
  action.sa_handler = restore_all_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal :
       std::array{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    const bool is_default =
        ::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_DFL;
    if (is_default) ::sigaction(signal, &action, nullptr);
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

bool has_reader(int descriptor) noexcept {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return false;
  return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

std::optional<int> open_without_waiting(int descriptor) noexcept {
  // A terminal takes only what it has room for, and poll() does not say how much that is. Setting
  // O_NONBLOCK on the descriptor that we were given would set it for the shell, too.
  std::array<char, 64> name{};
#ifdef __linux__
  std::snprintf(name.data(), name.size(), "/proc/self/fd/%d", descriptor);
#else
  if (::ttyname_r(descriptor, name.data(), name.size()) != 0) return std::nullopt;
#endif
  if (!is_terminal(descriptor)) return std::nullopt;
  const int own = ::open(name.data(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (own < 0) return std::nullopt;
  return own;
}

void close_descriptor(int descriptor) noexcept {
  ::close(descriptor);
}

bool in_foreground(int descriptor) noexcept {
  const pid_t foreground = ::tcgetpgrp(descriptor);
  if (foreground >= 0) return foreground == ::getpgrp();
  termios mode{};
  return ::tcgetattr(descriptor, &mode) == 0;  // a terminal, but not the one that controls us
}

void stop_until_continued() noexcept {
  // The default action of SIGTSTP, not SIGSTOP: the kernel leaves it out in a process group that no
  // shell could continue (orphaned, POSIX.1-2017 2.4.3). SIGSTOP would stop us for good there.
  struct sigaction by_default {};
  struct sigaction ours {};
  by_default.sa_handler = SIG_DFL;
  sigset_t stop;
  sigset_t before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  if (::sigaction(SIGTSTP, &by_default, &ours) != 0) return;
  ::pthread_sigmask(SIG_UNBLOCK, &stop, &before);
  ::raise(SIGTSTP);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::sigaction(SIGTSTP, &ours, nullptr);
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
  return write_front(descriptor, line);
}

Written write_front(int descriptor, std::string_view& line) noexcept {
  while (!line.empty()) {
    if (!ready(descriptor, POLLOUT)) return Written::dropped;
    const ssize_t count = ::write(descriptor, line.data(), line.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EPIPE ? Written::closed : Written::dropped;
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
  if (!is_terminal(stdin_descriptor) || !in_foreground(stdin_descriptor)) return;
  termios keys{};
  if (::tcgetattr(stdin_descriptor, &keys) != 0) return;
  const bool is_ours = (keys.c_lflag & (ICANON | ECHO)) == 0;
  if (mode_changed && is_ours) return;
  mode_changed = false;  // the handlers must not see own_mode half written
  own_mode = keys;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  keys.c_cc[VMIN] = 1;
  keys.c_cc[VTIME] = 0;
  mode_changed = true;
  set_mode(keys);
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
