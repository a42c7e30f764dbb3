// voiced as a service manager meets it: readiness, watchdog, sockets handed over.
#include "tests/integration/voiced_program.hpp"
#include "tests/support/notify_receiver.hpp"

#ifdef __linux__

#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

using namespace std::chrono_literals;
using namespace voice::test;

namespace {

// The service manager's side, ready before the service is.
struct Manager {
  ScratchDirectory scratch;
  std::string path = scratch.file("notify");
  NotifyReceiver receiver{path};

  [[nodiscard]] std::optional<std::string> hears(const std::string& beginning) {
    return receiver.next_of(beginning, patience);
  }
  [[nodiscard]] Voiced::World world(Strings more = {}) const {
    more.push_back("NOTIFY_SOCKET=" + path);
    return {"", more};
  }
};

long long monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

// voiced as it is started by a service manager that listens for it.
struct Activated {
  explicit Activated(const std::vector<int>& sockets, const std::string& pid = "$$",
                     const Strings& flags = {"--port", "1"},
                     const std::string& names = "voice:more", const std::string& config = "") {
    // exec keeps the process id.
    Strings command{"/bin/sh", "-c", "LISTEN_PID=" + pid + " exec \"$@\"", "sh"};
    for (const std::string& word : voiced_command(scratch, flags, config)) {
      command.push_back(word);
    }
    process.emplace(
        command, scratch.file("voiced"),
        Strings{"LISTEN_FDS=" + std::to_string(sockets.size()), "LISTEN_FDNAMES=" + names},
        sockets);
  }

  ScratchDirectory scratch;
  std::optional<Process> process;
};

}  // namespace

TEST_CASE("the service is ready when it listens, and stops as soon as it is told to",
          "[integration][service]") {
  Manager manager;
  const ScratchDirectory scratch;
  Process process(voiced_command(scratch, {"--listen", "127.0.0.1", "--port", "0"}),
                  scratch.file("voiced"), manager.world().environment);

  const auto ready = manager.hears("READY=1");
  REQUIRE(ready);
  const std::string status = value_of(*ready, "STATUS");
  REQUIRE(status.rfind("listening on 127.0.0.1:", 0) == 0);
  // Without waiting for anything else: a service that is started after voiced may connect now.
  TcpPeer clinging(static_cast<std::uint16_t>(std::stoi(status.substr(status.rfind(':') + 1))));
  CHECK(clinging.next());

  process.signal(SIGTERM);
  REQUIRE(manager.hears("STOPPING=1"));
  // The peer does not close its side, so the farewell takes a second.
  CHECK_FALSE(process.exit_code());
  CHECK(process.wait() == 0);
}

TEST_CASE("the watchdog is fed while the mixer ticks, and by nothing else",
          "[integration][service]") {
  Manager manager;
  Voiced voiced({}, 0, manager.world({"WATCHDOG_USEC=400000"}));
  for (int i = 0; i < 5; ++i) REQUIRE(manager.hears("WATCHDOG=1"));

  voiced.process().signal(SIGSTOP);
  // What was on its way already.
  while (manager.receiver.next(200ms)) continue;
  CHECK_FALSE(manager.receiver.next(1s));

  voiced.process().signal(SIGCONT);
  CHECK(manager.hears("WATCHDOG=1"));
}

TEST_CASE("a watchdog that is meant for another process is not fed", "[integration][service]") {
  Manager manager;
  Voiced voiced({}, 0, manager.world({"WATCHDOG_USEC=100000", "WATCHDOG_PID=1"}));
  REQUIRE(manager.hears("READY=1"));

  CHECK_FALSE(manager.receiver.next_of("WATCHDOG=1", 500ms));
}

