// Ten participants at once, classic and modern, each with a constant of its own: what everyone must
// hear is then known to the bit, whatever the timing.
#include "tests/integration/voiced_program.hpp"
#include "tests/support/g711_tables.hpp"

using namespace voice::test;

namespace {

struct Person {
  TcpPeer peer;
  std::uint8_t code;  // every sample it says
  bool speaks = true;
  std::uint16_t sequence = 0;
  int right_in_a_row = 0;  // ticks in which it heard exactly the others
};

class Crowd {
 public:
  Crowd(Voiced& voiced, int people) {
    for (int i = 0; i < people; ++i) {
      // Quiet codes of either sign, far enough apart that any two sums differ.
      const auto code = static_cast<std::uint8_t>(0xC0 - 5 * i);
      people_.push_back({join(voiced), code});
      if (i % 2 == 0) REQUIRE(people_.back().peer.send(message("Hello\nName:P")));
    }
  }

  /// Speaks until everybody has heard the sum of the others for half a second without a break.
  [[nodiscard]] bool settles() {
    for (Person& person : people_) person.right_in_a_row = 0;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      in_real_time(1, [this](int) { tick(); });
      const bool settled = std::all_of(people_.begin(), people_.end(),
                                       [](const Person& p) { return p.right_in_a_row >= 25; });
      if (settled) return true;
    }
    return false;
  }

  std::vector<Person>& people() { return people_; }

 private:
  std::uint8_t expected_by(const Person& listener) const {
    const auto& tables = g711_tables();
    std::int64_t sum = 0;
    for (const Person& other : people_) {
      if (&other != &listener && other.speaks) sum += tables.decode[other.code];
    }
    return tables.encode(sum);
  }

  void tick() {
    for (Person& person : people_) {
      if (!person.speaks) continue;
      REQUIRE(person.peer.send(rtp_message(person.sequence++, ByteVector(160, person.code))));
    }
    for (Person& person : people_) hear(person);
  }

  void hear(Person& person) {
    const ByteVector right(160, expected_by(person));
    person.peer.receive();
    REQUIRE(person.peer.end() == End::none);
    while (const auto message = person.peer.take()) {
      if (voice::classify(*message) != voice::MessageKind::rtp) continue;
      const ByteVector payload(message->begin() + voice::rtp_header_bytes, message->end());
      person.right_in_a_row = payload == right ? person.right_in_a_row + 1 : 0;
      CHECK(payload.size() == 160);
    }
  }

  std::vector<Person> people_;
};

}  // namespace

TEST_CASE("ten people hear the exact sum of the nine others, even as some fall silent and leave",
          "[integration][real-time]") {
  // Without the limiter, whose gain would change the sum.
  Voiced voiced({"--jitter-mode", "fixed", "--jitter-depth", "50", "--outbox-age-ms", "10000",
                 "--no-limiter"});
  Crowd crowd(voiced, 10);

  CHECK(crowd.settles());

  crowd.people()[3].speaks = false;
  crowd.people()[4].speaks = false;
  CHECK(crowd.settles());

  // One ends with a FIN, one with a reset, and nobody else is affected.
  crowd.people()[0].peer.reset();
  crowd.people()[9].peer.finish();
  const Person leaver = std::move(crowd.people()[9]);
  crowd.people().erase(crowd.people().begin());
  crowd.people().pop_back();
  CHECK(crowd.settles());
  CHECK(voiced.says("reason=reset"));
  CHECK(voiced.says("reason=left"));
  CHECK(voiced.says("participants=8"));

  CHECK(voiced.stop(SIGTERM) == 0);
}

TEST_CASE("in a crowd a talker that holds less than is read at once is read again in time",
          "[integration][real-time]") {
  // The server holds at most two frames of a talker; one read only at every third tick would have
  // gaps.
  Voiced voiced({"--jitter-mode", "fixed", "--jitter-depth", "2", "--outbox-age-ms", "10000",
                 "--strangers-per-address-max", "100", "--no-limiter"});
  std::vector<TcpPeer> listeners;
  for (int i = 0; i < 60; ++i) listeners.push_back(join(voiced));
  Crowd crowd(voiced, 10);

  CHECK(crowd.settles());
}

TEST_CASE("when the conference is full the next one is told so, until a place is free",
          "[integration]") {
  Voiced voiced({"--participants-max", "2"});
  TcpPeer first = join(voiced), second = join(voiced);

  TcpPeer third(voiced.port());
  CHECK(next_text(third) == "Refused\nCode:full\nReason:the conference is full");
  CHECK(third.wait_for_end() == End::clean);
  CHECK(voiced.says("reason=refused_full"));

  first.close();
  CHECK(eventually([&] {
    TcpPeer next(voiced.port());
    return next_text(next).rfind("SamplesPerSecond", 0) == 0;
  }));
}

TEST_CASE("Hello, Ping and Bye over a real connection", "[integration]") {
  Voiced voiced;
  TcpPeer peer(voiced.port());
  CHECK(next_text(peer) == "SamplesPerSecond:8000:voice/1");

  REQUIRE(peer.send(message("Hello\nName:Zoë")));
  const std::string welcome = next_text(peer);
  CHECK(welcome.rfind("Welcome\nId:", 0) == 0);
  CHECK(welcome.find("\nName:Zoë\n") != std::string::npos);
  REQUIRE(peer.send(message("Ping\nId:2014")));
  CHECK(next_text(peer) == "Pong\nId:2014");
  REQUIRE(peer.send(message("Bye")));

  CHECK(peer.wait_for_end() == End::clean);
  CHECK(voiced.says("reason=bye"));
  CHECK(voiced.log().find("name=\"Zoë\"") != std::string::npos);
}
