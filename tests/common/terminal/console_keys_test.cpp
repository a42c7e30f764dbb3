#include "common/terminal/console_keys.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <deque>
#include <string>

using voice::terminal::take_keys;

namespace {

std::string keys_of(std::deque<int> typed) {
  const auto next = [&typed] {
    REQUIRE_FALSE(typed.empty());  // it would wait
    const int key = typed.front();
    typed.pop_front();
    return key;
  };
  std::array<char, 4> out{};
  const std::size_t count = take_keys([&typed] { return typed.empty() ? 0 : 1; }, next, out);
  return {out.data(), count};
}

}  // namespace

TEST_CASE("arrow and function keys of a Windows console are not letters", "[terminal]") {
  constexpr int right = 'M';
  constexpr int page_down = 'Q';
  CHECK(keys_of({'m', 0xE0, right, 's', 0, page_down, '+'}) == "ms+");
  CHECK(keys_of({0xE0, right}).empty());
  CHECK(keys_of({'m', 0xE0}) == "m");
  CHECK(keys_of({'a', 'b', 'c', 'd', 'e'}) == "abcd");
  CHECK(keys_of({}).empty());
}
