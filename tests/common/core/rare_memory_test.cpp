// Memory that is hardly ever used: no two owners have the same, and what nobody has goes back.
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

TEST_CASE("a slab serves 32 promises of its size, and goes when the last is withdrawn",
          "[rare_memory]") {
  RareMemory memory;
  {
    std::vector<RareMemory::Promise> promises;
    for (std::size_t i = 0; i < RareMemory::slab_blocks; ++i) promises.emplace_back(&memory, 10);
    CHECK(memory.slabs() == 1);
    promises.emplace_back(&memory, 10);
    CHECK(memory.slabs() == 2);
    const RareMemory::Promise other(&memory, 11);
    CHECK(memory.slabs() == 3);
    promises.pop_back();
    CHECK(memory.slabs() == 2);
  }
  CHECK(memory.slabs() == 0);
}

TEST_CASE("every promise is kept at the same time, whoever has come and gone before",
          "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (std::size_t i = 0; i < 3 * RareMemory::slab_blocks; ++i) promises.emplace_back(&memory, 10);
  for (auto& promise : promises) promise.take();
  // One of each slab stays.
  for (int i = 0; i < 93; ++i) promises.erase(promises.begin() + i / 31);
  REQUIRE(promises.size() == 3);
  while (promises.size() < 200) promises.emplace_back(&memory, 10);
  std::set<const std::int16_t*> blocks;
  for (auto& promise : promises) blocks.insert(promise.take());
  CHECK(blocks.size() == 200);
  CHECK(memory.slabs() == 7);
}

TEST_CASE("those who take a block one after the other use the same memory", "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Promise> promises;
  for (std::size_t i = 0; i < 3 * RareMemory::slab_blocks; ++i) promises.emplace_back(&memory, 10);
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

TEST_CASE("a slab of which a block is in use outlives what was promised", "[rare_memory]") {
  RareMemory memory;
  RareMemory::Promise kept(&memory, 10);
  kept.take()[9] = 42;
  {
    std::vector<RareMemory::Promise> promises;
    for (std::size_t i = 0; i < 2 * RareMemory::slab_blocks; ++i) {
      promises.emplace_back(&memory, 10);
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
    RareMemory::Promise promise(&memory, 10);
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
