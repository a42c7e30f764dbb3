#include "common/wire/sequence.hpp"

#include "tests/support/catch.hpp"

using voice::is_ahead;
using voice::sequence_distance;

TEST_CASE("sequence numbers compare correctly across the wrap", "[sequence]") {
  struct Row {
    const char* what;
    std::uint16_t newer, older;
    int distance;
    bool ahead;
  };
  const auto row = GENERATE(values<Row>({{"equal", 7, 7, 0, false},
                                         {"next", 8, 7, 1, true},
                                         {"previous", 7, 8, -1, false},
                                         {"wraps", 0, 65535, 1, true},
                                         {"wraps backwards", 65535, 0, -1, false},
                                         {"as far ahead as can be", 32767, 0, 32767, true},
                                         {"half way", 32768, 0, -32768, false},
                                         {"half way, seen from there", 0, 32768, -32768, false},
                                         {"just behind half way", 32769, 0, -32767, false},
                                         {"far across the wrap", 100, 65000, 636, true}}));
  INFO(row.what);

  CHECK(sequence_distance(row.newer, row.older) == row.distance);
  CHECK(is_ahead(row.newer, row.older) == row.ahead);
}

TEST_CASE("walking a distance leads to the other number, for all distances", "[sequence]") {
  for (const int older : {0, 1, 4596, 32767, 32768, 65535}) {
    for (int newer = 0; newer < 65536; ++newer) {
      const int distance =
          sequence_distance(static_cast<std::uint16_t>(newer), static_cast<std::uint16_t>(older));
      const bool leads_there = static_cast<std::uint16_t>(older + distance) == newer;
      const bool is_shortest = distance >= -32768 && distance <= 32767;
      if (!leads_there || !is_shortest) FAIL(newer << " after " << older << ": " << distance);
    }
  }
  SUCCEED("six times 65536 pairs");
}

TEST_CASE("of two different numbers exactly one is ahead, but half way round neither",
          "[sequence]") {
  for (int offset = 1; offset < 65536; ++offset) {
    const std::uint16_t one = 4596;
    const auto other = static_cast<std::uint16_t>(one + offset);
    const int ahead = is_ahead(one, other) + is_ahead(other, one);
    if (ahead != (offset == 32768 ? 0 : 1)) FAIL("offset " << offset);
  }
  SUCCEED("all offsets");
}
