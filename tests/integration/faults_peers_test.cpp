// Slow, numerous or hostile peers against the real server: what they cost the others, and what they
// leave behind.
#include "tests/integration/faults.hpp"

#include <future>
#include <memory>

using namespace voice::test;
using voice::Bytes;

namespace {

/// Reads a kilobyte per second of what it is sent, and notes how late that is.
class SlowReader {
 public:
  explicit SlowReader(Voiced& voiced) : peer_(join(voiced, {.receive_buffer_bytes = 4096})) {}

  /// Call every 20 ms.
  void tick(const Witnesses& witnesses) {
    constexpr std::size_t bytes_per_second = 1024;
    peer_.receive(bytes_per_second / voice::frames_per_second);
    while (const auto message = peer_.take()) {
      const auto packet = voice::rtp::parse(*message);
      REQUIRE(packet);
      const auto frame = witnesses.frame_of(packet->payload);
      // However few frames arrive, they are whole and in order.
      REQUIRE(frame);
      if (last_frame_) REQUIRE(*frame > *last_frame_);
      last_frame_ = frame;
      ++frames_;
      late_frames_ = witnesses.said().size() - *frame;
    }
  }

  [[nodiscard]] End end() const { return peer_.end(); }
  [[nodiscard]] std::size_t frames() const { return frames_; }
  [[nodiscard]] std::size_t late_ms() const { return late_frames_ * 20; }
  void close() { peer_.close(); }

 private:
  TcpPeer peer_;
  std::optional<std::size_t> last_frame_;
  std::size_t frames_ = 0;
  std::size_t late_frames_ = 0;
};

/// Connects and disconnects as fast as it can, in several ways. Returns about how often it was let
/// in.
int storm(std::uint16_t port, int visits, int addresses) {
  int welcomed = 0;
  for (int i = 0; i < visits; ++i) {
    TcpPeer peer(port, {.from = static_cast<std::uint8_t>(2 + i % addresses)});
    if (i % 3 == 1) (void)peer.send(message("Hello\nName:Fly"));
    if (i % 10 == 9) {
      const auto first = peer.next();
      if (first && text_of(*first).rfind("SamplesPerSecond", 0) == 0) welcomed += 10;
    }
    if (i % 3 == 2) peer.reset();
  }
  return welcomed;
}

[[nodiscard]] bool is_ready(std::future<int>& result) {
  return result.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
}

}  // namespace

TEST_CASE("a reader at a kilobyte a second hears whole frames, late by a bound, and costs nobody",
          "[integration][faults]") {
  Voiced voiced(patient_in());
  Witnesses witnesses(voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced.process());
  SlowReader reader(voiced);

  const auto duration = fault_duration(6, 60);
  std::size_t latest_ms = 0;
  std::size_t half_way_ms = 0;
  const auto ticks = static_cast<int>(duration / voice::frame_duration);
  for (int i = 0; i < ticks; ++i) {
    witnesses.speak(1);
    reader.tick(witnesses);
    latest_ms = std::max(latest_ms, reader.late_ms());
    if (i == ticks / 2) half_way_ms = latest_ms;
  }

  CHECK(reader.end() == End::none);
  CHECK(reader.frames() > 0);
  // The delay stops growing at what the two kernels hold, read at a kilobyte per second.
  if (full_faults()) CHECK(latest_ms <= half_way_ms + 2000);
  const std::string meanwhile = server.told();
  reader.close();
  witnesses.check_nothing_is_missing();
  server.check_is_as_before();
  // What does not fit into the kernels goes to the outbox, and only what it drops shows that it
  // did.
  const long dropped = dropped_by_outboxes(voiced);
  CHECK(dropped > 0);
  report("a reader at 1 kB/s for " + std::to_string(duration.count()) + " s",
         "heard " + std::to_string(reader.frames()) + " of " +
             std::to_string(duration.count() * voice::frames_per_second) +
             " frames, all whole and in order, late by " + std::to_string(half_way_ms) +
             " ms at most in the first half, " + std::to_string(latest_ms) +
             " ms in all; dropped by its outbox: " + std::to_string(dropped) +
             "; others: " + std::to_string(witnesses.said().size()) +
             " frames, none missing; while it read: " + meanwhile + "; after: " + server.told());
}

