// What an operator does through the control socket, to classic clients and to ours, and what they
// notice of it.
#include "tests/integration/operator.hpp"

using namespace voice::test;

namespace {

TcpPeer named(Voiced& voiced, const std::string& name, TcpPeer::Options options = {}) {
  TcpPeer peer = join(voiced, options);
  REQUIRE(peer.send(message("Hello\nName:" + name)));
  REQUIRE(contains(next_text(peer), "Welcome"));
  return peer;
}

/// How many whole messages have arrived since the last call.
std::size_t count_heard(TcpPeer& peer) {
  std::size_t count = 0;
  peer.receive();
  while (peer.take()) ++count;
  return count;
}

struct Talk {
  explicit Talk(TcpPeer& talker) : talker_(talker) {}
  void frames(int count) {
    in_real_time(count,
                 [this](int) { talker_.send(rtp_message(sequence_++, ByteVector(160, 0x21))); });
  }

 private:
  TcpPeer& talker_;
  std::uint16_t sequence_ = 0;
};

}  // namespace

TEST_CASE("the operator sees the participants and the state of the server",
          "[integration][control]") {
  Operated server;
  TcpPeer classic = join(server.voiced);
  TcpPeer anna = named(server.voiced, "Anna");
  Talk(classic).frames(30);

  const std::string list = server.ask("list");

  CAPTURE(list);
  CHECK(contains(list, R"("id":1,"name":"127.0.0.1:)"));
  CHECK(contains(list, R"("dialect":"classic")"));
  CHECK(contains(list, R"("talking":true)"));
  CHECK(contains(list, R"("id":2,"name":"Anna","room":"front","address":"127.0.0.1:)"));
  CHECK(contains(list, R"("dialect":"voice/1")"));
  CHECK(contains(list, R"("packets":30,)"));
  CHECK(contains(server.ask("status"), R"("participants":2,)"));
  CHECK(contains(server.ask("stats"), R"("packets_in":30,)"));
  CHECK(
      contains(server.ask("config"), R"({"name":"jitter-depth","value":"0","origin":"default",)"));
}

TEST_CASE("a muted participant is not heard from the next tick on", "[integration][control]") {
  Operated server;
  TcpPeer classic = join(server.voiced);
  TcpPeer listener = join(server.voiced);
  Talk talk(classic);
  talk.frames(30);
  CHECK(count_heard(listener) > 10);

  CHECK(contains(server.ask("mute 1"), R"("muted":["microphone"])"));
  (void)count_heard(listener);
  talk.frames(30);
  // Only what was on its way already may still arrive.
  CHECK(count_heard(listener) <= 1);

  CHECK(contains(server.ask("unmute 1"), R"("muted":[])"));
  talk.frames(30);
  CHECK(count_heard(listener) > 10);
}

TEST_CASE("a peer with a muted loudspeaker is told, and sent nothing from the next tick on",
          "[integration][control]") {
  Operated server;
  TcpPeer talker = join(server.voiced);
  TcpPeer anna = named(server.voiced, "Anna");
  Talk talk(talker);
  talk.frames(20);

  CHECK(contains(server.ask("mute Anna loudspeaker"), R"("muted":["loudspeaker"])"));
  CHECK(next_text(anna) == "State\nMutedByServer:loudspeaker");
  (void)count_heard(anna);
  talk.frames(20);
  CHECK(count_heard(anna) <= 1);

  CHECK(contains(server.ask("mute Anna microphone"), R"("muted":["microphone","loudspeaker"])"));
  CHECK(next_text(anna) == "State\nMutedByServer:both");
  CHECK(contains(server.ask("unmute Anna"), R"("muted":[])"));
  CHECK(next_text(anna) == "State\nMutedByServer:none");
}

TEST_CASE("a mute survives a reload that the operator requests", "[integration][control]") {
  Operated server;
  TcpPeer anna = named(server.voiced, "Anna");
  CHECK(contains(server.ask("mute Anna"), R"("muted":["microphone"])"));
  server.voiced.configure("jitter-depth = 8\nparticipants-max = 9\n");

  CHECK(server.ask("reload") ==
        R"({"ok":true,"changed":[{"name":"jitter-depth","from":"0","to":"8",)"
        R"("takes_effect":"at once"}],)"
        R"("pending":[{"name":"participants-max","from":"1000","to":"9",)"
        R"("takes_effect":"at restart"}]})");

  const std::string list = server.ask("list");
  CHECK(contains(list, R"("muted":["microphone"])"));
  CHECK(contains(list, R"("jitter_depth_packets":8)"));
  server.voiced.configure("jitter-depth = many\n");
  CHECK(contains(server.ask("reload"), R"({"ok":false,"error":")"));
}

TEST_CASE("a kicked peer may come back, and a name that several have is not guessed",
          "[integration][control]") {
  Operated server;
  TcpPeer classic = join(server.voiced);
  TcpPeer anna = named(server.voiced, "Anna"), other = named(server.voiced, "Anna");

  CHECK(server.ask("kick Anna") ==
        R"({"ok":false,"error":"2 participants are called \"Anna\"; use a number: 2, 3"})");
  CHECK(server.ask("kick 2 too loud") == R"({"ok":true,"id":2,"name":"Anna"})");
  CHECK(next_text(anna) == "Bye\nCode:kicked\nReason:too loud");
  CHECK(anna.wait_for_end() == End::clean);
  CHECK(contains(server.ask("kick 1"), R"("ok":true)"));
  CHECK(classic.wait_for_end() == End::clean);
  CHECK(contains(server.ask("kick 1"), "no participant has the id 1"));

  TcpPeer again = named(server.voiced, "Anna");
  CHECK(contains(server.ask("stats"), R"("kicked":2,)"));
}

TEST_CASE("a participant whose name is a number is not taken for the one with that id",
          "[integration][control]") {
  Operated server;
  TcpPeer digits = named(server.voiced, "77");
  const std::string word = GENERATE("77", "\"77\"");
  const std::string error = R"({"ok":false,"error":"no participant has the id 77; )";

  for (const std::string request : {"kick %", "mute %", "unmute %", "gain % -6", "move % front"}) {
    std::string asked = request;
    asked.replace(asked.find('%'), 1, word);
    INFO(asked);
    CHECK(server.ask(asked).starts_with(error));
  }
  CHECK(server.ask("kick 1") == R"({"ok":true,"id":1,"name":"77"})");
  CHECK(digits.wait_for_end() == End::clean);
}

TEST_CASE("a banned peer is disconnected and kept out, even after a restart, until it is unbanned",
          "[integration][control]") {
  const ScratchDirectory state;
  const Strings keeping{"--state-directory", state.file("")};
  {
    Operated server(keeping);
    TcpPeer classic = join(server.voiced, {.from = 7});
    TcpPeer bystander = join(server.voiced, {.from = 8});
    TcpPeer eve = named(server.voiced, "Eve", {.from = 9});

    CHECK(server.ask("ban 127.0.0.7") ==
          R"({"ok":true,"banned":"127.0.0.7","kind":"address","sent_away":1,"kept":true})");
    CHECK(classic.wait_for_end() == End::clean);
    CHECK(server.ask("ban Eve for 1h go away") ==
          R"({"ok":true,"banned":"Eve","kind":"name","sent_away":1,"kept":true})");
    CHECK(next_text(eve) == "Bye\nCode:banned\nReason:go away");
    CHECK(contains(server.ask("status"), R"("participants":1,)"));
    CHECK(server.voiced.stop(SIGTERM) == 0);
  }
  Operated server(keeping);

  TcpPeer classic(server.voiced.port(), {.from = 7});
  CHECK(next_text(classic) == "Refused\nCode:banned\nReason:you are banned here");
  CHECK(classic.wait_for_end() == End::clean);
  TcpPeer eve = join(server.voiced, {.from = 9});
  REQUIRE(eve.send(message("Hello\nName:Eve")));
  CHECK(contains(next_text(eve), "Welcome"));
  CHECK(next_text(eve) == "Bye\nCode:banned\nReason:go away");

  CHECK(contains(server.ask("unban 127.0.0.7"), R"("ok":true)"));
  TcpPeer again = join(server.voiced, {.from = 7});
  CHECK(contains(server.ask("bans"), R"("bans":[{"who":"Eve","kind":"name","until":1)"));
  CHECK(contains(server.ask("status"), R"("strangers":1,)"));
}

TEST_CASE("a server that is drained lets nobody in and ends with its last peer",
          "[integration][control]") {
  Operated server;
  TcpPeer anna = named(server.voiced, "Anna");

  CHECK(contains(server.ask("drain"), R"("draining":true)"));
  TcpPeer late(server.voiced.port());
  CHECK(contains(next_text(late), "Refused\nCode:draining"));
  CHECK(contains(server.ask("drain off"), R"("draining":false)"));
  TcpPeer boris = named(server.voiced, "Boris");
  CHECK(contains(server.ask("drain"), R"("draining":true)"));
  boris.finish();
  CHECK(boris.wait_for_end() == End::clean);
  CHECK_FALSE(server.voiced.process().exit_code());
  anna.finish();

  CHECK(server.voiced.process().wait() == 0);
}

TEST_CASE("the server's own sound can be muted like everybody's, but not kicked",
          "[integration][control]") {
  Operated server({"--no-silent", "--input-device", "null", "--output-device", "null"});

  CHECK(contains(server.ask("list"),
                 R"("id":0,"name":"server","room":"front","address":"","dialect":"local")"));
  CHECK(contains(server.ask("mute server microphone loudspeaker"),
                 R"("muted":["microphone","loudspeaker"])"));
  CHECK(contains(server.ask("list"), R"("muted":["microphone","loudspeaker"])"));
  CHECK(contains(server.ask("kick server"), "cannot be kicked"));
}

TEST_CASE("a configured control socket that another program uses is a temporary failure: exit 1",
          "[integration][control]") {
  Operated first;
  const ScratchDirectory scratch;

  Process second({VOICED_PROGRAM, "--config", scratch.write("voiced.conf", ""), "--port", "0",
                  "--control-socket", first.socket()},
                 scratch.file("second"));

  CHECK(second.wait() == 1);
  CHECK(second.err() == "voiced: --control-socket: " + first.socket() +
                            " is in use by another program; name another path\n");
}
