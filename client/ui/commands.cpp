#include "client/ui/commands.hpp"

#include "common/core/number.hpp"

#include <array>
#include <utility>

namespace voicecli {
namespace {

using Kind = Command::Kind;

constexpr std::size_t line_bytes_max = 200;
// A script may write far ahead; commands beyond this are dropped.
constexpr std::size_t waiting_max = 1000;

constexpr char escape_key = '\x1b';
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Word {
  std::string_view text;
  Command command;
};

constexpr std::array<Word, 17> words{{{"mute", {Kind::mute}},
                                      {"unmute", {Kind::unmute}},
                                      {"deaf", {Kind::deaf}},
                                      {"undeaf", {Kind::undeaf}},
                                      {"talk", {Kind::talk}},
                                      {"talk on", {Kind::talk}},
                                      {"talk off", {Kind::talk_off}},
                                      {"volume up", {Kind::change_volume, volume_step_db}},
                                      {"volume down", {Kind::change_volume, -volume_step_db}},
                                      {"volume +", {Kind::change_volume, volume_step_db}},
                                      {"volume -", {Kind::change_volume, -volume_step_db}},
                                      {"+", {Kind::change_volume, volume_step_db}},
                                      {"-", {Kind::change_volume, -volume_step_db}},
                                      {"status", {Kind::status}},
                                      {"quit", {Kind::quit}},
                                      {"exit", {Kind::quit}},
                                      {"q", {Kind::quit}}}};

/// Lower case, one blank between words, none around them.
std::string normalized(std::string_view line) {
  std::string text;
  for (const char c : line) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\r';
    if (is_blank) {
      if (!text.empty() && text.back() != ' ') text += ' ';
    } else {
      text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::optional<Command> volume_of(std::string_view text) {
  constexpr std::string_view prefix = "volume ";
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto db = voice::parse_number<double>(text);
  if (!db) return std::nullopt;
  return Command{Kind::set_volume, *db};
}

}  // namespace

std::optional<Command> command_of_key(char key) noexcept {
  switch (key) {
    case 'm':
    case 'M':
      return Command{Kind::toggle_mute};
    case 's':
    case 'S':
      return Command{Kind::toggle_deaf};
    case ' ':
      return Command{Kind::talk_for, 0.0, talk_press_duration};
    case '+':
    case '=':
      return Command{Kind::change_volume, volume_step_db};
    case '-':
    case '_':
      return Command{Kind::change_volume, -volume_step_db};
    case '?':
    case 'h':
      return Command{Kind::status};
    case 'q':
    case 'Q':
      return Command{Kind::quit};
    default:
      return std::nullopt;
  }
}

std::optional<Command> command_of_line(std::string_view line) {
  const std::string text = normalized(line);
  for (const Word& word : words) {
    if (word.text == text) return word.command;
  }
  return volume_of(text);
}

void CommandReader::feed(std::string_view text, voice::TimePoint now) {
  if (now - fed_at_ > escape_wait_max) escape_ = Escape::none;
  fed_at_ = now;
  for (const char c : text) {
    if (mode_ == InputMode::keys) {
      key(c);
    } else if (c == '\n') {
      end_line();
    } else if (line_.size() < line_bytes_max) {
      line_ += c;
    } else {
      line_too_long_ = true;
    }
  }
}

// Arrow and function keys send ESC and further characters, which must not count as keys ("ESC O
// q").
void CommandReader::key(char c) {
  if (c == escape_key) {
    escape_ = Escape::begun;  // also after another one: Alt with an arrow or function key
    return;
  }
  switch (escape_) {
    case Escape::none:
      if (const auto command = command_of_key(c); command && commands_.size() < waiting_max) {
        commands_.push_back(*command);
      }
      return;
    case Escape::begun:
      escape_ = c == '[' ? Escape::sequence : c == 'O' ? Escape::single : Escape::none;
      return;
    case Escape::sequence:
      if (c >= '@' && c <= '~') escape_ = Escape::none;
      return;
    case Escape::single:
      escape_ = Escape::none;
      return;
  }
}

void CommandReader::end_of_input() {
  if (mode_ == InputMode::lines) end_line();
}

void CommandReader::end_line() {
  std::string line = std::exchange(line_, {});
  // Windows' editors put a byte order mark in front of UTF-8.
  if (std::exchange(is_first_line_, false) && line.starts_with(byte_order_mark)) {
    line.erase(0, byte_order_mark.size());
  }
  const bool too_long = std::exchange(line_too_long_, false);
  if (commands_.size() + unknown_.size() >= waiting_max || normalized(line).empty()) return;
  const auto command = too_long ? std::nullopt : command_of_line(line);
  if (command) {
    commands_.push_back(*command);
  } else {
    unknown_.push_back(line);
  }
}

std::optional<Command> CommandReader::next() {
  if (commands_.empty()) return std::nullopt;
  const Command command = commands_.front();
  commands_.pop_front();
  return command;
}

std::optional<std::string> CommandReader::next_unknown() {
  if (unknown_.empty()) return std::nullopt;
  std::string line = std::move(unknown_.front());
  unknown_.pop_front();
  return line;
}

}  // namespace voicecli
