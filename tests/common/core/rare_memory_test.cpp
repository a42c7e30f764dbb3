// Rarely used memory: no two owners share a block, and memory that nobody holds is freed.
#include "common/core/rare_memory.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <vector>

using voice::RareMemory;

TEST_CASE("blocks of rare memory do not overlap", "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (std::int16_t i = 0; i < 100; ++i) {
    promises.emplace_back(&memory, i % 2 == 0 ? 50 : 70);
    std::fill_n(promises.back().take(), i % 2 == 0 ? 50 : 70, i);
  }
  for (std::int16_t i = 0; i < 100; ++i) {
    const std::int16_t* const data = promises[static_cast<std::size_t>(i)].data();
    REQUIRE(std::count(data, data + (i % 2 == 0 ? 50 : 70), i) == (i % 2 == 0 ? 50 : 70));
  }
}

// Blocks so large that a slab has only the minimum number of them.
constexpr std::size_t large = RareMemory::slab_bytes / 50;

TEST_CASE("a slab of small blocks has as many as have room in 256 KiB", "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (int i = 0; i < 256; ++i) promises.emplace_back(&memory, 512);
  CHECK(memory.slabs() == 1);
  promises.emplace_back(&memory, 512);
  CHECK(memory.slabs() == 2);
  while (promises.size() > 1) promises.pop_back();
  CHECK(memory.slabs() == 1);
}

TEST_CASE("a slab serves 32 promises of its size, and goes when the last is withdrawn",
          "[rare_memory]") {
  RareMemory memory;
  {
    std::vector<RareMemory::Promise> promises;
    for (std::size_t i = 0; i < RareMemory::slab_blocks_min; ++i)
      promises.emplace_back(&memory, large);
    CHECK(memory.slabs() == 1);
    promises.emplace_back(&memory, large);
    CHECK(memory.slabs() == 2);
    const RareMemory::Promise other(&memory, large + 1);
    CHECK(memory.slabs() == 3);
    promises.pop_back();
    CHECK(memory.slabs() == 2);
  }
  CHECK(memory.slabs() == 0);
}

TEST_CASE("all promises can be kept at the same time, whatever was promised and withdrawn before",
          "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (std::size_t i = 0; i < 3 * RareMemory::slab_blocks_min; ++i)
    promises.emplace_back(&memory, large);
  for (auto& promise : promises) promise.take();
  // One promise of each slab stays.
  for (int i = 0; i < 93; ++i) promises.erase(promises.begin() + i / 31);
  REQUIRE(promises.size() == 3);
  while (promises.size() < 200) promises.emplace_back(&memory, large);
  std::set<const std::int16_t*> blocks;
  for (auto& promise : promises) blocks.insert(promise.take());
  CHECK(blocks.size() == 200);
  CHECK(memory.slabs() == 7);
}

TEST_CASE("blocks that are taken one after the other use the same memory", "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (std::size_t i = 0; i < 3 * RareMemory::slab_blocks_min; ++i)
    promises.emplace_back(&memory, large);
  std::set<const std::int16_t*> blocks;
  for (auto& promise : promises) {
    CHECK(promise.data() == nullptr);
    blocks.insert(promise.take());
    CHECK(promise.take() == promise.data());
    promise.give_back();
    promise.give_back();
  }
  CHECK(blocks.size() == 1);
}

TEST_CASE("a slab with a block in use outlives its promises", "[rare_memory]") {
  RareMemory memory;
  RareMemory::Promise kept(&memory, large);
  kept.take()[9] = 42;
  {
    std::vector<RareMemory::Promise> promises;
    for (std::size_t i = 0; i < 2 * RareMemory::slab_blocks_min; ++i) {
      promises.emplace_back(&memory, large);
    }
    CHECK(memory.slabs() == 3);
  }
  CHECK(memory.slabs() == 1);
  CHECK(kept.data()[9] == 42);
}

TEST_CASE("a block moves with its owner", "[rare_memory]") {
  RareMemory memory;
  RareMemory::Promise kept;
  {
    RareMemory::Promise promise(&memory, large);
    promise.take()[9] = 42;
    kept = std::move(promise);
  }
  CHECK(kept.data()[9] == 42);
  CHECK(memory.slabs() == 1);
  kept = RareMemory::Promise(nullptr, 20);
  CHECK(memory.slabs() == 0);
  CHECK(kept.data() == nullptr);
  kept.take()[19] = 1;
  CHECK(kept.data()[19] == 1);
}

TEST_CASE("blocks that nobody has had for a whole period give their memory back, some at a time",
          "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (int i = 0; i < 3; ++i) promises.emplace_back(&memory, large);
  for (auto& promise : promises) std::fill_n(promise.take(), large, std::int16_t{42});
  for (auto& promise : promises) promise.give_back();

  memory.end_period();
  CHECK(memory.unload(100) == 0);
  memory.end_period();
  std::size_t unloaded = 0;
  for (; memory.unload(2) == 2; unloaded += 2) CHECK(unloaded < RareMemory::slab_blocks_min);
  CHECK(memory.unload(100) == 0);
  CHECK(unloaded == RareMemory::slab_blocks_min);
  memory.end_period();
  CHECK(memory.unload(100) == 0);

  // Unloaded blocks can be used again; on Linux they read as zeros.
  for (auto& promise : promises) {
    std::int16_t* const data = promise.take();
#if defined(__linux__)
    CHECK(data[large / 2] == 0);
#endif
    std::fill_n(data, large, std::int16_t{7});
    CHECK(data[large / 2] == 7);
  }
}

TEST_CASE("blocks that somebody has, or has had of late, keep their memory", "[rare_memory]") {
  RareMemory memory;
  RareMemory::Promise held(&memory, large);
  RareMemory::Promise seldom(&memory, large);
  held.take()[large / 2] = 42;
  seldom.take()[large / 2] = 43;

  for (int period = 0; period < 3; ++period) {
    seldom.give_back();
    memory.end_period();
    CHECK(memory.unload(100) == (period == 1 ? RareMemory::slab_blocks_min - 2 : 0));
    CHECK(seldom.take()[large / 2] == 43);
  }
  CHECK(held.data()[large / 2] == 42);
}

TEST_CASE("a slab that goes takes its unloaded blocks along, and no others", "[rare_memory]") {
  constexpr std::size_t blocks = RareMemory::slab_blocks_min;
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (std::size_t i = 0; i < 2 * blocks; ++i) promises.emplace_back(&memory, large);
  memory.end_period();
  memory.end_period();
  REQUIRE(memory.unload(blocks + 3) == blocks + 3);

  while (promises.size() > blocks) promises.pop_back();
  REQUIRE(memory.slabs() == 1);
  const std::size_t left = memory.unload(1000);
  CHECK((left == blocks - 3 || left == 0));
  memory.end_period();
  memory.end_period();
  CHECK(memory.unload(1000) == 0);

  std::set<const std::int16_t*> places;
  for (auto& promise : promises) {
    promise.take()[large / 2] = 42;
    places.insert(promise.data());
  }
  CHECK(places.size() == blocks);
  for (auto& promise : promises) promise.give_back();
  memory.end_period();
  memory.end_period();
  CHECK(memory.unload(1000) == blocks);
}
