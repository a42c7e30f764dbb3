// Ten thousand hostile connections at once, of every kind we know, against a conference of ten.
#include "tests/integration/faults.hpp"
#include "tests/support/footprint.hpp"

#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

using namespace voice::test;

namespace {

constexpr std::size_t attackers = 10'000;
constexpr long memory_peak_kib_max = 64 * 1024;
// What the allocator holds without being able to give it back (docs/architecture.md, "Memory").
constexpr long memory_left_kib_max = 2048;
// A second siege leaves the same as the first, give or take this much.
constexpr long memory_noise_kib = 512;

/// Whether this process may hold that many connections.
bool may_open_descriptors(rlim_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, std::max(limit.rlim_cur, wanted));
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

/// The kinds of attackers take turns. All of them stay connected until the server or the end closes
/// them. Whatever valid sound they send is silence, so that the call can be judged to the bit.
class Siege {
 public:
  explicit Siege(std::uint16_t port) : port_(port), thread_([this] { run(); }) {}
  ~Siege() { end(); }
  Siege(const Siege&) = delete;
  Siege& operator=(const Siege&) = delete;

  [[nodiscard]] bool all_have_come() const noexcept { return come_ == attackers; }
  [[nodiscard]] std::size_t turned_away() const noexcept { return turned_away_; }

  void end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    peers_.clear();
  }

 private:
  void run() {
    peers_.reserve(attackers);
    while (come_ < attackers && !stop_) {
      if (!one_more()) ++turned_away_;
      ++come_;
    }
    // Peers that send a byte at a time go on until the end.
    for (std::size_t round = 0; !stop_; ++round) {
      for (std::size_t i = 9; i < peers_.size(); i += 10) {
        (void)offer(peers_[i], voice::Bytes{packet_}.subspan(round % packet_.size(), 1));
      }
      std::this_thread::sleep_for(voice::frame_duration);
    }
  }

  // False if there was no way in, or if the connection was closed again at once.
  bool one_more() {
    const auto number = peers_.size();
    try {
      const bool deaf = number % 10 == 1;
      TcpPeer::Options options{.receive_buffer_bytes = deaf ? 4096 : 0};
      options.from = static_cast<std::uint8_t>(1 + number % 200);
      peers_.emplace_back(port_, options);
    } catch (const std::exception&) {
      return false;
    }
    return attack(peers_.back(), number % 10);
  }

  bool attack(TcpPeer& peer, std::size_t kind) {
    switch (kind) {
      case 1: {
        ByteVector questions = message("Hello\nName:Deaf");
        for (int i = 0; i < 200; ++i) append_message(questions, bytes_of("Ping\nId:1"));
        return offer(peer, questions);
      }
      case 2:
        return offer(peer, voice::Bytes{packet_}.first(3));
      case 3:
        return offer(peer, prefix(0xFFFF'FFFF));
      case 4:
        return offer(peer, prefix(1'000'000));
      case 5:
        return offer(peer, garbage_);
      case 6: {
        bool taken = true;
        for (int i = 0; i < 400 && taken; ++i) taken = offer(peer, packet_);
        return taken;
      }
      case 7:
        peer.reset();
        return true;
      case 8: {
        const bool taken = offer(peer, message("Hello\nName:Half"));
        peer.finish();
        return taken;
      }
      default:
        return true;  // silent, or one byte at a time later on
    }
  }

  // Never waits: bytes that are not accepted are dropped.
  static bool offer(TcpPeer& peer, voice::Bytes bytes) {
    return ::send(peer.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(bytes.size());
  }

  std::uint16_t port_;
  ByteVector packet_ = rtp_message(1, ByteVector(160, 0xFF));
  ByteVector garbage_ = ByteVector(4000, 0x47);
  std::vector<TcpPeer> peers_;
  std::atomic<std::size_t> come_ = 0, turned_away_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// Listeners that count: every message must be the next one.
class Listeners {
 public:
  Listeners(Voiced& voiced, int count) {
    for (int i = 0; i < count; ++i) ears_.push_back({join(voiced), {}, 0});
  }

  void listen() {
    for (Ear& ear : ears_) {
      ear.peer.receive();
      while (const auto message = ear.peer.take()) {
        const auto packet = voice::rtp::parse(*message);
        REQUIRE(packet);
        if (ear.last) REQUIRE(packet->header.sequence == static_cast<std::uint16_t>(*ear.last + 1));
        ear.last = packet->header.sequence;
        ++ear.frames;
      }
      REQUIRE(ear.peer.end() == End::none);
    }
  }

  [[nodiscard]] std::size_t frames() const {
    return std::min_element(ears_.begin(), ears_.end(),
                            [](const Ear& a, const Ear& b) { return a.frames < b.frames; })
        ->frames;
  }

 private:
  struct Ear {
    TcpPeer peer;
    std::optional<std::uint16_t> last;
    std::size_t frames;
  };
  std::vector<Ear> ears_;
};

long memory_peak_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    long kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

}  // namespace

TEST_CASE("ten thousand hostile connections at once cost a conference of ten not one frame",
          "[integration][hostile][faults]") {
  if (!may_open_descriptors(attackers + 500)) {
    std::cout << "faults: skipped: this machine allows too few descriptors" << std::endl;
    return;
  }
  Voiced voiced(patient());
  Witnesses witnesses(voiced);
  Listeners listeners(voiced, 8);
  const auto tick = [&] {
    witnesses.tick();
    listeners.listen();
  };
  in_real_time(50, [&](int) { tick(); });
  const auto before = footprint_of(voiced.process().pid());
  REQUIRE(before);

  std::vector<Footprint> after;
  std::string story;
  for (int round = 1; round <= 2; ++round) {
    Siege siege(voiced.port());
    const auto begun = monotonic_ms();
    while (!siege.all_have_come()) in_real_time(1, [&](int) { tick(); });
    const auto taken_ms = static_cast<int>(monotonic_ms() - begun);
    in_real_time(100, [&](int) { tick(); });
    story += "siege " + std::to_string(round) + ": all within " + std::to_string(taken_ms) +
             " ms, " + std::to_string(siege.turned_away()) + " turned away in the act; ";
    siege.end();
    // Ten seconds later nothing is left of them.
    in_real_time(500, [&](int) { tick(); });
    const auto now = footprint_of(voiced.process().pid());
    REQUIRE(now);
    after.push_back(*now);
    CHECK(now->descriptors == before->descriptors);
  }

  const long peak_kib = memory_peak_kib(voiced.process().pid());
  report("10 000 hostile connections, twice",
         story + "frames missing 0 of " + std::to_string(listeners.frames()) +
             " at each of ten; peak " + std::to_string(peak_kib) + " KiB; descriptors " +
             std::to_string(before->descriptors) + " -> " + std::to_string(after[1].descriptors) +
             "; memory " + std::to_string(before->memory_kib) + " -> " +
             std::to_string(after[0].memory_kib) + " -> " + std::to_string(after[1].memory_kib) +
             " KiB");
  witnesses.check_nothing_is_missing();
  if (freed_memory_returns) {
    CHECK(peak_kib < memory_peak_kib_max);
    CHECK(after[0].memory_kib <= before->memory_kib + memory_left_kib_max);
    CHECK(after[1].memory_kib <= after[0].memory_kib + memory_noise_kib);
  }
}
