#include "common/core/spsc_ring.hpp"

#include "tests/support/catch.hpp"

#include <deque>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

using voice::SpscRing;

namespace {

std::vector<int> popped(SpscRing<int>& ring, std::size_t count) {
  std::vector<int> out(count, -1);
  out.resize(ring.pop(out));
  return out;
}

std::size_t push(SpscRing<int>& ring, std::vector<int> items) {
  return ring.push(items);
}

}  // namespace

TEST_CASE("a ring gives back what was pushed, in order", "[spsc_ring]") {
  SpscRing<int> ring(4);
  CHECK(ring.size() == 0);

  CHECK(push(ring, {1, 2, 3}) == 3);

  CHECK(ring.size() == 3);
  CHECK(popped(ring, 2) == std::vector{1, 2});
  CHECK(popped(ring, 2) == std::vector{3});
  CHECK(popped(ring, 2).empty());
}

TEST_CASE("a full ring takes what fits and nothing more", "[spsc_ring]") {
  SpscRing<int> ring(4);

  CHECK(push(ring, {1, 2, 3, 4, 5, 6}) == 4);

  CHECK(push(ring, {7}) == 0);
  CHECK(ring.size() == 4);
  CHECK(popped(ring, 9) == std::vector{1, 2, 3, 4});
}

TEST_CASE("dropping throws away the oldest, never more than there is", "[spsc_ring]") {
  SpscRing<int> ring(4);
  push(ring, {1, 2, 3});

  CHECK(ring.drop(2) == 2);
  CHECK(popped(ring, 9) == std::vector{3});
  CHECK(ring.drop(2) == 0);
}

TEST_CASE("a ring asked for no capacity holds one element", "[spsc_ring]") {
  SpscRing<int> ring(0);

  CHECK(ring.capacity() == 1);
  CHECK(push(ring, {1, 2}) == 1);
  CHECK(popped(ring, 2) == std::vector{1});
}

TEST_CASE("a ring behaves as a bounded queue whatever is done to it", "[spsc_ring]") {
  const std::size_t capacity = GENERATE(1u, 2u, 3u, 7u, 64u);
  SpscRing<int> ring(capacity);
  std::deque<int> model;
  std::mt19937 random(8412);
  int next = 0;

  for (int step = 0; step < 20'000; ++step) {
    const std::size_t count = random() % (capacity + 2);
    switch (random() % 3) {
      case 0: {
        std::vector<int> items(count);
        std::iota(items.begin(), items.end(), next);
        const std::size_t taken = ring.push(items);
        REQUIRE(taken == std::min(count, capacity - model.size()));
        model.insert(model.end(), items.begin(),
                     items.begin() + static_cast<std::ptrdiff_t>(taken));
        next += static_cast<int>(taken);
        break;
      }
      case 1: {
        const std::vector<int> out = popped(ring, count);
        REQUIRE(out.size() == std::min(count, model.size()));
        const auto end = model.begin() + static_cast<std::ptrdiff_t>(out.size());
        REQUIRE(std::equal(out.begin(), out.end(), model.begin(), end));
        model.erase(model.begin(), end);
        break;
      }
      default: {
        const std::size_t dropped = ring.drop(count);
        REQUIRE(dropped == std::min(count, model.size()));
        model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(dropped));
      }
    }
    REQUIRE(ring.size() == model.size());
  }
}

TEST_CASE("two threads pass every element once and in order", "[spsc_ring]") {
  constexpr int count = 200'000;
  SpscRing<int> ring(160);

  std::thread pusher([&ring] {
    std::vector<int> lump(37);
    for (int next = 0; next < count;) {
      const int size = std::min(static_cast<int>(lump.size()), count - next);
      std::iota(lump.begin(), lump.end(), next);
      const auto taken = ring.push(std::span{lump}.first(static_cast<std::size_t>(size)));
      next += static_cast<int>(taken);
      if (taken == 0) std::this_thread::yield();
    }
  });
  int expected = 0;
  bool in_order = true;
  std::vector<int> out(53);
  while (expected < count) {
    const std::size_t taken = ring.pop(out);
    for (std::size_t i = 0; i < taken; ++i) in_order = in_order && out[i] == expected++;
    if (taken == 0) std::this_thread::yield();
  }
  pusher.join();

  CHECK(in_order);
  CHECK(ring.size() == 0);
}
