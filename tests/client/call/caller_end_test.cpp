// How a run ends, what the user can ask for meanwhile, and a shell that reports things twice.
#include "tests/client/call/caller_fixture.hpp"

#include <random>

using namespace voicecli;
using namespace voicecli::test;
using namespace std::chrono_literals;
using Kind = Command::Kind;

namespace {

CallerOptions for_two_seconds() {
  CallerOptions run = caller_options();
  run.duration = 2s;
  return run;
}

std::string last_text(const Stream& stream) {
  const auto messages = messages_of(stream);
  REQUIRE_FALSE(messages.empty());
  return as_text(messages.back());
}

}  // namespace

TEST_CASE("a user who quits before the call has begun does not wait", "[caller]") {
  const auto reach = GENERATE(
      +[](Shell&) {}, +[](Shell& shell) { shell.end_link(); });
  Shell shell;
  reach(shell);
  shell.obey({Kind::quit});
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::done);
  CHECK(shell.take<event::Leaving>().empty());
}

TEST_CASE("a user who quits a call says goodbye and waits for the server to close", "[caller]") {
  Shell shell;
  shell.join();
  shell.obey({Kind::quit});
  shell.one<event::Leaving>();
  CHECK(last_text(shell.written).starts_with("Bye"));
  CHECK(shell.sending_ended);
  CHECK_FALSE(shell.finished);
  CHECK(shell.caller.call_for_sound() == nullptr);

  shell.end_link();
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::done);
  CHECK(shell.take<event::Disconnected>().empty());
}

TEST_CASE("a farewell that never ends is given up after half a second", "[caller]") {
  const bool kernel_takes_it = GENERATE(true, false);
  Shell shell;
  shell.join();
  if (!kernel_takes_it) shell.takes = 0;
  shell.leave(Outcome::interrupted);
  CHECK(shell.sending_ended == kernel_takes_it);
  shell.wait(499ms);
  CHECK_FALSE(shell.finished);
  shell.wait(1ms);
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::interrupted);
}

TEST_CASE("a second request to end ends at once, with the second outcome", "[caller]") {
  Shell shell;
  shell.join();
  shell.leave(Outcome::done);
  CHECK_FALSE(shell.finished);
  shell.leave(Outcome::interrupted);
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::interrupted);
  shell.one<event::Leaving>();
}

TEST_CASE("what a slow kernel takes in pieces arrives in order, the goodbye included", "[caller]") {
  Shell shell;
  shell.takes = 3;
  shell.join();
  shell.leave(Outcome::done);
  for (int i = 0; i < 100 && !shell.sending_ended; ++i) {
    shell.caller.writable();
    shell.act();
  }
  CHECK(shell.sending_ended);
  const auto messages = messages_of(shell.written);
  CHECK(as_text(messages.front()).starts_with("Hello"));
  CHECK(as_text(messages.back()).starts_with("Bye"));
}

TEST_CASE("what the server says during the farewell changes nothing", "[caller]") {
  Shell shell;
  shell.join();
  shell.leave(Outcome::done);
  shell.told.clear();
  shell.receive(text("Bye\nCode:kicked"));
  shell.receive(packet(1, 0x10));
  CHECK(shell.told.empty());
  shell.end_link();
  CHECK(shell.outcome() == Outcome::done);
}

TEST_CASE("the duration ends a call politely", "[caller]") {
  Shell shell{for_two_seconds()};
  shell.join();
  shell.wait(2s - 1us);
  CHECK(shell.take<event::Leaving>().empty());
  shell.wait(1us);
  shell.one<event::Leaving>();
  shell.end_link();
  CHECK(shell.outcome() == Outcome::done);
}

TEST_CASE("a duration that passes before the call has begun is reported, unless a failure was",
          "[caller]") {
  struct Row {
    void (*reach)(Shell&);
    const char* reason;
  };
  const auto row = GENERATE(values<Row>(
      {{[](Shell&) {}, "no connection to host:7000 when --duration expired"},
       {[](Shell& s) { s.accept(); },
        "host:7000 accepted the connection but had not let us in when --duration expired"},
       {[](Shell& s) { s.end_link({LinkEnd::How::timed_out}); }, "connection timed out"}}));
  Shell shell{for_two_seconds()};
  row.reach(shell);
  shell.wait(2s + farewell_duration_max);
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::cannot_connect);
  CHECK(shell.one<event::CannotConnect>().reason == row.reason);
}

TEST_CASE(
    "a duration that passes between two connections ends a run that was in a call successfully",
    "[caller]") {
  Shell shell{for_two_seconds()};
  shell.join();
  shell.wait(1990ms);
  shell.end_link();
  shell.wait(10ms);
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::done);
}

