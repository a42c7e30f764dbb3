// How connections end at a voiced: a removed peer is told, a refused peer takes no place, and
// each end is counted once.
#include "tests/integration/operator.hpp"
#include "tests/integration/witnesses.hpp"

#include <sys/socket.h>

#include <sstream>

using namespace voice::test;

namespace {

TcpPeer named(Voiced& voiced, const std::string& name, TcpPeer::Options options = {}) {
  TcpPeer peer = join(voiced, options);
  REQUIRE(peer.send(message("Hello\nName:" + name)));
  REQUIRE(contains(next_text(peer), "Welcome"));
  return peer;
}

/// The number behind `"key":` in an answer; -1 if there is none.
long number_in(const std::string& answer, const std::string& key, std::size_t from = 0) {
  const std::string marker = '"' + key + "\":";
  const std::size_t at = answer.find(marker, from);
  return at == std::string::npos ? -1 : std::stol(answer.substr(at + marker.size()));
}

/// The number for `key` of the participant with this name.
long number_of(Operated& server, const std::string& name, const std::string& key) {
  const std::string list = server.ask("list");
  return number_in(list, key, list.find("\"name\":\"" + name + "\""));
}

long sum_of_closes(const std::string& stats) {
  const std::size_t at = stats.find("\"closes\":{");
  std::istringstream members(stats.substr(at, stats.find('}', at) - at));
  long sum = 0;
  for (std::string member; std::getline(members, member, ',');) {
    sum += std::stol(member.substr(member.rfind(':') + 1));
  }
  return sum;
}

/// A talker's stream, whose sequence numbers go on from frame to frame.
class Talk {
 public:
  explicit Talk(TcpPeer& talker, std::size_t samples = 160)
      : talker_(talker), frame_(samples, 0x21) {}

  void frame() {
    REQUIRE(talker_.send(rtp_message(sequence_++, frame_)));
    talker_.receive();
    while (const auto message = talker_.take()) received_bytes_ += message->size() + 4;
  }
  [[nodiscard]] std::size_t received_bytes() const noexcept { return received_bytes_; }

 private:
  TcpPeer& talker_;
  ByteVector frame_;
  std::uint16_t sequence_ = 0;
  std::size_t received_bytes_ = 0;
};

/// Speaks until the system accepts nothing more for `name`, and all that waited has become too old.
void fill(Operated& server, Talk& talk, const std::string& name) {
  bool full = false;
  for (int i = 0; i < 1500 && !full; ++i) {
    in_real_time(1, [&](int) { talk.frame(); });
    full = i % 25 == 24 && number_of(server, name, "queue_dropped") > 5;
  }
  REQUIRE(full);
  // outbox-age-ms is 200; a partly sent message stays.
  std::this_thread::sleep_for(std::chrono::milliseconds{800});
}

/// A crowd at the door of a stopped server: 400 peers from one address, and after them one from
/// another.
struct Crowd {
  explicit Crowd(Voiced& voiced) {
    voiced.process().signal(SIGSTOP);
    for (int i = 0; i < 400; ++i) peers.emplace_back(voiced.port(), TcpPeer::Options{.from = 77});
    peers.emplace_back(voiced.port(), TcpPeer::Options{.from = 9});
    voiced.process().signal(SIGCONT);
  }
  std::vector<TcpPeer> peers;
};

}  // namespace

TEST_CASE("a peer removed while its network takes nothing is told as soon as it takes something",
          "[integration][ends]") {
  Operated server({"--stall-limit-s", "60"});
  TcpPeer anna = named(server.voiced, "Anna");
  Talk talk(anna);
  // At some of these sizes, a message is left partly sent; at others, none is.
  std::vector<TcpPeer> deaf;
  for (const int size : {6000, 8192, 12000, 20000}) {
    deaf.push_back(
        named(server.voiced, "Deaf" + std::to_string(size), {.receive_buffer_bytes = size}));
  }
  for (const int size : {6000, 8192, 12000, 20000}) {
    fill(server, talk, "Deaf" + std::to_string(size));
  }

  for (const int size : {6000, 8192, 12000, 20000}) {
    CHECK(contains(server.ask("kick Deaf" + std::to_string(size)), R"("ok":true)"));
  }
  // The peers read nothing for a while.
  std::this_thread::sleep_for(std::chrono::milliseconds{2500});

  for (TcpPeer& peer : deaf) {
    std::string last;
    while (const auto message = peer.next()) {
      if (voice::classify(*message) == voice::MessageKind::text) last = text_of(*message);
    }
    CHECK(contains(last, "Bye\nCode:kicked"));
    CHECK(peer.end() == End::clean);
  }
}

TEST_CASE("a refused peer takes no place of another", "[integration][ends]") {
  Voiced voiced({"--participants-max", "10", "--strangers-per-address-max", "1"});

  Crowd crowd(voiced);

  const auto first = crowd.peers.back().next();
  REQUIRE(first);
  CHECK(text_of(*first).starts_with("SamplesPerSecond:"));
  CHECK(voiced.statistic("participants") == 2);
}

