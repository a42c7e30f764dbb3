#include "common/device/card/card_lane.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using namespace voice;
using Samples = std::vector<std::int16_t>;

namespace {

Samples popped(CardLane& lane) {
  Samples out(lane.ring.size());
  out.resize(lane.ring.pop(out));
  return out;
}

}  // namespace

TEST_CASE("a mono card's samples are stored as they are", "[card]") {
  CardLane lane(8000, 1, 100);
  const Samples block = {1, -2, 32767, -32768};

  lane.record(block.data(), block.size());

  CHECK(popped(lane) == block);
  CHECK(lane.callbacks == 1);
}

TEST_CASE("two channels are mixed to their mean, which cannot clip", "[card]") {
  CardLane lane(8000, 2, 100);
  const Samples block = {32767, 32767, -32768, -32768, 100, -50, 0, 8};

  lane.record(block.data(), 4);

  CHECK(popped(lane) == Samples{32767, -32768, 25, 4});
}

TEST_CASE("a full ring loses the newest and counts it", "[card]") {
  CardLane lane(8000, 1, 3);
  const Samples block = {1, 2, 3, 4, 5};

  lane.record(block.data(), block.size());

  CHECK(popped(lane) == Samples{1, 2, 3});
  CHECK(lane.gap_samples == 2);
}

TEST_CASE("sound goes to the first two channels of a card and to no other", "[card]") {
  CardLane lane(8000, 3, 100);
  lane.ring.push(Samples{7, 8});
  Samples block(6, 99);

  lane.render(block.data(), 2);

  CHECK(block == Samples{7, 7, 0, 8, 8, 0});
}

TEST_CASE("a dry ring plays silence, counted once sound has begun", "[card]") {
  CardLane lane(8000, 1, 100);
  Samples block(4, 99);
  lane.render(block.data(), 4);
  CHECK(block == Samples{0, 0, 0, 0});
  CHECK(lane.gap_samples == 0);
  lane.ring.push(Samples{5});

  lane.render(block.data(), 4);

  CHECK(block == Samples{5, 0, 0, 0});
  CHECK(lane.gap_samples == 3);
}

TEST_CASE("blocks longer than the callback's own buffer pass whole", "[card]") {
  CardLane lane(48000, 2, 5000);
  Samples block(2 * 2000);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::int16_t>(i / 2);

  lane.record(block.data(), 2000);
  Samples played(2 * 2000);
  lane.render(played.data(), 2000);

  CHECK(played == block);
  CHECK(lane.block_samples == 2000);
}
