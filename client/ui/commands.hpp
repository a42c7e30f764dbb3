// Keys and words become commands. Characters in, commands and unknown words out. Pure.
#pragma once

#include "client/call/command.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace voicecli {

/// How long one key press holds "talk". Terminals do not report the release of a key: key
/// repetition keeps the microphone open, and the first repetition may come as late as 660 ms after
/// the press (X11's default).
inline constexpr std::chrono::milliseconds talk_press_duration{700};
/// What arrives later than this belongs to no escape sequence begun before: ESC was the key itself.
/// A slow link may split a sequence.
inline constexpr std::chrono::milliseconds escape_wait_max{200};
/// One step of + or -.
inline constexpr double volume_step_db = 3.0;

/// One key: m mute, s mute loudspeaker, space talk, + - volume, q quit, ? or h status. None for
/// other keys.
[[nodiscard]] std::optional<Command> command_of_key(char key) noexcept;

/// One line: mute, unmute, deaf, undeaf, talk, talk off, volume up, volume down, volume DB, +, -,
/// status, quit. Case and blanks do not matter. None for other words.
[[nodiscard]] std::optional<Command> command_of_line(std::string_view line);

enum class InputMode : std::uint8_t {
  keys,   // a terminal: every character counts
  lines,  // a pipe, a file, a dumb terminal
};

/// Takes characters as they arrive, split anywhere.
class CommandReader {
 public:
  explicit CommandReader(InputMode mode) : mode_(mode) {}

  /// @param now tells the Esc key from the first character of a split sequence.
  void feed(std::string_view text, voice::TimePoint now);
  /// The input has ended: the last line needs no line end.
  void end_of_input();

  /// The next command; none if no whole one has come yet.
  [[nodiscard]] std::optional<Command> next();
  /// The next line that is not a command; each is returned once.
  [[nodiscard]] std::optional<std::string> next_unknown();

 private:
  enum class Escape : std::uint8_t { none, begun, sequence, single };

  void key(char c);
  void end_line();

  InputMode mode_;
  Escape escape_ = Escape::none;
  voice::TimePoint fed_at_{};  // last
  std::string line_;
  bool line_too_long_ = false;
  bool is_first_line_ = true;
  std::deque<Command> commands_;
  std::deque<std::string> unknown_;
};

}  // namespace voicecli
