#include "ctl/password.hpp"

#include "common/app/secret_file.hpp"
#include "common/terminal/terminal.hpp"
#include "common/wire/text_message.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>
#include <thread>

namespace voicectl {
namespace {

using voice::unexpected;
using voice::app::Exit;
using voice::app::ExitCode;
using voice::app::password_bytes_max;

voice::expected<std::string, Exit> checked(std::string password) {
  const bool is_clean = voice::printable(password, password_bytes_max) == password;
  if (!password.empty() && is_clean && password.front() != ' ' && password.back() != ' ') {
    return password;
  }
  return unexpected(Exit{ExitCode::usage,
                         "invalid password: use 1 to 128 bytes of text without control characters "
                         "and without spaces at either end"});
}

/// Reads a line from the terminal without echo; none at the end of the input.
std::optional<std::string> read_keys(const std::string& question) {
  namespace terminal = voice::terminal;
  std::fprintf(stderr, "%s", question.c_str());
#ifdef SIGTSTP
  // After Ctrl-Z the shell would turn echo on again, and the rest would be shown.
  std::signal(SIGTSTP, SIG_IGN);
#endif
  terminal::KeyboardMode mode;
  mode.enter();
  std::string keys;
  std::array<char, 64> some{};
  constexpr std::size_t keys_max = 1024;
  while (keys.size() < keys_max) {
    const auto count = terminal::read_available(terminal::stdin_descriptor, some);
    if (!count) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
      continue;
    }
    if (*count == 0) return std::nullopt;
    keys.append(some.data(), *count);
    const std::size_t end = keys.find_first_of("\r\n");
    if (end == std::string::npos) continue;
    keys.resize(end);
    break;
  }
  std::fprintf(stderr, "\n");
  return typed(keys);
}

voice::expected<std::string, Exit> ask_terminal(std::string_view user) {
  const Exit ended{ExitCode::usage, "no password was given"};
  const auto first = read_keys("Password for " + std::string(user) + ": ");
  if (!first) return unexpected(ended);
  auto password = checked(*first);
  if (!password) return password;
  const auto second = read_keys("Again: ");
  if (!second) return unexpected(ended);
  if (*second != *password) {
    return unexpected(Exit{ExitCode::usage, "the two passwords differ; nothing was changed"});
  }
  return password;
}

}  // namespace

std::string typed(std::string_view keys) {
  std::string text;
  for (const char key : keys) {
    if (key != '\b' && key != '\x7F') {
      text += key;
      continue;
    }
    // A letter may have several bytes (UTF-8).
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) {
      text.pop_back();
    }
    if (!text.empty()) text.pop_back();
  }
  return text;
}

voice::expected<std::string, Exit> ask_password(const std::string& file, std::string_view user) {
  if (!file.empty()) {
    auto password = voice::app::read_password(file);
    if (password) return std::move(*password);
    return unexpected(Exit{ExitCode::usage, "--password-file: " + password.error()});
  }
  if (voice::terminal::is_terminal(voice::terminal::stdin_descriptor)) return ask_terminal(user);
  std::string line;
  std::getline(std::cin, line);
  if (line.ends_with('\r')) line.pop_back();
  return checked(std::move(line));
}

}  // namespace voicectl
