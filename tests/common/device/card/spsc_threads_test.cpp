// The ring with two real threads; also run under ThreadSanitizer.
#include "common/core/spsc_ring.hpp"

#include "tests/support/catch.hpp"

#include <thread>
#include <vector>

using voice::SpscRing;

TEST_CASE("two threads lose, repeat and tear nothing", "[spsc]") {
  constexpr std::uint32_t total = 300'000;
  SpscRing<std::uint32_t> ring(331);  // a prime: every offset meets the wrap

  std::thread pusher([&ring] {
    std::vector<std::uint32_t> piece;
    std::uint32_t next = 0;
    while (next < total) {
      piece.clear();
      for (std::uint32_t i = 0; i < 1 + next % 97 && next + i < total; ++i)
        piece.push_back(next + i);
      const auto pushed = static_cast<std::uint32_t>(ring.push(piece));
      if (pushed == 0) std::this_thread::yield();
      next += pushed;
    }
  });
  std::vector<std::uint32_t> out(127);
  std::uint32_t expected = 0;
  std::uint32_t wrong = 0;
  while (expected < total) {
    const std::size_t count = ring.pop(std::span(out).first(1 + expected % out.size()));
    if (count == 0) std::this_thread::yield();
    for (std::size_t i = 0; i < count; ++i) wrong += out[i] != expected++ ? 1U : 0U;
  }
  pusher.join();

  CHECK(wrong == 0);
  CHECK(ring.size() == 0);
}

TEST_CASE("dropping under way skips whole samples only", "[spsc]") {
  constexpr std::uint32_t total = 200'000;
  SpscRing<std::uint32_t> ring(64);

  std::thread pusher([&ring] {
    for (std::uint32_t next = 0; next < total;) {
      const auto pushed = static_cast<std::uint32_t>(ring.push(std::span(&next, 1)));
      if (pushed == 0) std::this_thread::yield();
      next += pushed;
    }
  });
  std::uint32_t seen = 0;
  std::uint32_t wrong = 0;
  std::uint32_t value = 0;
  while (seen < total) {
    seen += static_cast<std::uint32_t>(ring.drop(seen % 3));
    const std::size_t count = ring.pop(std::span(&value, 1));
    if (count == 0) std::this_thread::yield();
    if (count == 1) wrong += value != seen++ ? 1U : 0U;
  }
  pusher.join();

  CHECK(wrong == 0);
}
