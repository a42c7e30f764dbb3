#include "client/call/controls.hpp"

#include "tests/support/catch.hpp"

using voicecli::Controls;
using namespace std::chrono_literals;

TEST_CASE("the microphone is open unless something closes it, and talking overrides one reason",
          "[controls]") {
  struct Row {
    bool muted, push_to_talk, talking, open;
  };
  const auto row = GENERATE(values<Row>({{false, false, false, true},
                                         {false, false, true, true},
                                         {true, false, false, false},
                                         {true, false, true, true},
                                         {false, true, false, false},
                                         {false, true, true, true},
                                         {true, true, false, false},
                                         {true, true, true, false}}));
  const voice::TimePoint now{1h};
  Controls controls;
  controls.microphone_muted = row.muted;
  controls.push_to_talk = row.push_to_talk;
  if (row.talking) controls.talk_until = now + 1ms;

  INFO("muted " << row.muted << " ptt " << row.push_to_talk << " talking " << row.talking);
  CHECK(controls.microphone_open(now) == row.open);
}

TEST_CASE("push-to-talk ends at its time", "[controls]") {
  const voice::TimePoint now{1h};
  Controls controls;
  controls.push_to_talk = true;
  controls.talk_until = now + 600ms;

  CHECK(controls.microphone_open(now + 599ms));
  CHECK_FALSE(controls.microphone_open(now + 600ms));
}

TEST_CASE("volume stays within its limits", "[controls]") {
  Controls controls;

  controls.change_volume(1000);
  CHECK(controls.volume_db == voicecli::volume_db_max);
  controls.change_volume(-1000);
  CHECK(controls.volume_db == voicecli::volume_db_min);
  controls.change_volume(3);
  CHECK(controls.volume_db == voicecli::volume_db_min + 3);
}
