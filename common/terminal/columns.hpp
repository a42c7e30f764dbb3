// How many columns of a terminal a text takes, and texts of a given number of columns. UTF-8 in and
// out; East Asian characters take two columns, marks that join the character before them none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace voice::terminal {

/// Of clean text (voice::printable). Invalid UTF-8 counts one column per byte.
[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;

/// As much of the beginning of `text` as fits into `columns`; a view into it.
[[nodiscard]] std::string_view beginning_of(std::string_view text, std::size_t columns) noexcept;

enum class Align : std::uint8_t { left, right };

/// `text` in exactly `columns`: filled up with blanks, or cut, with `~` where it was.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns,
                                 Align align = Align::left);

}  // namespace voice::terminal
