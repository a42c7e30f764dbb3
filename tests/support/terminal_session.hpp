// A program on its own terminal, as in `xterm -e`: it leads a session, and no shell continues it if
// it stops. A test can type, and read the screen. Linux (it reads /proc).
#pragma once

#include "tests/support/eventually.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace voice::test {

class TerminalSession {
 public:
  explicit TerminalSession(std::vector<std::string> arguments)
      : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) {
      throw std::runtime_error("no pseudo terminal");
    }
    const std::string name = ::ptsname(master_);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) become(name.c_str(), pointers.data());
    if (pid_ < 0) throw std::runtime_error("cannot fork");
  }
  ~TerminalSession() {
    if (!exit_code_) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(master_);
  }
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;

  void type(const std::string& text) {
    if (::write(master_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error("the terminal takes nothing");
    }
  }

  /// The output so far.
  [[nodiscard]] const std::string& screen() {
    pollfd query{master_, POLLIN, 0};
    char bytes[4096];
    while (::poll(&query, 1, 0) > 0) {
      const ssize_t count = ::read(master_, bytes, sizeof bytes);
      if (count <= 0) break;
      screen_.append(bytes, static_cast<std::size_t>(count));
    }
    return screen_;
  }

  /// Waits for `text` at or after byte `from`.
  [[nodiscard]] bool shows(const std::string& text, std::size_t from = 0) {
    return eventually([&] { return screen().find(text, from) != std::string::npos; });
  }

  /// The letter of its state in /proc: 'T' if it is stopped.
  [[nodiscard]] char state() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string line;
    std::getline(file, line);
    const auto end = line.rfind(") ");
    return end == std::string::npos ? '?' : line[end + 2];
  }

  /// Whether the terminal is in its initial mode: whole lines, with echo.
  [[nodiscard]] bool has_line_mode() const {
    termios mode{};
    return ::tcgetattr(master_, &mode) == 0 && (mode.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
  }

  void signal(int number) const { ::kill(pid_, number); }

  /// Its exit code, or 128 + the signal that killed it; empty if patience runs out first.
  [[nodiscard]] std::optional<int> wait() {
    const auto has_ended = [this] {
      static_cast<void>(screen());  // a full terminal that nobody reads may block it
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      return true;
    };
    if (!exit_code_ && !eventually(has_ended)) return std::nullopt;
    return exit_code_;
  }

 private:
  [[noreturn]] static void become(const char* terminal, char* const* arguments) {
    ::setsid();
    const int slave = ::open(terminal, O_RDWR);
    ::ioctl(slave, TIOCSCTTY, 0);
    for (int descriptor = 0; descriptor < 3; ++descriptor) ::dup2(slave, descriptor);
    ::setenv("TERM", "xterm", 1);
    ::setenv("HOME", "/nonexistent", 1);
    ::execv(arguments[0], arguments);
    ::_exit(127);
  }

  int master_;
  pid_t pid_ = -1;
  std::string screen_;
  std::optional<int> exit_code_;
};

}  // namespace voice::test
