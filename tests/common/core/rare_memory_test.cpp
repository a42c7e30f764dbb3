// Memory that is hardly ever used: no two owners have the same, and what nobody has goes back.
#include "common/core/rare_memory.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <vector>

using voice::RareMemory;

TEST_CASE("blocks of rare memory do not overlap", "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Block> blocks;
  for (std::int16_t i = 0; i < 100; ++i) {
    blocks.push_back(memory.take(i % 2 == 0 ? 50 : 70));
    std::fill_n(blocks.back().data(), i % 2 == 0 ? 50 : 70, i);
  }
  for (std::int16_t i = 0; i < 100; ++i) {
    const std::int16_t* const data = blocks[static_cast<std::size_t>(i)].data();
    REQUIRE(std::count(data, data + (i % 2 == 0 ? 50 : 70), i) == (i % 2 == 0 ? 50 : 70));
  }
}

TEST_CASE("a slab serves 32 blocks of its size, and goes when the last is given back",
          "[rare_memory]") {
  RareMemory memory;
  {
    std::vector<RareMemory::Block> blocks;
    for (std::size_t i = 0; i < RareMemory::slab_blocks; ++i) blocks.push_back(memory.take(10));
    CHECK(memory.slabs() == 1);
    blocks.push_back(memory.take(10));
    CHECK(memory.slabs() == 2);
    const auto other = memory.take(11);
    CHECK(memory.slabs() == 3);
    blocks.pop_back();
    CHECK(memory.slabs() == 2);
  }
  CHECK(memory.slabs() == 0);
}

TEST_CASE("a place that was given back is used before another slab is made", "[rare_memory]") {
  RareMemory memory;
  std::vector<RareMemory::Block> blocks;
  std::set<const std::int16_t*> places;
  for (std::size_t i = 0; i < 3 * RareMemory::slab_blocks; ++i) {
    blocks.push_back(memory.take(10));
    places.insert(blocks.back().data());
  }
  blocks.erase(blocks.begin() + 40, blocks.begin() + 50);
  for (int i = 0; i < 10; ++i) {
    blocks.push_back(memory.take(10));
    CHECK(places.count(blocks.back().data()) == 1);
  }
  CHECK(memory.slabs() == 3);
}

TEST_CASE("a block moves with its owner", "[rare_memory]") {
  RareMemory memory;
  RareMemory::Block kept;
  {
    auto block = memory.take(10);
    block.data()[9] = 42;
    kept = std::move(block);
  }
  CHECK(kept.data()[9] == 42);
  CHECK(memory.slabs() == 1);
  kept = RareMemory::take_alone(20);
  CHECK(memory.slabs() == 0);
  kept.data()[19] = 1;
}
