// The Frontend of voicecli: a status line and keys on a terminal, lines of text or JSON elsewhere,
// words from a pipe. Owned by main; never waits for a terminal, a reader or a disk.
#pragma once

#include "client/net/frontend.hpp"
#include "client/ui/console_options.hpp"
#include "client/ui/event_line.hpp"
#include "common/background/line_writer.hpp"
#include "common/terminal/terminal.hpp"
#include "common/terminal/whole_lines.hpp"

#include <string>

namespace voicecli {

class Console final : public Frontend {
 public:
  explicit Console(ConsoleOptions options);
  ~Console() override;
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void event(const Event& event) override { print(line_of(event)); }
  void refresh(const Status& status, voice::TimePoint now) override;
  void show_status(const Status& status, voice::TimePoint now) override;
  [[nodiscard]] std::optional<Command> poll_command() override;
  void stop_until_continued() override;
  void resume() override;

  /// Gives the terminal back.
  void suspend();

  /// Lines that did not arrive: a full disk, a reader that is too slow.
  [[nodiscard]] std::uint64_t lost_lines() const;

 private:
  void print(const EventLine& event);
  void print(const std::string& line);
  void write(const std::string& line);
  void tell_lost_lines(voice::TimePoint now);
  void take_keyboard();
  void draw(const std::string& line);
  void clear_drawn();

  ConsoleOptions options_;
  std::optional<int> own_terminal_;  // options_.descriptor, when it is ours to close
  // Everything but a terminal with a status line, which must know what is on the screen.
  std::optional<voice::LineWriter> writer_;
  CommandReader reader_;
  voice::terminal::KeyboardMode keyboard_;
  voice::terminal::WholeLines lines_;
  std::string drawn_;  // the status line on the screen; empty when there is none
  voice::TimePoint next_stats_{};
  voice::TimePoint next_lost_lines_{};
  std::uint64_t dropped_lines_ = 0;  // without writer_
  std::uint64_t told_lost_lines_ = 0;
  bool input_open_;
};

}  // namespace voicecli
