// A log that nobody reads: the call goes on, lost lines are counted, and the program ends when it
// is told to.
#include "tests/integration/call_of_ten.hpp"
#include "tests/integration/operator.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

using namespace voice::test;

namespace {

/// voiced whose stderr a shell has redirected, to a descriptor of the test or to a file.
struct Logging {
  /// @param to what the shell redirects stderr to: "&3" or a path.
  explicit Logging(const std::string& to, const std::vector<int>& inherited = {})
      : process({"/bin/sh", "-c", "exec \"$@\" 2>" + to, "sh", VOICED_PROGRAM, "--config",
                 scratch.write("voiced.conf", ""), "--listen", "127.0.0.1", "--port",
                 std::to_string(port), "--control-socket", scratch.file("control.sock"),
                 "--jitter-mode", "fixed", "--jitter-depth", "100", "--log-level", "debug"},
                scratch.file("voiced"), {}, inherited) {
    REQUIRE(eventually([&] {
      try {
        desk = std::make_unique<Operator>(scratch.file("control.sock"));
      } catch (const std::exception&) {
        return false;
      }
      return contains(desk->ask("status"), R"("state":"running")");
    }));
  }

  static std::uint16_t free_port() { return TcpListener().port(); }

  [[nodiscard]] long left_out() {
    const std::string stats = desk->ask("stats");
    const std::string marker = "\"log_lines_left_out\":";
    return std::stol(stats.substr(stats.find(marker) + marker.size()));
  }

  ScratchDirectory scratch;
  std::uint16_t port = free_port();
  Process process;
  std::unique_ptr<Operator> desk;
};

}  // namespace

TEST_CASE("a log that nobody reads does not hold up the call, and its lost lines are counted",
          "[integration][log]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const Descriptor reader(ends[0]);
  auto writer = std::make_unique<Descriptor>(ends[1]);
  REQUIRE(::fcntl(reader.get(), F_SETFD, FD_CLOEXEC) == 0);
  Logging server("&3", {writer->get()});
  writer.reset();
  CallOfTen call(server.port);

  // Each of these logs one line: they fill the pipe first, then the queue of lines that wait.
  const std::string level = "log-level debug";
  int asked = 0;
  for (; asked < 20'000 && (asked % 100 != 0 || server.left_out() == 0); ++asked) {
    REQUIRE(contains(server.desk->ask(level), R"("ok":true)"));
  }
  CHECK(asked < 20'000);
  CHECK(call.frames_heard(150) == 150);
  const long lost = server.left_out();
  CHECK(lost > 0);

  // The log is read again: the loss is reported.
  std::string log;
  REQUIRE(::fcntl(reader.get(), F_SETFL, O_NONBLOCK) == 0);
  const auto read_on = [&] {
    char chunk[4096];
    for (ssize_t count = 0; (count = ::read(reader.get(), chunk, sizeof chunk)) > 0;) {
      log.append(chunk, static_cast<std::size_t>(count));
    }
  };
  CHECK(eventually([&] {
    read_on();
    (void)server.desk->ask(level);
    return contains(log, "log lines lost count=");
  }));
  CHECK(server.left_out() >= lost);

  // Nobody reads while it ends, either.
  for (int i = 0; i < asked; ++i) (void)server.desk->ask(level);
  server.process.signal(SIGTERM);
  CHECK(server.process.wait() == 0);
}

TEST_CASE("a log on a full disk, or whose reader has gone, ends nothing", "[integration][log]") {
  SECTION("a full disk") {
    Logging server("/dev/full");
    CallOfTen call(server.port);
    CHECK(call.frames_heard(60) == 60);
    CHECK(eventually([&] { return server.left_out() > 0; }));
    server.process.signal(SIGTERM);
    CHECK(server.process.wait() == 0);
  }
  SECTION("a reader that has gone") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::close(ends[0]);
    auto writer = std::make_unique<Descriptor>(ends[1]);
    Logging server("&3", {writer->get()});
    CallOfTen call(server.port);
    CHECK(call.frames_heard(60) == 60);
    server.process.signal(SIGTERM);
    CHECK(server.process.wait() == 0);
  }
}

#ifdef __linux__
TEST_CASE("when a full disk has room again, the log says how many lines were lost in all",
          "[integration][log]") {
  const ScratchDirectory scratch;
  const std::string log = scratch.file("log");
  Logging server(log);
  const std::string level = "log-level debug";  // logs one line
  const auto limit_files = [&](rlim_t bytes) {
    rlimit limit{};
    REQUIRE(::prlimit(server.process.pid(), RLIMIT_FSIZE, nullptr, &limit) == 0);
    limit.rlim_cur = bytes;
    REQUIRE(::prlimit(server.process.pid(), RLIMIT_FSIZE, &limit, nullptr) == 0);
  };

  limit_files(std::filesystem::file_size(log) + 30);
  constexpr int asked = 50;
  for (int i = 0; i < asked; ++i) REQUIRE(contains(server.desk->ask(level), R"("ok":true)"));
  REQUIRE(eventually([&] { return server.left_out() >= asked; }));
  const long lost = server.left_out();
  limit_files(RLIM_INFINITY);
  const std::string told = " log lines lost count=" + std::to_string(lost) + " ";
  CHECK(eventually([&] {
    (void)server.desk->ask(level);
    return contains(content_of(log), told);
  }));

  CHECK(server.left_out() == lost);
  server.process.signal(SIGTERM);
  CHECK(server.process.wait() == 0);
}
#endif

TEST_CASE("the journal's format is used for the journal only", "[integration][log]") {
  const ScratchDirectory scratch;
  Process voiced({VOICED_PROGRAM, "--config", scratch.write("voiced.conf", ""), "--listen",
                  "127.0.0.1", "--port", "0", "--control-socket", "off"},
                 scratch.file("voiced"), {"JOURNAL_STREAM=9:12345"});

  REQUIRE(voiced.says(" info listening on="));
  CHECK_FALSE(contains(voiced.err(), "<6>"));
}