TEST_CASE("the service manager is told when a reload begins and ends, whether or not it succeeds",
          "[integration][service]") {
  Manager manager;
  Voiced voiced({}, 0, manager.world());
  REQUIRE(manager.hears("READY=1"));

  struct Row {
    const char* config;
    const char* status;
  };
  for (const auto& [config, status] :
       {Row{"jitter-depth = 10\n", "listening on 127.0.0.1:"},
        Row{"jitter-depth = 1\n", "reload refused: "}, Row{"", "reload refused: "},
        Row{"jitter-depth = 12\n", "listening on 127.0.0.1:"}}) {
    INFO(config);
    const long long before = monotonic_us();
    voiced.configure(config);
    voiced.process().signal(SIGHUP);

    const auto reloading = manager.hears("RELOADING=1");
    REQUIRE(reloading);
    const long long since = std::stoll(value_of(*reloading, "MONOTONIC_USEC"));
    CHECK(since >= before);
    CHECK(since <= monotonic_us());
    const auto ready = manager.hears("READY=1");
    REQUIRE(ready);
    CHECK(value_of(*ready, "STATUS").rfind(status, 0) == 0);
  }
}

TEST_CASE("a socket that is handed over is served instead of one of its own",
          "[integration][service]") {
  const TcpListener first;
  const TcpListener second;

  Activated activated({first.descriptor(), second.descriptor()});

  for (const TcpListener* const listener : {&first, &second}) {
    // Port 1, which the flags name, would be refused; it is not even tried.
    CHECK(activated.process->says("listening on=127.0.0.1:" + std::to_string(listener->port())));
    TcpPeer peer(listener->port());
    CHECK(peer.next());
  }
  CHECK(activated.process->says(
      "using sockets from systemd count=2 names=\"voice more\"; the "
      "addresses in listen, port, listen-tls and listen-proxy are ignored"));
  activated.process->signal(SIGTERM);
  CHECK(activated.process->wait() == 0);
}

TEST_CASE("a reload that names no proxies for a handed-over socket of theirs is refused",
          "[integration][service][reload]") {
  const TcpListener listener;
  Activated activated({listener.descriptor()}, "$$", {"--port", "1"}, "proxy",
                      "log-level = info\nproxy-from = 127.0.0.1\n");
  REQUIRE(activated.process->says("listening on="));
  REQUIRE(activated.process->says("version="));

  (void)activated.scratch.write("voiced.conf", "log-level = info\n");
  activated.process->signal(SIGHUP);

  CHECK(
      activated.process->says("reload refused error=\"socket activation (LISTEN_FDS): the socket "
                              "`proxy` needs proxy-from, the addresses of the proxies\""));
}

TEST_CASE("a peer waiting at a handed-over socket during a restart is served by the next server",
          "[integration][service]") {
  const TcpListener listener;
  TcpPeer early(listener.port());

  Activated activated({listener.descriptor()});

  CHECK(early.next());
}

TEST_CASE(
    "an inherited descriptor that is not a listening TCP socket is reported in one line, with exit "
    "2",
    "[integration][service]") {
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);

  Activated activated({pair[0]});

  CHECK(activated.process->wait() == 2);
  CHECK(activated.process->err() ==
        "voiced: socket activation (LISTEN_FDS): inherited descriptor 3 is not a listening TCP "
        "socket; the socket unit needs ListenStream=PORT and Accept=no\n");
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST_CASE("sockets that are meant for another process are left alone", "[integration][service]") {
  const TcpListener listener;

  Activated activated({listener.descriptor()}, "1", {"--listen", "127.0.0.1", "--port", "0"});

  CHECK(activated.process->says("listening on=127.0.0.1:"));
  CHECK(activated.process->err().find("sockets from systemd") == std::string::npos);
}

#endif

TEST_CASE("a socket that would not be encrypted is refused where the configuration wants none",
          "[integration][service]") {
  const TcpListener listener;
  Activated voiced({listener.descriptor()}, "$$",
                   {"--listen", "none", "--listen-proxy", "1", "--proxy-from", "127.0.0.1"});
  CHECK(voiced.process->wait() == 2);
  CHECK(voiced.process->err().find("socket `voice` would not be encrypted") != std::string::npos);
}