TEST_CASE("every connection is counted, and every end has one reason", "[integration][ends]") {
  Operated server({"--participants-max", "10", "--strangers-per-address-max", "1"});
  Crowd crowd(server.voiced);
  // Some are gone before the server looks at them.
  for (int i = 0; i < 50; ++i) {
    TcpPeer peer(server.voiced.port(), {.from = 78});
    peer.reset();
  }

  for (TcpPeer& peer : crowd.peers) (void)peer.next();
  crowd.peers.clear();

  std::string stats;
  CHECK(eventually([&] {
    stats = server.ask("stats");
    return number_in(stats, "connections") == 451 && sum_of_closes(stats) == 451;
  }));
  CAPTURE(stats);
  CHECK(number_in(stats, "connections") == sum_of_closes(stats));
}

TEST_CASE("one address cannot take all places, and what it gives up it can take again",
          "[integration][ends]") {
  Operated server({"--participants-max", "10", "--participants-per-address-max", "3"});
  std::vector<TcpPeer> inside;
  for (int i = 0; i < 3; ++i) inside.push_back(join(server.voiced, {.from = 66}));
  for (TcpPeer& peer : inside) REQUIRE(peer.send(rtp_message(0, ByteVector(160, 0xFE))));

  TcpPeer fourth(server.voiced.port(), {.from = 66});
  CHECK(contains(next_text(fourth), "Refused\nCode:limit"));
  TcpPeer other = join(server.voiced, {.from = 8});
  inside.pop_back();
  REQUIRE(eventually([&] { return number_in(server.ask("status"), "participants") == 3; }));
  inside.push_back(join(server.voiced, {.from = 66}));
  TcpPeer again(server.voiced.port(), {.from = 66});
  CHECK(contains(next_text(again), "Refused\nCode:limit"));
}

TEST_CASE("a drain does not wait if only strangers are left", "[integration][ends]") {
  Operated server;
  TcpPeer stranger = join(server.voiced);
  TcpPeer anna = named(server.voiced, "Anna");

  CHECK(contains(server.ask("drain"), R"("draining":true)"));
  CHECK(server.voiced.says(R"(draining waits for participants=2 left_s=)"));
  CHECK(server.voiced.says(R"(ids="1 2")"));
  CHECK_FALSE(server.voiced.process().exit_code());
  anna.finish();

  CHECK(server.voiced.process().wait() == 0);
  CHECK(stranger.wait_for_end() == End::clean);
  CHECK(contains(server.voiced.log(), "reason=server_stopping"));
}

TEST_CASE("a drain has a deadline, and names the peers that it cuts off", "[integration][ends]") {
  Operated server({"--drain-limit-s", "1"});
  TcpPeer anna = named(server.voiced, "Anna");

  CHECK(contains(server.ask("drain"), R"("draining":true)"));

  CHECK(contains(next_text(anna), "Bye\nReason:server is stopping"));
  anna.finish();
  CHECK(server.voiced.process().wait() == 0);
  CHECK(contains(server.voiced.log(), R"(drain limit reached)"));
  CHECK(contains(server.voiced.log(), R"(participants=1 ids="1")"));
}

TEST_CASE("what was sent is what was received", "[integration][ends]") {
  Operated server({"--sample-rate", "48000", "--stall-limit-s", "60"});
  TcpPeer anna = named(server.voiced, "Anna");
  TcpPeer deaf = named(server.voiced, "Deaf", {.receive_buffer_bytes = 2048});
  // Includes the announcement and the Welcome of both.
  const std::size_t before = static_cast<std::size_t>(number_in(server.ask("stats"), "bytes_out"));
  Talk talk(anna, 960);
  fill(server, talk, "Deaf");

  std::size_t received = 0;
  long frames = 0;
  CHECK(eventually([&] {
    deaf.receive();
    while (const auto message = deaf.take()) {
      received += message->size() + 4;
      ++frames;
    }
    anna.receive();
    while (const auto message = anna.take()) received += message->size() + 4;
    const long told = number_in(server.ask("stats"), "bytes_out") - static_cast<long>(before);
    // The end of Anna's speech is heard for half a second after she has stopped: until then, more
    // is on its way.
    return told == static_cast<long>(talk.received_bytes() + received) &&
           number_of(server, "Deaf", "frames_sent") == frames;
  }));
  CHECK(number_of(server, "Deaf", "queue_dropped") > 5);
}

TEST_CASE("names are in the log as soon as they are known, and ends say how many texts were bad",
          "[integration][ends]") {
  Voiced voiced;
  TcpPeer anna = named(voiced, "Anna");
  CHECK(voiced.says("participant named id=1 peer=127.0.0.1:"));
  CHECK(voiced.says(" called=\"Anna\"\n"));
  REQUIRE(anna.send(message("Hello\nName:Anna")));
  REQUIRE(anna.send(message("Hello\nName:Berta")));
  CHECK(voiced.says(" called=\"Berta\"\n"));
  REQUIRE(anna.send(message("Hello\x01")));
  anna.finish();

  CHECK(voiced.says("name=\"Berta\" dialect=voice/1 reason=left"));
  CHECK(voiced.says("bad_packets=0 bad_texts=1 "));
  const std::string log = voiced.log();
  const std::size_t first = log.find("participant named");
  const std::size_t second = log.find("participant named", first + 1);
  CHECK(log.find("participant named", second + 1) == std::string::npos);
}
