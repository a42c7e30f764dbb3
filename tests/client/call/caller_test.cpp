// Connecting, losing the connection, and trying again.
#include "tests/client/call/caller_fixture.hpp"

using namespace voicecli;
using namespace voicecli::test;
using namespace std::chrono_literals;

namespace {

CallerOptions without_reconnect() {
  CallerOptions run = caller_options();
  run.on_loss = OnLoss::end;
  return run;
}

const Stream http_answer = [] {
  const std::string_view text = "HTTP/1.1 400 Bad Request\r\n";
  return Stream{text.begin(), text.end()};
}();

}  // namespace

TEST_CASE("a connection that cannot be made is tried again, and its reason is reported once",
          "[caller]") {
  struct Row {
    LinkEnd end;
    const char* reason;
  };
  const auto row =
      GENERATE(values<Row>({{{LinkEnd::How::closed_by_server}, "the server closed the connection"},
                            {{LinkEnd::How::timed_out}, "connection timed out"},
                            {{LinkEnd::How::other, "No route to host"}, "No route to host"}}));
  Shell shell;
  CHECK(shell.one<event::Connecting>().server == "host:7000");

  shell.end_link(row.end);
  const auto failed = shell.one<event::CannotConnect>();
  CHECK(failed.reason == row.reason);
  REQUIRE(failed.retry_in);
  CHECK(*failed.retry_in >= 100ms);
  CHECK(*failed.retry_in <= 200ms);

  shell.wait(*failed.retry_in - 1us);
  CHECK(shell.links == 1);
  shell.wait(1us);
  CHECK(shell.links == 2);
  shell.end_link(row.end);
  shell.wait(1500ms);
  CHECK(shell.links == 3);
  CHECK(shell.told.empty());

  shell.end_link({LinkEnd::How::other, "Network is down"});
  CHECK(shell.one<event::CannotConnect>().reason == "Network is down");
}

TEST_CASE("with --verbose every attempt and every failure is reported", "[caller]") {
  CallerOptions run = caller_options();
  run.telling = Telling::every_attempt;
  Shell shell{std::move(run)};
  for (int i = 0; i < 3; ++i) {
    shell.end_link();
    shell.wait(1500ms);
  }
  CHECK(shell.take<event::Connecting>().size() == 4);
  CHECK(shell.take<event::CannotConnect>().size() == 3);
}

TEST_CASE("attempts go on for as long as the server is away", "[caller]") {
  Shell shell;
  for (int i = 0; i < 1000; ++i) {
    shell.end_link({LinkEnd::How::timed_out});
    REQUIRE_FALSE(shell.finished);
    shell.wait(1500ms);
  }
  CHECK(shell.links == 1001);
  shell.join();
  CHECK(shell.take<event::Connected>().size() == 1);
}

TEST_CASE("without reconnecting the first failure ends the run", "[caller]") {
  struct Row {
    const char* what;
    void (*happens)(Shell&);
    Outcome outcome;
  };
  const auto row = GENERATE(values<Row>(
      {{"not connected", [](Shell& s) { s.end_link(); }, Outcome::cannot_connect},
       {"closed early", [](Shell& s) { s.accept(), s.end_link(); }, Outcome::cannot_connect},
       {"lost", [](Shell& s) { s.join(), s.end_link(); }, Outcome::connection_lost},
       {"goodbye", [](Shell& s) { s.join(), s.receive(text("Bye")); }, Outcome::connection_lost},
       {"full", [](Shell& s) { s.accept(), s.receive(text("Refused\nCode:full")); },
        Outcome::refused},
       {"silent", [](Shell& s) { s.accept(), s.wait(6s); }, Outcome::cannot_connect}}));
  INFO(row.what);
  Shell shell{without_reconnect()};
  row.happens(shell);
  CHECK(shell.finished);
  CHECK(shell.outcome() == row.outcome);
  CHECK(shell.links == 1);
  for (const auto& failed : shell.take<event::CannotConnect>()) CHECK_FALSE(failed.retry_in);
  for (const auto& lost : shell.take<event::Disconnected>()) CHECK_FALSE(lost.retry_in);
}

