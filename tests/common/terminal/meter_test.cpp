#include "common/terminal/meter.hpp"

#include "tests/support/catch.hpp"

using namespace voice::terminal;

TEST_CASE("the level bar has eight cells of 6 dB", "[meter]") {
  struct Row {
    double dbfs;
    const char* bar;
  };
  const auto row = GENERATE(values<Row>({{-96.0, "[        ]"},
                                         {-48.0, "[        ]"},
                                         {-42.0, "[#       ]"},
                                         {-18.0, "[#####   ]"},
                                         {-3.0, "[########]"},
                                         {0.0, "[########]"},
                                         {20.0, "[########]"}}));
  INFO(row.dbfs);
  CHECK(level_bar(row.dbfs) == row.bar);
}

TEST_CASE("the jitter bar shows the fill and marks the target", "[meter]") {
  struct Row {
    int fill, depth;
    const char* bar;
  };
  const auto row = GENERATE(values<Row>({{0, 8, "[   |  ]"},
                                         {3, 8, "[###|  ]"},
                                         {4, 8, "[###|  ]"},
                                         {6, 8, "[###|# ]"},
                                         {8, 8, "[###|##]"},
                                         {1, 2, "[###|  ]"},
                                         {2, 2, "[###|##]"},
                                         {1, 1000, "[#  |  ]"},
                                         {2, 3, "[##|#  ]"},
                                         {99, 8, "[###|##]"},
                                         {0, 0, "[|     ]"}}));
  INFO(row.fill << '/' << row.depth);
  CHECK(jitter_bar(row.fill, row.depth) == row.bar);
}

TEST_CASE("levels are always six columns wide", "[meter]") {
  CHECK(level_text(-18.2) == "-18 dB");
  CHECK(level_text(-6.0) == " -6 dB");
  CHECK(level_text(0.0) == "  0 dB");
  CHECK(level_text(-96.0) == "-96 dB");
}
