#include "client/net/device_watch.hpp"

#include "client/net/file_name.hpp"

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

TEST_CASE("each rate of a run records into a file of its own", "[file_name]") {
  CHECK(voicecli::file_name_of_part("a/call.wav", 1) == "a/call.wav");
  CHECK(voicecli::file_name_of_part("a/call.wav", 2) == "a/call-2.wav");
  CHECK(voicecli::file_name_of_part("a/call.wav", 13) == "a/call-13.wav");
  CHECK(voicecli::file_name_of_part("-", 2) == "-");
  CHECK(voicecli::file_name_of_part("USB Audio", 2) == "USB Audio");
  CHECK(voicecli::file_name_of_part("", 2) == "");
}