TEST_CASE("five thousand short connections in a row leave the call and the server as they were",
          "[integration][faults]") {
  struct Row {
    const char* from;
    int addresses;
  };
  constexpr int visits = 5000, per_address_at_once = 64;
  Voiced voiced(patient_in());
  Witnesses witnesses(voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced.process());

  for (const Row& row : {Row{"one address", 1}, Row{"a hundred addresses", 100}}) {
    INFO(row.from);
    const double begin_ms = monotonic_ms();
    auto visitors = std::async(std::launch::async, storm, voiced.port(), visits, row.addresses);
    while (!is_ready(visitors)) witnesses.speak(1);
    const double took_ms = monotonic_ms() - begin_ms;
    const int welcomed = visitors.get();
    CHECK(witnesses.speak_until([&] { return voiced.statistic("participants") == 2; }));

    // One address may join a thousand times at once, and a hundred times a second from then on.
    if (row.addresses == 1) CHECK(welcomed < visits / 2);
    if (row.addresses > 1) CHECK(welcomed > visits / 2);
    server.check_is_as_before(per_address_at_once);
    report("5000 connects and disconnects from " + std::string(row.from),
           std::to_string(std::lround(visits / took_ms * 1000)) + " a second, about " +
               std::to_string(welcomed) + " let in; " + server.told());
  }

  // A peer from another address is let in at once.
  TcpPeer guest(voiced.port(), {.from = 200});
  CHECK(next_text(guest).rfind("SamplesPerSecond", 0) == 0);
  witnesses.check_nothing_is_missing();
  report("the others, beside 10 000 visits",
         std::to_string(witnesses.said().size()) + " frames, none missing");
}

TEST_CASE("a peer that sends a length prefix very slowly is disconnected and keeps nobody out",
          "[integration][faults]") {
  constexpr int addresses = 3, per_address = 64;
  // A stranger has 5 s to finish a message, a peer that has said Hello 30 s.
  const bool known = GENERATE(false, true);
  if (known && !full_faults()) return;
  const auto limit = std::chrono::seconds{known ? 30 : 5};
  Voiced voiced(patient_in());
  Witnesses witnesses(voiced);
  witnesses.speak(60);
  HeldBy server("voiced", voiced.process());
  std::vector<std::unique_ptr<TcpPeer>> drippers;
  for (int i = 0; i < addresses * per_address; ++i) {
    const auto from = static_cast<std::uint8_t>(2 + i % addresses);
    drippers.push_back(std::make_unique<TcpPeer>(voiced.port(), TcpPeer::Options{.from = from}));
    if (known) REQUIRE(drippers.back()->send(message("Hello\nName:Drip")));
    if (i % 8 == 0) witnesses.speak(1);
  }
  CHECK(witnesses.speak_until(
      [&] { return voiced.statistic("participants") == addresses * per_address + 2; }));

  // The prefix of the longest message a stranger may send, then the message, a byte a second: it
  // would take them a quarter of an hour.
  ByteVector dripped = prefix(1024);
  dripped.resize(dripped.size() + 1024, 'x');
  const double begin_ms = monotonic_ms();
  for (int second = 0; second < limit.count() - 1; ++second) {
    const auto at = static_cast<std::size_t>(second);
    for (const auto& peer : drippers) REQUIRE(peer->send(Bytes{dripped}.subspan(at, 1)));
    witnesses.speak(voice::frames_per_second);
    if (second == 0) {
      TcpPeer guest(voiced.port(), {.from = 200});
      CHECK(next_text(guest).rfind("SamplesPerSecond", 0) == 0);
      TcpPeer same_house(voiced.port(), {.from = 2});
      const bool welcome = next_text(same_house).rfind("SamplesPerSecond", 0) == 0;
      // A peer that has said Hello no longer counts as a stranger.
      CHECK(welcome == known);
    }
  }
  CHECK(witnesses.speak_until([&] { return voiced.statistic("participants") == 2; }));
  const double gone_ms = monotonic_ms();

  for (const auto& peer : drippers) {
    peer->receive();
    CHECK(peer->end() == End::clean);
  }
  drippers.clear();
  witnesses.check_nothing_is_missing();
  server.check_is_as_before(addresses * per_address);
  report("192 " + std::string(known ? "known" : "unknown") +
             " peers that drip a length prefix, one byte a second",
         "all shown out after " + std::to_string(std::lround(gone_ms - begin_ms)) +
             " ms; others: " + std::to_string(witnesses.said().size()) + " frames, none missing; " +
             server.told());
}
