#include "ctl/keys.hpp"

#include <optional>

namespace voicectl {
namespace {

constexpr char escape = '\x1b';
// No known sequence is longer.
constexpr std::size_t sequence_bytes_max = 16;

std::optional<Key> letter(char c) {
  switch (c) {
    case 'q':
      return Key::quit;
    case 's':
      return Key::sort;
    case 'k':
      return Key::up;
    case 'j':
      return Key::down;
    case 'g':
      return Key::home;
    case 'G':
      return Key::end;
    case '\f':
      return Key::redraw;
    default:
      return std::nullopt;
  }
}

/// @param rest what follows the first two characters of a sequence such as "\x1b[A" or "\x1bOA"
std::optional<Key> behind_escape(std::string_view rest) {
  if (rest == "A") return Key::up;
  if (rest == "B") return Key::down;
  if (rest == "H" || rest == "1~") return Key::home;
  if (rest == "F" || rest == "4~") return Key::end;
  if (rest == "5~") return Key::page_up;
  if (rest == "6~") return Key::page_down;
  return std::nullopt;
}

bool ends_sequence(std::string_view sequence) {
  if (sequence.size() == 2) return sequence[1] != '[' && sequence[1] != 'O';
  const char last = sequence.back();
  return sequence.size() >= sequence_bytes_max || (last >= '@' && last <= '~');
}

}  // namespace

std::vector<Key> KeyReader::feed(std::string_view bytes) {
  std::vector<Key> keys;
  const auto add = [&](std::optional<Key> key) {
    if (key) keys.push_back(*key);
  };
  for (const char c : bytes) {
    if (c == escape) {
      sequence_ = c;
    } else if (sequence_.empty()) {
      add(letter(c));
    } else {
      sequence_ += c;
      if (!ends_sequence(sequence_)) continue;
      // Escape followed by a letter is two keys.
      add(sequence_.size() == 2 ? letter(c) : behind_escape(std::string_view{sequence_}.substr(2)));
      sequence_.clear();
    }
  }
  return keys;
}

}  // namespace voicectl
