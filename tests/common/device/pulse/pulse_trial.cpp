// What is particular to a real PulseAudio server that we talk to directly. What applies to every
// sound card, and servers that die or hang, are tested in card/sound_card_trial.cpp.
#include "common/device/pulse/pulse_system.hpp"

#include "tests/common/device/formats.hpp"
#include "tests/common/device/live_call.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/pulse_audio.hpp"

#include <algorithm>
#include <cstdlib>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;

namespace {

bool can_run() {
  const std::string why = PulseAudio::missing();
  if (why.empty()) return true;
  WARN(why);
  return false;
}

const SoundCardInfo* card_called(const std::vector<SoundCardInfo>& cards, const std::string& id) {
  const auto found =
      std::find_if(cards.begin(), cards.end(), [&](const auto& card) { return card.id == id; });
  return found == cards.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("where no sound server runs, none is found, and none is started", "[pulse]") {
  setenv("PULSE_SERVER", "unix:/nowhere/native", 1);
  CHECK(connect_pulse() == nullptr);
  unsetenv("PULSE_SERVER");
}

TEST_CASE("sources and sinks of a server are listed, with its defaults", "[pulse]") {
  if (!can_run()) return;
  PulseAudio pulse(format(8000));
  const auto system = connect_pulse();
  REQUIRE(system != nullptr);

  const auto cards = system->cards();

  REQUIRE(cards.size() == 4);  // two sinks and their monitors
  for (std::size_t i = 0; i < cards.size(); ++i) {
    CHECK(cards[i].index == static_cast<int>(i));
    CHECK(cards[i].host_api == "PulseAudio");
    CHECK(!cards[i].name.empty());
    CHECK(cards[i].default_rate_hz == 8000);
  }
  const auto* const microphone = card_called(cards, "mic.monitor");
  REQUIRE(microphone != nullptr);
  CHECK(microphone->is_default_input);
  CHECK(microphone->name == "Monitor of Null Output (mic.monitor)");
  CHECK(microphone->input_channels_max == 1);
  CHECK(microphone->output_channels_max == 0);
  const auto* const loudspeaker = card_called(cards, "spk");
  REQUIRE(loudspeaker != nullptr);
  CHECK(loudspeaker->is_default_output);
  CHECK(loudspeaker->input_channels_max == 0);
}

TEST_CASE("the less latency is requested, the less there is", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  PulseAudio pulse(rate);
  struct Row {
    Latency latency;
    Duration playback_max;
    Duration capture_max;
  };
  const auto row = GENERATE(values<Row>({{Latency::low, 100ms, 60ms},
                                         {Latency::normal, 130ms, 70ms},
                                         {Latency::safe, 400ms, 200ms}}));
  LiveCall call(open_devices("", "", rate, nullptr, {row.latency, 20ms}).value(), rate, 1000);
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));

  // A busy machine may need a while.
  CHECK(call.run_until([&] {
    const Duration playback = call.devices().playback->latency();
    const Duration capture = call.devices().capture->latency();
    return playback > 10ms && playback < row.playback_max && capture > 0ms &&
           capture < row.capture_max;
  }));
}

TEST_CASE("a sink by its own name is waited for while its server is away", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  PulseAudio pulse(rate);
  LiveCall call(open_devices("null", "spk", rate).value(), rate, 1000);
  const auto is = [&](DeviceState state) {
    return call.devices().playback->status().state == state;
  };
  REQUIRE(call.run_until([&] { return is(DeviceState::running); }));

  pulse.kill();
  REQUIRE(call.run_until([&] { return is(DeviceState::waiting); }));
  pulse.start();

  CHECK(call.run_until([&] { return is(DeviceState::running); }));
}

TEST_CASE("the stream of a card that is unplugged ends, and does not move to another one",
          "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  PulseAudio pulse(rate);
  pulse.plug("headset");
  const auto system = connect_pulse();
  REQUIRE(system != nullptr);
  const auto cards = system->cards();
  const bool is_capture = GENERATE(false, true);
  const auto* const card = card_called(cards, is_capture ? "headset.monitor" : "headset");
  REQUIRE(card != nullptr);
  const auto stream = system->open(*card, is_capture ? Direction::capture : Direction::playback,
                                   rate, Latency::normal);
  REQUIRE(stream);
  REQUIRE((*stream)->is_active());

  pulse.unplug("headset");

  CHECK(eventually([&] { return !(*stream)->is_active(); }, 10s));
}

TEST_CASE("when the only microphone is unplugged, the loudspeaker is not recorded instead",
          "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  PulseAudio pulse(rate);
  LiveCall call(open_devices("", "", rate).value(), rate, 1000);
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));

  pulse.unplug("mic");
  REQUIRE(call.run_until(
      [&] { return call.devices().capture->status().state == DeviceState::waiting; }));
  call.run_for(3s);
  CHECK(call.devices().capture->status().state == DeviceState::waiting);
  CHECK(call.devices().playback->status().state == DeviceState::running);
  pulse.plug("mic");
  pulse.prefer("mic.monitor");

  CHECK(call.run_until([&] { return call.both_are(DeviceState::running); }));
}

TEST_CASE("a sound server that hangs is given up, whatever the request", "[pulse]") {
  if (!can_run()) return;
  PulseAudio pulse(format(8000));
  const auto system = connect_pulse();
  REQUIRE(system != nullptr);
  const auto cards = system->cards();
  const auto* const loudspeaker = card_called(cards, "spk");
  REQUIRE(loudspeaker != nullptr);

  pulse.stall();
  const auto no_cards = system->cards();
  const auto stream =
      system->open(*loudspeaker, Direction::playback, format(8000), Latency::normal);
  const auto other = connect_pulse();
  pulse.resume();

  CHECK(no_cards.empty());
  REQUIRE(!stream);
  CHECK(stream.error() == "the sound server does not respond");
  CHECK(other == nullptr);
  CHECK(!system->cards().empty());
}
