// The keys of a Windows console. Arrow and function keys give two values there, 0 or 0xE0 and then
// a code, which may be that of a letter: both are left out.
#pragma once

#include <cstddef>
#include <span>

namespace voice::terminal {

/// Fills the front of `out` with the keys that are there, without waiting; returns how many.
/// @param has_key as _kbhit()
/// @param next_key as _getch()
template <class HasKey, class NextKey>
[[nodiscard]] std::size_t take_keys(HasKey has_key, NextKey next_key, std::span<char> out) {
  std::size_t count = 0;
  while (count < out.size() && has_key() != 0) {
    const int key = next_key();
    if (key != 0 && key != 0xE0) {
      out[count++] = static_cast<char>(key);
    } else if (has_key() != 0) {
      static_cast<void>(next_key());
    }
  }
  return count;
}

}  // namespace voice::terminal
