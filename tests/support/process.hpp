// A program run by a test: starts it with its output in files, sends signals, waits for it. POSIX.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace voice::test {

class Process {
 public:
  /// Starts `arguments[0]`. Standard output and error go to `output_base`.out and .err; standard
  /// input is a pipe. The environment contains no settings of our programs, and not the user's
  /// home. Throws if it cannot be started.
  /// @param inherited descriptors that it inherits as 3, 4, …
  Process(const std::vector<std::string>& arguments, const std::string& output_base,
          const std::vector<std::string>& environment = {}, const std::vector<int>& inherited = {});
  /// Kills it if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// Does nothing if it has already ended.
  void signal(int number) noexcept;

  /// Writes to its standard input.
  void type(const std::string& text);
  void close_input() noexcept;

  /// Its exit code, or 128 + the number of the signal that killed it. Empty while it runs.
  [[nodiscard]] std::optional<int> exit_code() noexcept;
  /// The same, after waiting for it; empty if patience runs out first.
  [[nodiscard]] std::optional<int> wait();

  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

  /// Waits for `text` in standard error (output), at or after byte `from`; false if patience runs
  /// out or the program ends without it.
  [[nodiscard]] bool says(const std::string& text, std::size_t from = 0);
  [[nodiscard]] bool prints(const std::string& text, std::size_t from = 0);

 private:
  [[nodiscard]] bool file_gets(const std::string& path, const std::string& text, std::size_t from);

  std::string out_path_, err_path_;
  pid_t pid_ = -1;
  int input_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace voice::test
