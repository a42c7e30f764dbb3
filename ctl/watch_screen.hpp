// What `watch` shows: voiced's answers and a terminal's size in, lines out. Uses no terminal and no
// clock.
#pragma once

#include "ctl/answer.hpp"
#include "ctl/people.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace voicectl {

/// The latest answers of the server.
struct Picture {
  Json status = Json::object();
  Json list = Json::object();
  std::string trouble;  // not empty: voiced cannot be reached, and why
};

/// How it is shown.
struct View {
  std::size_t columns = 80;
  std::size_t rows = 24;
  Order order = Order::number;
  std::size_t first = 0;  // how many participants are scrolled past
};

enum class Look : std::uint8_t { plain, title, talking, warning, faint };

struct ScreenLine {
  std::string text;  // never wider than the terminal
  Look look = Look::plain;

  bool operator==(const ScreenLine&) const = default;
};

/// How many participants there is room for; at least one.
[[nodiscard]] std::size_t people_rows(const View& view);

/// `first` moved by `rows`, but not past the ends.
[[nodiscard]] std::size_t scrolled(const View& view, std::size_t people, std::int64_t rows);

/// At most view.rows lines.
[[nodiscard]] std::vector<ScreenLine> watch_screen(const Picture& picture, const View& view);

}  // namespace voicectl
