#include "client/net/device_watch.hpp"

#include "tests/support/catch.hpp"

using voice::DeviceState;
using voicecli::DeviceWatch;

namespace {

std::string text(const voicecli::Event& event, std::size_t field) {
  return std::get<std::string>(event.fields.at(field).value);
}

}  // namespace

TEST_CASE("each change of a device is told once", "[device_watch]") {
  DeviceWatch watch{"input"};

  auto event = watch.changed({DeviceState::waiting, "no sound card", 0});
  REQUIRE(event);
  CHECK(event->name == "sound");
  CHECK(text(*event, 0) == "input");
  CHECK(text(*event, 1) == voice::to_string(DeviceState::waiting));
  CHECK(text(*event, 2) == "no sound card");
  CHECK_FALSE(watch.changed({DeviceState::waiting, "no sound card", 0}));

  CHECK(watch.changed({DeviceState::waiting, "busy", 0}));
  CHECK(watch.changed({DeviceState::running, "busy", 0}));
  CHECK_FALSE(watch.changed({DeviceState::running, "busy", 500}));
}
