#include "client/ui/console.hpp"

#include "client/ui/event_text.hpp"
#include "client/ui/json_line.hpp"
#include "client/ui/status_line.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace voicecli {

using namespace voice::terminal;

namespace {

constexpr std::string_view erase_line = "\r\x1b[K";
constexpr std::chrono::seconds stats_period{1};
// How often the console tries to say that lines are missing.
constexpr std::chrono::seconds lost_lines_period{5};
// So that lines from before Ctrl-Z, or before the end, are on the screen before the shell's prompt.
constexpr std::chrono::milliseconds flush_duration_max{200};

}  // namespace

Console::Console(ConsoleOptions options)
    : options_(options), reader_(options.input), input_open_(options.reads_stdin) {
  if (options_.output == OutputMode::status_line) {
    prepare_for_escapes(options_.descriptor);
    own_terminal_ = open_without_waiting(options_.descriptor);
    options_.descriptor = own_terminal_.value_or(options_.descriptor);
  } else {
    writer_.emplace(options_.descriptor);
  }
  resume();
}

Console::~Console() {
  clear_drawn();
  if (own_terminal_) close_descriptor(*own_terminal_);
}

void Console::print(const EventLine& event) {
  print(options_.output == OutputMode::json ? json_of(event) : text_of(event));
}

void Console::refresh(const Status& status, voice::TimePoint now) {
  take_keyboard();  // a shell's `fg` sends no signal when we were not stopped
  tell_lost_lines(now);
  if (options_.output == OutputMode::status_line) {
    if (!in_foreground(options_.descriptor)) return;
    draw(status_line(status, {columns_of_terminal(options_.descriptor), options_.color}));
  } else if (options_.output == OutputMode::json && now >= next_stats_) {
    // Counted from the last deadline, so that it stays at one per second; after a pause, from now.
    next_stats_ = std::max(next_stats_ + stats_period, now);
    print(json_of(status, now));
  }
}

void Console::show_status(const Status& status, voice::TimePoint now) {
  switch (options_.output) {
    case OutputMode::json:
      return print(json_of(status, now));
    case OutputMode::text:
      return print(text_of(status));
    case OutputMode::status_line:
      print(text_of(status));
      if (options_.input == InputMode::keys) {
        print("keys: space talk, m microphone, s loudspeaker, + - volume, q quit");
      }
      return;
  }
}

std::optional<Command> Console::poll_command() {
  // Output without a reader ends the program, as SIGPIPE would.
  if (writer_ && writer_->closed() && has_reader(options_.descriptor)) {
    return Command{Command::Kind::quit};
  }
  std::array<char, 256> text;
  // A job in the background that reads from its terminal is stopped.
  const bool may_read =
      input_open_ && (!is_terminal(stdin_descriptor) || in_foreground(stdin_descriptor));
  if (may_read) {
    const auto count = read_available(stdin_descriptor, text);
    if (count == std::size_t{0}) {
      input_open_ = false;  // the end of the commands is not the end of the call
      reader_.end_of_input();
    }
    if (count) reader_.feed({text.data(), *count}, std::chrono::steady_clock::now());
  }
  while (const auto unknown = reader_.next_unknown()) {
    print(EventLine{"unknown_command", {{"command", *unknown}}, std::chrono::steady_clock::now()});
  }
  return reader_.next();
}

void Console::stop_until_continued() {
  suspend();
  voice::terminal::stop_until_continued();
  resume();
}

void Console::suspend() {
  clear_drawn();
  if (writer_) static_cast<void>(writer_->flush(flush_duration_max));
  keyboard_.leave();
}

void Console::resume() {
  drawn_.clear();  // after SIGSTOP the shell has written below it
  take_keyboard();
}

void Console::take_keyboard() {
  if (options_.input == InputMode::keys && options_.reads_stdin) keyboard_.enter();
}

void Console::print(const std::string& line) {
  const std::string drawn = drawn_;
  clear_drawn();
  write(line + '\n');
  if (!drawn.empty()) draw(drawn);
}

void Console::write(const std::string& line) {
  if (writer_) {
    static_cast<void>(writer_->write(line));  // it counts what is lost
  } else if (lines_.write(options_.descriptor, line) != Written::all) {
    ++dropped_lines_;
  }
}

std::uint64_t Console::lost_lines() const {
  return writer_ ? writer_->lost_lines() : dropped_lines_;
}

void Console::tell_lost_lines(voice::TimePoint now) {
  const std::uint64_t lost = lost_lines();
  if (lost == told_lost_lines_ || now < next_lost_lines_) return;
  // The line that says so may be lost, too; then it is counted, and repeated later.
  next_lost_lines_ = now + lost_lines_period;
  told_lost_lines_ = lost;
  print(EventLine{"lines_left_out", {{"lines", static_cast<std::int64_t>(lost)}}, now});
}

void Console::draw(const std::string& line) {
  if (line == drawn_) return;
  const std::string redrawn = std::string{erase_line} + line;
  if (lines_.write(options_.descriptor, redrawn) == Written::all) drawn_ = line;
}

void Console::clear_drawn() {
  if (drawn_.empty()) return;
  drawn_.clear();
  static_cast<void>(lines_.write(options_.descriptor, erase_line));
}

}  // namespace voicecli