TEST_CASE("a device that cannot be used ends the run politely", "[caller]") {
  Shell shell;
  shell.sound_fault = "no sound card is called 'x'";
  shell.accept();
  shell.receive(voice1_announce());
  shell.receive(welcome());
  CHECK(shell.one<event::DeviceError>().reason == "no sound card is called 'x'");
  shell.one<event::Leaving>();
  CHECK(last_text(shell.written).starts_with("Bye"));
  shell.end_link();
  CHECK(shell.outcome() == Outcome::audio_device);
}

TEST_CASE("a loudspeaker that is given up ends the run, however often it is reported", "[caller]") {
  Shell shell;
  shell.join();
  for (int i = 0; i < 3; ++i) {
    shell.caller.loudspeaker_failed(shell.now);
    shell.act();
  }
  CHECK_FALSE(shell.finished);
  shell.wait(500ms);
  CHECK(shell.outcome() == Outcome::audio_device);
}

TEST_CASE("a run succeeds only if its sound did", "[caller]") {
  CHECK(outcome_with_sound(Outcome::done, {}) == Outcome::done);
  CHECK(outcome_with_sound(Outcome::done, {true, true}) == Outcome::recording_incomplete);
  CHECK(outcome_with_sound(Outcome::done, {false, true}) == Outcome::audio_device);
  CHECK(outcome_with_sound(Outcome::interrupted, {true, true}) == Outcome::interrupted);
}

TEST_CASE("the user's settings are reported when they change, and outlive a connection",
          "[caller]") {
  Shell shell;
  shell.join();
  shell.obey({Kind::mute});
  shell.obey({Kind::mute});
  CHECK(shell.one<event::MicrophoneMuted>().muted);
  shell.obey({Kind::toggle_deaf});
  CHECK(shell.one<event::LoudspeakerMuted>().muted);
  shell.obey({Kind::set_volume, -6.0});
  CHECK(shell.one<event::VolumeChanged>().db == -6.0);
  shell.obey({Kind::status});
  CHECK(shell.statuses == 1);

  shell.end_link();
  shell.wait(200ms);
  shell.join();
  CHECK_FALSE(shell.caller.status(shell.now).microphone_open);
  CHECK(shell.caller.controls().loudness().muted);
  CHECK(shell.caller.controls().loudness().gain_db == -6.0);
}

TEST_CASE("a mute by the server and the first sounds are reported", "[caller]") {
  Shell shell;
  shell.join();
  shell.caller.call_for_sound()->capture(Pcm(160, 9000));
  shell.wait(20ms);
  shell.one<event::FirstAudioSent>();
  for (std::uint16_t i = 1; i <= 2; ++i) shell.receive(packet(i, 0x10));
  static_cast<void>(shell.caller.call_for_sound()->play({}, shell.now));
  shell.act();
  shell.one<event::FirstAudioHeard>();
  shell.receive(text("State\nMutedByServer:microphone"));
  CHECK(shell.one<event::MutedByServer>().mute.microphone);
  CHECK(shell.caller.status(shell.now).muted_by_server.microphone);
}

TEST_CASE("events that come twice, out of turn or late do no harm", "[caller]") {
  const auto seed = GENERATE(range(0U, 40U));
  INFO("seed " << seed);
  std::mt19937 dice{seed};
  Shell shell;
  for (int i = 0; i < 400 && !shell.finished; ++i) {
    const auto twice = [&](auto&& step) { step(), step(); };
    switch (dice() % 12) {
      case 0:
      case 1:
      case 2:
        if (shell.dialing) shell.accept();
        twice([&] { shell.caller.connected(shell.now); });
        break;
      case 3:
        twice([&] { shell.receive(voice1_announce()); });
        break;
      case 4:
        twice([&] { shell.receive(welcome()); });
        break;
      case 5:
        twice([&] { shell.end_link(); });
        break;
      case 6:
        shell.takes = dice() % 50;
        twice([&] { shell.caller.writable(), shell.act(); });
        break;
      case 7:
        twice([&] { shell.receive(packet(static_cast<std::uint16_t>(i), 0x10)); });
        break;
      case 8:
        twice([&] { shell.obey({Kind::toggle_mute}); });
        break;
      case 9:
        twice([&] { shell.caller.sent(0, shell.now), shell.act(); });
        break;
      case 10:
        shell.wait(std::chrono::milliseconds{dice() % 3000});
        break;
      default:
        if (dice() % 8 == 0) shell.leave(Outcome::interrupted);
    }
    CHECK((shell.caller.call_for_sound() == nullptr || shell.open));
  }
  shell.leave(Outcome::done);
  shell.leave(Outcome::done);
  CHECK(shell.finished);
  shell.end_link();
  shell.receive(welcome());
  shell.obey({Kind::mute});
  shell.caller.connected(shell.now);
  shell.caller.loudspeaker_failed(shell.now);
  shell.wait(1h);
  CHECK(shell.caller.deadline() == voice::TimePoint::max());
}
