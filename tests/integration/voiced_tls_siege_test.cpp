// Thousands of hostile TLS connections beside a call. VOICE_TEST_TLS_PEERS says how many (10000
// when run by hand); the default, a tenth of that, is enough to see that nothing grows with it.
#include "tests/integration/call_of_ten.hpp"
#include "tests/integration/held_by.hpp"
#include "tests/integration/operator.hpp"
#include "tests/integration/tls_peer.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

using namespace voice::test;

namespace {

std::size_t peers_wanted() {
  const char* const set = std::getenv("VOICE_TEST_TLS_PEERS");
  return set == nullptr ? 1000 : static_cast<std::size_t>(std::atoi(set));
}

void raise_descriptor_limit() {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

ByteVector client_hello() {
  const auto client = voice::tls::Client::make({});
  REQUIRE(client);
  const auto transport = (*client)->connect({.host = "voice.test"});
  const voice::Bytes hello = transport->own();
  return {hello.begin(), hello.end()};
}

// A connection from one of a thousand addresses. The socket is invalid if it cannot be made.
Descriptor connect_from(std::size_t number, std::uint16_t port) {
  Descriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = [](std::uint32_t host, std::uint16_t at_port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(at_port);
    at.sin_addr.s_addr = htonl(host);
    return at;
  };
  const auto from = address(0x7F010001U + static_cast<std::uint32_t>(number % 1000), 0);
  const auto to = address(INADDR_LOOPBACK, port);
  if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      ::connect(made.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    return Descriptor();
  }
  return made;
}

void say(const Descriptor& to, voice::Bytes bytes) {
  (void)::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

// Nothing; half a greeting; a whole one, and then nothing; garbage in a record; another protocol.
void begin(const Descriptor& peer, std::size_t kind, const ByteVector& hello) {
  switch (kind % 5) {
    case 0:
      return;
    case 1:
      return say(peer, voice::Bytes{hello}.first(hello.size() / 2));
    case 2:
      return say(peer, hello);
    case 3:
      return say(peer, ByteVector{22, 3, 1, 0, 4, 1, 2, 3, 4});
    default:
      return say(peer, ByteVector{'G', 'E', 'T', ' ', '/'});
  }
}

struct Besieged {
  explicit Besieged(const Strings& more = {})
      : server(with(more), "jitter-mode = fixed\njitter-depth = 100\n"),
        desk(scratch.file("s")),
        call(server.voiced().port()) {
    raise_descriptor_limit();
  }
  Strings with(Strings flags) const {
    flags.insert(flags.end(), {"--control-socket", scratch.file("s"), "--log-level", "info"});
    return flags;
  }
  // The nine that only listen to the call are strangers, too.
  [[nodiscard]] bool has_forgotten_them() {
    return eventually(
        [&] {
          const std::string status = desk.ask("status");
          return contains(status, R"("handshakes":0,)") && contains(status, R"("strangers":9,)");
        },
        std::chrono::seconds{20});
  }

  ScratchDirectory scratch;
  TlsVoiced server;
  Operator desk;
  CallOfTen call;
};

}  // namespace

TEST_CASE("a call of ten loses no frame beside thousands of hostile TLS connections",
          "[integration][tls][real-time]") {
  const std::size_t wanted = peers_wanted();
  Besieged besieged;
  const ByteVector hello = client_hello();
  (void)besieged.call.frames_heard(50);
  HeldBy held("voiced", besieged.server.voiced().process());

  std::vector<Descriptor> crowd;
  crowd.reserve(wanted);
  std::atomic<bool> is_over = false;
  std::thread siege([&] {
    for (std::size_t i = 0; i < wanted && !is_over; ++i) {
      Descriptor peer = connect_from(i, besieged.server.port());
      if (peer.get() < 0) continue;
      begin(peer, i, hello);
      crowd.push_back(std::move(peer));
    }
  });
  constexpr int said = 500;
  const int heard = besieged.call.frames_heard(said);
  is_over = true;
  siege.join();
  std::cout << "hostile TLS connections: " << crowd.size() << " of " << wanted << ", heard "
            << heard << " of " << said << " frames\n";
  CHECK(heard == said);
  CHECK(crowd.size() > wanted / 2);
  CHECK(besieged.call.frames_heard(50) == 50);
  crowd.clear();
  CHECK(besieged.has_forgotten_them());
  held.check_is_as_before(512);
  std::cout << held.told() << '\n' << besieged.desk.ask("stats") << '\n';
  (void)besieged.server.join();
}

TEST_CASE("handshakes that are begun and abandoned cost a call nothing and leave nothing behind",
          "[integration][tls][real-time]") {
  const std::size_t wanted = peers_wanted() / 2;
  Besieged besieged({"--strangers-max", "4096"});
  const ByteVector hello = client_hello();
  (void)besieged.call.frames_heard(50);
  HeldBy held("voiced", besieged.server.voiced().process());

  std::atomic<std::size_t> begun = 0;
  std::atomic<bool> is_over = false;
  std::thread siege([&] {
    for (std::size_t i = 0; i < wanted && !is_over; ++i) {
      const Descriptor peer = connect_from(i, besieged.server.port());
      if (peer.get() < 0) continue;
      say(peer, hello);
      // Some wait for the answer, some close before it comes, some reset the connection.
      if (i % 3 == 0) {
        char byte = 0;
        (void)::recv(peer.get(), &byte, 1, 0);
      } else if (i % 3 == 1) {
        const linger at_once{1, 0};
        ::setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      }
      ++begun;
    }
    is_over = true;
  });
  int lost = 0;
  while (!is_over) lost += 50 - besieged.call.frames_heard(50);
  siege.join();
  std::cout << "handshakes begun and left: " << begun << '\n';
  CHECK(begun > wanted / 2);
  CHECK(lost == 0);
  CHECK(besieged.has_forgotten_them());
  held.check_is_as_before(256);
  (void)besieged.server.join();
}