TEST_CASE("joining is reported with what the server says, and opens the sound at its rate",
          "[caller]") {
  Shell shell;
  shell.join();
  const auto joined = shell.one<event::Connected>();
  CHECK(joined.server == "host:7000");
  CHECK(joined.rate_hz == 8000);
  CHECK(joined.voice1);
  CHECK(joined.id == "7");
  CHECK(joined.name == "anna");
  CHECK(joined.agent == "voiced/1");
  CHECK(shell.rates_hz == std::vector<int>{8000});
  CHECK(shell.unsent_bytes_max == 5 * (4 + 12 + 160));
  CHECK(shell.caller.status(shell.now).name == "anna");
}

TEST_CASE("a classic server's announcement is all it takes to join", "[caller]") {
  Shell shell;
  shell.accept();
  shell.receive(classic_announce());
  const auto joined = shell.one<event::Connected>();
  CHECK_FALSE(joined.voice1);
  CHECK(joined.id.empty());
  CHECK(shell.written.empty());
}

TEST_CASE("after a connection cut off in the middle of a message the next starts cleanly",
          "[caller]") {
  Shell shell;
  shell.join();
  Stream half = packet(1, 0x10);
  half.resize(half.size() / 2);
  shell.receive(half);

  shell.end_link();
  const auto lost = shell.one<event::Disconnected>();
  CHECK(lost.reason == "the server closed the connection");
  REQUIRE(lost.retry_in);
  CHECK(shell.caller.call_for_sound() == nullptr);
  CHECK_FALSE(shell.caller.status(shell.now).connected);

  shell.take<event::Connected>();
  shell.wait(*lost.retry_in);
  shell.join();
  CHECK(shell.one<event::Connected>().rate_hz == 8000);
}

TEST_CASE("what a server said before it closed early is in the reason", "[caller]") {
  Shell shell;
  shell.accept();
  shell.receive(message("hello there"));
  shell.end_link();
  const std::string reason = shell.one<event::CannotConnect>().reason;
  CHECK(reason.find(
            "closed the connection before announcing itself (the server closed the connection)") !=
        std::string::npos);
  CHECK_FALSE(shell.finished);
}

TEST_CASE("a client the server does not want back never returns", "[caller]") {
  const auto bytes =
      GENERATE(text("Bye\nCode:kicked\nReason:enough"), text("Bye\nCode:banned\nReason:enough"),
               text("Bye\nCode:password\nReason:enough"));
  Shell shell;
  shell.join();
  shell.receive(bytes);
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::unwanted);
  CHECK(shell.one<event::Bye>().reason == "enough");
  CHECK_FALSE(shell.one<event::Disconnected>().retry_in);
  shell.wait(1min);
  CHECK(shell.links == 1);
}

TEST_CASE("a wrong password ends the run before the call has begun", "[caller]") {
  Shell shell;
  shell.accept();
  shell.receive(voice1_announce());
  shell.receive(text("Bye\nCode:password\nReason:wrong password"));
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::unwanted);
  CHECK(shell.one<event::CannotConnect>().reason == "wrong password");
}

TEST_CASE("a banned client does not try again", "[caller]") {
  Shell shell;
  shell.accept();
  shell.receive(text("Refused\nCode:banned\nReason:for an hour"));
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::unwanted);
  CHECK(shell.one<event::Refused>().code == "banned");
}

TEST_CASE("a full server is tried again after five seconds, and reported once", "[caller]") {
  const Stream full = text("Refused\nCode:full\nReason:32 of 32");
  Shell shell;
  for (int i = 0; i < 3; ++i) {
    shell.accept();
    shell.receive(full);
    REQUIRE_FALSE(shell.finished);
    shell.wait(5s);
    CHECK(shell.links == i + 1);
    shell.wait(1500ms);
    CHECK(shell.links == i + 2);
  }
  const auto refused = shell.one<event::Refused>();
  CHECK(refused.code == "full");
  CHECK(refused.reason == "32 of 32");
  CHECK(shell.one<event::CannotConnect>().reason == "refused: full");
}

