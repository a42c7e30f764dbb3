// Objects side by side: each has a place of its own, places are reused, and unused memory is freed.
#include "common/core/slab.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <vector>

namespace {

struct alignas(64) Thing {
  explicit Thing(int its_number, bool fails = false) : number(its_number) {
    if (fails) throw std::runtime_error("no");
    ++alive;
  }
  ~Thing() { --alive; }
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;

  int number;
  std::array<std::uint8_t, 900> rest{};
  static inline int alive = 0;
};
static_assert(sizeof(Thing) == 960);
constexpr std::size_t things_per_block = 272;  // in 256 KiB, less two cache lines at the front

using Things = voice::Slab<Thing>;

}  // namespace

TEST_CASE("objects of a slab keep what they hold, are aligned, and end one by one", "[slab]") {
  Things slab;
  std::vector<Things::Pointer> things;
  for (int i = 0; i < 100; ++i) things.push_back(slab.make(i));
  CHECK(Thing::alive == 100);
  for (int i = 0; i < 100; i += 2) things[static_cast<std::size_t>(i)].reset();
  CHECK(Thing::alive == 50);
  for (int i = 1; i < 100; i += 2) {
    const Thing* const thing = things[static_cast<std::size_t>(i)].get();
    REQUIRE(thing->number == i);
    REQUIRE(reinterpret_cast<std::uintptr_t>(thing) % 64 == 0);
  }
  things.clear();
  CHECK(Thing::alive == 0);
}

TEST_CASE("a slab holds as many blocks as it needs, and none when it is empty", "[slab]") {
  Things slab;
  std::vector<Things::Pointer> things;
  for (std::size_t i = 0; i < things_per_block; ++i) things.push_back(slab.make(0));
  CHECK(slab.blocks() == 1);
  things.push_back(slab.make(0));
  CHECK(slab.blocks() == 2);
  things.erase(things.begin(), things.begin() + things_per_block);
  CHECK(slab.blocks() == 1);
  things.clear();
  CHECK(slab.blocks() == 0);
}

TEST_CASE("the first place that is free is taken, so that objects stay close together", "[slab]") {
  Things slab;
  std::vector<Things::Pointer> things;
  for (std::size_t i = 0; i < 3 * things_per_block; ++i) things.push_back(slab.make(0));
  const std::set<const Thing*> before{things[5].get(), things[300].get(), things[700].get()};
  for (const std::size_t i : {700U, 5U, 300U}) things[i].reset();

  const auto a = slab.make(1), b = slab.make(2), c = slab.make(3);
  CHECK(std::set<const Thing*>{a.get(), b.get(), c.get()} == before);
  CHECK(*before.begin() == std::min({a.get(), b.get(), c.get()}));
  CHECK(slab.blocks() == 3);
  things.clear();
}

TEST_CASE("the place of an object whose constructor throws stays free", "[slab]") {
  Things slab;
  const auto first = slab.make(1);
  CHECK_THROWS_AS(slab.make(2, true), std::runtime_error);
  const auto second = slab.make(3);
  CHECK(second.get() == first.get() + 1);
  CHECK(Thing::alive == 2);
}

TEST_CASE("a slab whose first object could not be made is used, and ends, as any other", "[slab]") {
  Things unused;
  CHECK_THROWS_AS(unused.make(1, true), std::runtime_error);
  Things used;
  CHECK_THROWS_AS(used.make(1, true), std::runtime_error);
  CHECK(used.make(2)->number == 2);
  CHECK(used.blocks() == 0);
  CHECK(Thing::alive == 0);
}

TEST_CASE("objects of any size up to a 64th of a block have a slab", "[slab]") {
  voice::Slab<std::uint8_t> bytes;
  std::vector<voice::Slab<std::uint8_t>::Pointer> many;
  for (int i = 0; i < 449; ++i) many.push_back(bytes.make(static_cast<std::uint8_t>(i)));
  CHECK(bytes.blocks() == 2);
  CHECK(*many[255] == 255);
  CHECK(*many[448] == 192);

  using Large = std::array<std::uint8_t, 4096>;
  voice::Slab<Large> slab;
  std::vector<voice::Slab<Large>::Pointer> large;
  for (int i = 0; i < 64; ++i) large.push_back(slab.make(Large{static_cast<std::uint8_t>(i)}));
  CHECK(slab.blocks() == 2);
  CHECK((*large[63])[0] == 63);
}
