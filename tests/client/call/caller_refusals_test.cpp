// Servers that do not let us in, drop us at once, or change their minds all the time.
#include "tests/client/call/caller_fixture.hpp"

using namespace voicecli;
using namespace voicecli::test;
using namespace std::chrono_literals;

namespace {

const Stream room_full = text("Bye\nCode:room-full\nReason:the room is full");

CallerOptions telling_all() {
  CallerOptions run = caller_options();
  run.telling = Telling::every_attempt;
  return run;
}

void be_answered(Shell& shell, const Stream& answer) {
  shell.accept();
  shell.receive(voice1_announce());
  shell.receive(answer);
}

Stream welcome_at(int rate_hz) {
  return text("Welcome\nId:7\nName:anna\nAgent:voiced/1\nRate:" + std::to_string(rate_hz));
}

}  // namespace

TEST_CASE("a full room is tried again after five seconds, and reported once", "[caller]") {
  Shell shell;
  for (int i = 0; i < 3; ++i) {
    be_answered(shell, room_full);
    REQUIRE_FALSE(shell.finished);
    shell.wait(5s);
    CHECK(shell.links == i + 1);
    shell.wait(1500ms);
    CHECK(shell.links == i + 2);
  }
  CHECK(shell.one<event::Bye>().code == "room-full");
  CHECK(shell.one<event::CannotConnect>().reason == "the room is full");
}

TEST_CASE("a full room refuses a client that does not reconnect", "[caller]") {
  CallerOptions run = caller_options();
  run.on_loss = OnLoss::end;
  Shell shell{std::move(run)};
  be_answered(shell, room_full);
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::refused);
}

TEST_CASE("a server that stops before it has let us in has refused nothing", "[caller]") {
  Shell shell;
  be_answered(shell, text("Bye\nReason:server is stopping"));
  CHECK(shell.one<event::Bye>().reason == "server is stopping");
  CHECK(*shell.one<event::CannotConnect>().retry_in <= 200ms);
}

TEST_CASE("with --verbose every refusal is reported", "[caller]") {
  Shell shell{telling_all()};
  be_answered(shell, room_full);
  shell.wait(7s);
  be_answered(shell, room_full);
  shell.wait(7s);
  CHECK(shell.take<event::Bye>().size() == 2);
  for (int i = 0; i < 2; ++i) {
    shell.accept();
    shell.receive(text("Refused\nCode:full"));
    shell.wait(7s);
  }
  CHECK(shell.take<event::Refused>().size() == 2);
}

TEST_CASE("a server that drops whom it lets in is not hammered", "[caller]") {
  const auto drop = GENERATE(
      +[](Shell& shell) { shell.end_link(); },
      +[](Shell& shell) { shell.receive(text("Bye\nReason:you accepted no data for too long")); });
  Shell shell;
  const voice::TimePoint end = shell.now + 20s;
  while (shell.now < end) {
    shell.wait(20ms);
    if (!shell.dialing) continue;
    shell.join();
    drop(shell);
  }
  CHECK(shell.links < 32);

  // After a call that lasted, the next attempt follows soon.
  while (!shell.dialing) shell.wait(20ms);
  shell.join();
  shell.wait(good_call_min);
  shell.take<event::Disconnected>();
  drop(shell);
  CHECK(*shell.one<event::Disconnected>().retry_in <= 200ms);
}

TEST_CASE("a server may change the rate often, but not all the time", "[caller]") {
  Shell shell;
  shell.join();
  int changes = 0;
  // A second of the same rate is no change.
  for (; shell.open && changes < 1000; ++changes) {
    shell.receive(welcome_at(changes % 2 == 0 ? 16000 : 8000));
    shell.wait(1s);
    shell.receive(welcome_at(changes % 2 == 0 ? 16000 : 8000));
  }
  CHECK(changes == 17);
  CHECK(shell.rates_hz.size() == 17);
  CHECK(shell.one<event::Disconnected>().reason ==
        "host:7000 changes the sample rate too often; voicecli follows up to 16 changes in quick "
        "succession, then one per minute");

  // A new connection does not help: the limit is the run's.
  shell.wait(7s);
  be_answered(shell, welcome_at(16000));
  CHECK(shell.one<event::CannotConnect>().reason.find("too often") != std::string::npos);
  shell.wait(1min);
  shell.join();
  shell.receive(welcome_at(16000));
  CHECK(shell.rates_hz.back() == 16000);
  CHECK(shell.open);
}