TEST_CASE("after a server's restart the client returns", "[caller]") {
  Shell shell;
  shell.join();
  shell.receive(text("Bye\nCode:restart"));
  CHECK(shell.one<event::Bye>().code == "restart");
  CHECK(shell.one<event::Disconnected>().reason == "the server said goodbye");
  shell.wait(200ms);
  shell.join();
  CHECK(shell.take<event::Connected>().size() == 2);
}

TEST_CASE("a server that returns at another rate gets the sound at that rate", "[caller]") {
  Shell shell;
  shell.join();
  shell.end_link();
  shell.wait(200ms);
  shell.join(announce("SamplesPerSecond:48000:voice/1"));
  CHECK(shell.rates_hz == std::vector<int>{8000, 48000});
  CHECK(shell.unsent_bytes_max == 5 * (4 + 12 + 960));
}

TEST_CASE("each connection starts with new sequence numbers", "[caller]") {
  Shell shell;
  std::vector<std::uint32_t> sources;
  for (int i = 0; i < 2; ++i) {
    shell.join();
    shell.written.clear();
    shell.caller.call_for_sound()->capture(Pcm(160, 9000));
    shell.wait(20ms);
    bool is_found = false;
    for (const Stream& each : messages_of(shell.written)) {
      const auto rtp = voice::rtp::parse(each);
      if (!rtp) continue;
      is_found = true;
      sources.push_back(static_cast<std::uint32_t>(rtp->header.ssrc));
    }
    REQUIRE(is_found);
    shell.end_link();
    shell.wait(200ms);
  }
  CHECK(sources.front() != sources.back());
}

TEST_CASE("an address that answers in another protocol is given up", "[caller]") {
  Shell shell;
  shell.accept();
  shell.receive(http_answer);
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::no_voice_server);
  CHECK(shell.one<event::CannotConnect>().reason ==
        "host:7000 is not a voice server: it answered \"HTTP/1.1 400 Bad Request\"");
}

TEST_CASE(
    "a server that we were in a call with is given up after five answers that are not its own",
    "[caller]") {
  Shell shell;
  shell.join();
  shell.end_link();
  for (int i = 1; i <= 5; ++i) {
    REQUIRE_FALSE(shell.finished);
    shell.wait(1500ms);
    shell.accept();
    shell.receive(http_answer);
  }
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::no_voice_server);
}

TEST_CASE("an address that accepts and says nothing is given up the third time", "[caller]") {
  Shell shell;
  for (int i = 1; i <= 3; ++i) {
    REQUIRE_FALSE(shell.finished);
    shell.accept();
    shell.wait(6s);
    if (i < 3) shell.wait(1500ms);
  }
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::no_voice_server);
}

TEST_CASE("a server that falls silent in a call is left after thirty seconds and tried again",
          "[caller]") {
  Shell shell;
  shell.join();
  shell.wait(30s - 20ms);
  CHECK(shell.caller.status(shell.now).connected);
  shell.wait(40ms);
  CHECK(shell.one<event::Disconnected>().reason ==
        "nothing came from the server for 30 s, not even an answer to a Ping");
  shell.wait(200ms);
  CHECK(shell.links == 2);
}

TEST_CASE("a server that is silent for a while and comes back is reported, and the call goes on",
          "[caller]") {
  Shell shell;
  shell.join();
  shell.wait(6s - 20ms);
  CHECK(shell.take<event::ServerSilent>().empty());

  shell.wait(9s);
  shell.one<event::ServerSilent>();
  CHECK(shell.take<event::ServerHeard>().empty());
  shell.receive(text("Pong\nId:1"));
  shell.wait(20ms);

  shell.one<event::ServerHeard>();
  CHECK(shell.caller.status(shell.now).connected);
  CHECK(shell.links == 1);
}
