#include "tests/support/process.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/scratch_directory.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace voice::test {
namespace {

constexpr int owner_rw = 0600;

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

bool is_kept_away(const std::string& variable) {
  for (const char* const prefix :
       {"VOICED_", "VOICECLI_", "VOICECTL_", "HOME=", "XDG_",
        "RUNTIME_DIRECTORY=", "JOURNAL_STREAM=", "NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_"}) {
    if (variable.rfind(prefix, 0) == 0) return true;
  }
  return false;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> all{"HOME=/nonexistent"};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!is_kept_away(*variable)) all.emplace_back(*variable);
  }
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const std::string& output_base,
                 const std::vector<std::string>& environment, const std::vector<int>& inherited)
    : out_path_(output_base + ".out"), err_path_(output_base + ".err") {
  int pipe_ends[2];
  if (::pipe(pipe_ends) != 0) check(errno, "pipe");
  ::fcntl(pipe_ends[0], F_SETFD, FD_CLOEXEC);
  ::fcntl(pipe_ends[1], F_SETFD, FD_CLOEXEC);
  std::signal(SIGPIPE, SIG_IGN);

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  check(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  check(posix_spawnattr_init(&attributes), "posix_spawnattr_init");
  // Ignored signals are inherited: the program should start as from a shell.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], 0);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&actions, 1, out_path_.c_str(), flags, owner_rw);
  posix_spawn_file_actions_addopen(&actions, 2, err_path_.c_str(), flags, owner_rw);

  // First copied to free numbers: the descriptor that should become 3 may be 4, and the other way
  // round.
  std::vector<int> copies;
  for (const int descriptor : inherited) {
    copies.push_back(::fcntl(descriptor, F_DUPFD_CLOEXEC, 100));
    posix_spawn_file_actions_adddup2(&actions, copies.back(), 2 + static_cast<int>(copies.size()));
  }

  std::vector<std::string> argument_copies = arguments;
  std::vector<std::string> variables = environment_with(environment);
  const int error =
      ::posix_spawn(&pid_, arguments.at(0).c_str(), &actions, &attributes,
                    pointers_to(argument_copies).data(), pointers_to(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  for (const int copy : copies) ::close(copy);
  ::close(pipe_ends[0]);
  input_ = pipe_ends[1];
  if (error != 0) ::close(input_);
  check(error, arguments[0].c_str());
}

Process::~Process() {
  close_input();
  signal(SIGKILL);
  if (!exit_code_) ::waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) noexcept {
  // After waiting for a process, its number may belong to another one.
  if (!exit_code()) ::kill(pid_, number);
}

void Process::type(const std::string& text) {
  if (::write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the program does not read its input");
  }
}

void Process::close_input() noexcept {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

std::optional<int> Process::exit_code() noexcept {
  int status = 0;
  if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return exit_code_;
}

std::optional<int> Process::wait() {
  (void)eventually([this] { return exit_code().has_value(); });
  return exit_code_;
}

std::string Process::out() const {
  return content_of(out_path_);
}

std::string Process::err() const {
  return content_of(err_path_);
}

bool Process::file_gets(const std::string& path, const std::string& text, std::size_t from) {
  const auto is_there = [&] { return content_of(path).find(text, from) != std::string::npos; };
  bool ended = false;
  (void)eventually([&] {
    // In this order, so that its last output is seen even if it has ended.
    ended = exit_code().has_value();
    return is_there() || ended;
  });
  return is_there();
}

bool Process::says(const std::string& text, std::size_t from) {
  return file_gets(err_path_, text, from);
}

bool Process::prints(const std::string& text, std::size_t from) {
  return file_gets(out_path_, text, from);
}

}  // namespace voice::test
