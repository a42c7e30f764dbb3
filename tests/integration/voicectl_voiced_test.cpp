// The real voicectl with the real voiced: what is requested is done to a classic peer and to one
// that has said Hello.
#include "tests/integration/voicectl_program.hpp"
#include "tests/integration/voiced_program.hpp"

#include <filesystem>

using namespace voice::test;

namespace {

class Operated {
 public:
  explicit Operated(const Strings& flags = {}) : voiced_(with_socket(flags)) {}

  [[nodiscard]] Voiced& voiced() noexcept { return voiced_; }
  [[nodiscard]] std::string socket() const { return scratch_.file("s"); }
  [[nodiscard]] Told ask(Strings words) const {
    words.insert(words.begin(), {"--socket", socket()});
    return voicectl(words);
  }
  /// Waits until `list` shows a participant.
  [[nodiscard]] bool lists(const std::string& text) const {
    return eventually([&] { return ask({"list"}).out.find(text) != std::string::npos; });
  }

 private:
  Strings with_socket(Strings flags) const {
    flags.insert(flags.end(), {"--control-socket", socket()});
    return flags;
  }

  ScratchDirectory scratch_;
  Voiced voiced_;
};

TcpPeer join_as(Operated& server, const std::string& name) {
  TcpPeer peer = join(server.voiced());
  REQUIRE(peer.send(message("Hello\nName:" + name)));
  REQUIRE(next_text(peer).rfind("Welcome", 0) == 0);
  return peer;
}

/// Talks for half a second; true if the listener is sent any sound.
bool is_heard(TcpPeer& talker, TcpPeer& listener, std::uint16_t& sequence) {
  while (listener.take()) continue;
  const ByteVector loud(160, 0x80);
  bool heard = false;
  in_real_time(25, [&](int) {
    REQUIRE(talker.send(rtp_message(sequence++, loud)));
    listener.receive();
    while (const auto got = listener.take()) {
      heard = heard || voice::classify(*got) == voice::MessageKind::rtp;
    }
  });
  return heard;
}

}  // namespace

TEST_CASE("voicectl shows the participants and the state of the server",
          "[integration][voicectl]") {
  Operated server;
  TcpPeer anna = join_as(server, "Anna");
  TcpPeer classic = join(server.voiced());

  REQUIRE(server.lists("Anna"));
  const Told list = server.ask({"list"});
  CHECK(list.out.find("voice/1") != std::string::npos);
  CHECK(list.out.find("127.0.0.1:") != std::string::npos);
  CHECK(server.ask({"list", "--json"}).out.find(R"("name":"Anna")") != std::string::npos);
  const std::string status = server.ask({"status"}).out;
  INFO(status);
  CHECK(status.find("participants       2\n") != std::string::npos);
  CHECK(status.find("sample rate        8000 Hz\n") != std::string::npos);
  CHECK(server.ask({"stats"}).out.find("tick lateness") != std::string::npos);
  CHECK(server.ask({"config"}).out.find("port = ") != std::string::npos);
  CHECK(server.ask({"complete", "An"}).out == "Anna\n");
}

TEST_CASE("a client muted by voicectl is not heard, is told, and is heard again",
          "[integration][voicectl]") {
  Operated server;
  TcpPeer anna = join_as(server, "Anna");
  TcpPeer listener = join(server.voiced());
  std::uint16_t sequence = 1;
  REQUIRE(is_heard(anna, listener, sequence));

  CHECK(server.ask({"mute", "Anna"}).out == "Anna (1) is muted: microphone\n");
  CHECK(next_text(anna).find("MutedByServer:microphone") != std::string::npos);
  // What was in the jitter buffer is discarded within a tick; then there is silence.
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  listener.receive();
  CHECK_FALSE(is_heard(anna, listener, sequence));

  CHECK(server.ask({"unmute", "Anna"}).out == "Anna (1) is not muted\n");
  CHECK(next_text(anna).find("MutedByServer:none") != std::string::npos);
  CHECK(is_heard(anna, listener, sequence));
}

TEST_CASE("a kicked client is disconnected, and may come back", "[integration][voicectl]") {
  Operated server;
  TcpPeer anna = join_as(server, "Anna");

  CHECK(server.ask({"kick", "Anna", "--reason", "too loud"}).out == "Anna (1) is disconnected\n");
  CHECK(anna.wait_for_end() == End::clean);
  CHECK(server.ask({"kick", "Anna"}).err == "voicectl: no participant is called \"Anna\"\n");
  CHECK(server.ask({"kick", "Anna"}).exit_code == 1);
  TcpPeer again = join_as(server, "Anna");
  CHECK(server.lists("Anna"));
}

TEST_CASE("a banned address is disconnected and stays out until the ban is lifted",
          "[integration][voicectl]") {
  Operated server;
  TcpPeer classic = join(server.voiced(), {.from = 7});

  CHECK(server.ask({"ban", "127.0.0.7", "--for", "10m", "--reason", "too loud"}).out ==
        "127.0.0.7 is banned; disconnected: 1\n");
  CHECK(classic.wait_for_end() == End::clean);
  const std::string bans = server.ask({"bans"}).out;
  INFO(bans);
  CHECK(bans.find("127.0.0.7  address  ") != std::string::npos);
  CHECK(bans.find("too loud") != std::string::npos);
  CHECK(server.ask({"complete", "--bans"}).out == "127.0.0.7\n");
  TcpPeer refused(server.voiced().port(), {.from = 7});
  CHECK(refused.wait_for_end() != End::none);

  CHECK(server.ask({"unban", "127.0.0.7"}).out == "127.0.0.7 is no longer banned\n");
  TcpPeer welcome = join(server.voiced(), {.from = 7});
  CHECK(server.ask({"bans"}).out == "no bans\n");
}

TEST_CASE("watch shows a conference live", "[integration][voicectl]") {
  Operated server;
  WatchedScreen screen(server.socket());
  REQUIRE(screen.shows("participants 0 of "));

  TcpPeer anna = join_as(server, "Anna");
  CHECK(screen.shows("Anna"));
  std::uint16_t sequence = 1;
  TcpPeer listener = join(server.voiced());
  CHECK(is_heard(anna, listener, sequence));
  CHECK(screen.shows("[########]"));
  screen.process().type("q");
  CHECK(screen.process().wait() == 0);
}
