#include "client/net/device_watch.hpp"

#include "tests/support/catch.hpp"

using voice::DeviceState;
using voicecli::DeviceRole;
using voicecli::DeviceWatch;

TEST_CASE("each change of a device is reported once", "[device_watch]") {
  DeviceWatch watch{DeviceRole::input};

  auto event = watch.changed({DeviceState::waiting, "no sound card", 0});
  REQUIRE(event);
  CHECK(event->role == DeviceRole::input);
  CHECK(event->state == DeviceState::waiting);
  CHECK(event->detail == "no sound card");
  CHECK_FALSE(watch.changed({DeviceState::waiting, "no sound card", 0}));

  CHECK(watch.changed({DeviceState::waiting, "busy", 0}));
  CHECK(watch.changed({DeviceState::running, "busy", 0}));
  CHECK_FALSE(watch.changed({DeviceState::running, "busy", 500}));
}
