#ifdef __linux__

#include "server/app/service_manager.hpp"

#include "common/core/number.hpp"
#include "server/app/environment.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/logged.hpp"
#include "tests/support/notify_receiver.hpp"
#include "tests/support/scratch_directory.hpp"

#include <algorithm>
#include <cstdlib>

using namespace std::chrono_literals;
using namespace voice::test;
using voiced::ServiceEnvironment;
using voiced::ServiceManager;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};

struct Fixture {
  ScratchDirectory scratch;
  std::string path = scratch.file("notify");
  NotifyReceiver receiver{path};
};

// How often the watchdog was fed, and the longest time between two feedings.
struct Feeding {
  int times = 0;
  voice::Duration longest{};
};

Feeding tick_for(ServiceManager& manager, NotifyReceiver& receiver, voice::Duration duration) {
  Feeding feeding;
  voice::TimePoint last = start;
  for (auto now = start; now < start + duration; now += voice::frame_duration) {
    manager.ticked(now, {});
    while (const auto message = receiver.next()) {
      if (*message != "WATCHDOG=1") continue;
      ++feeding.times;
      feeding.longest = std::max(feeding.longest, now - last);
      last = now;
    }
  }
  return feeding;
}

}  // namespace

TEST_CASE("the manager is told about every change of the service's state", "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, {}});

  manager.ready("listening on 127.0.0.1:7000");
  CHECK(fixture.receiver.next() == "READY=1\nSTATUS=listening on 127.0.0.1:7000");

  manager.reloading();
  const auto reloading = fixture.receiver.next();
  REQUIRE(reloading);
  CHECK(value_of(*reloading, "RELOADING") == "1");
  const auto since = voice::parse_number<std::int64_t>(value_of(*reloading, "MONOTONIC_USEC"));
  REQUIRE(since);
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
  CHECK(*since <= now.count());
  CHECK(*since > now.count() - 60'000'000);

  manager.stopping();
  const auto stopping = fixture.receiver.next();
  REQUIRE(stopping);
  CHECK(value_of(*stopping, "STOPPING") == "1");
}

TEST_CASE("a manager may live in the abstract namespace", "[service_manager]") {
  const std::string name = "@voiced-test-" + std::to_string(voiced::process_id());
  NotifyReceiver receiver(name);
  ServiceManager manager({name, {}});

  manager.ready("here");

  CHECK(receiver.next() == "READY=1\nSTATUS=here");
}

TEST_CASE("an invalid name of the manager's socket is logged once, and nothing else happens",
          "[service_manager]") {
  struct Row {
    std::string name;
    int warnings;
  };
  const auto row = GENERATE(values<Row>({{"", 0},
                                         {"/", 1},
                                         {"/nobody/listens/here", 0},
                                         {"relative/path", 1},
                                         {std::string(200, '/'), 1}}));
  CAPTURE(row.name);
  const Logged logged;
  ServiceManager manager({row.name, 1s});

  manager.ready("x");
  manager.ticked(start, {});
  manager.stopping();

  CHECK(logged.count("warning cannot notify the service manager: NOTIFY_SOCKET is neither a path "
                     "nor an @name") == row.warnings);
  CHECK(logged.text().empty() == (row.warnings == 0));
}

TEST_CASE("ticks feed the watchdog, at least twice in its period, but not at every tick",
          "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, 1s});

  const Feeding feeding = tick_for(manager, fixture.receiver, 10s);

  CHECK(feeding.longest <= 500ms);
  CHECK(feeding.times >= 20);
  CHECK(feeding.times <= 22);
}

TEST_CASE("without ticks the watchdog is not fed", "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, 40ms});
  manager.ready("x");
  manager.ticked(start, {});
  manager.reloading();
  manager.ready("x");

  int fed = 0;
  while (const auto message = fixture.receiver.next()) fed += *message == "WATCHDOG=1" ? 1 : 0;

  CHECK(fed == 1);
}

TEST_CASE("a missing watchdog is not fed", "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, {}});

  CHECK(tick_for(manager, fixture.receiver, 10s).times == 0);
}

TEST_CASE("the load is reported every ten seconds, until the service is stopping",
          "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, {}});
  manager.ready("x");
  CHECK(fixture.receiver.next());

  manager.ticked(start, {3, 1, 0.25});
  manager.ticked(start + 9s, {3, 1, 0.25});
  CHECK_FALSE(fixture.receiver.next());
  manager.ticked(start + 10s, {3, 1, 0.25});
  CHECK(fixture.receiver.next() == "STATUS=participants: 3, speaking: 1, load: 25 %");
  CHECK_FALSE(fixture.receiver.next());

  manager.stopping();
  CHECK(fixture.receiver.next());
  manager.ticked(start + 30s, {3, 1, 0.25});
  CHECK_FALSE(fixture.receiver.next());
}

TEST_CASE("a refused reload is in the status until one succeeds", "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, {}});
  auto status_after = [&, now = start](voice::Duration duration) mutable {
    manager.ticked(now, {3, 1, 0.25});
    manager.ticked(now += duration, {3, 1, 0.25});
    return fixture.receiver.next();
  };
  manager.reloading();
  CHECK(fixture.receiver.next());

  manager.reload_refused("voiced.conf:9: port: -1 is out of range");
  CHECK(fixture.receiver.next() ==
        "READY=1\nSTATUS=reload refused: voiced.conf:9: port: -1 is out of range");
  for (int i = 0; i < 2; ++i) {
    CHECK(status_after(10s) ==
          "STATUS=participants: 3, speaking: 1, load: 25 %; "
          "reload refused: voiced.conf:9: port: -1 is out of range");
  }

  manager.ready("listening");
  CHECK(fixture.receiver.next() == "READY=1\nSTATUS=listening");
  CHECK(status_after(10s) == "STATUS=participants: 3, speaking: 1, load: 25 %");
}

TEST_CASE("the reason for a refusal is one short line, whatever it contains", "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, {}});

  manager.reload_refused("a\nSTOPPING=1\n\xFF" + std::string(5000, 'x'));

  const auto told = fixture.receiver.next();
  REQUIRE(told);
  CHECK(told->rfind("READY=1\nSTATUS=reload refused: a", 0) == 0);
  CHECK(std::count(told->begin(), told->end(), '\n') == 1);
  CHECK(told->find('\xFF') == std::string::npos);
  CHECK(told->size() < 450);
  manager.ticked(start, {});
  manager.ticked(start + 10s, {});
  const auto status = fixture.receiver.next();
  REQUIRE(status);
  CHECK(status->size() < 528);
  CHECK(status->find("xxx") != std::string::npos);
}

TEST_CASE("nobody waits for a manager that does not read, and it is told later",
          "[service_manager]") {
  Fixture fixture;
  ServiceManager manager({fixture.path, 40ms});
  // Until the queue of the socket is full; a blocking send would hang here.
  for (int i = 0; i < 5000; ++i) manager.ticked(start + i * voice::frame_duration, {});
  manager.reloading();
  manager.ready("again");

  while (const auto message = fixture.receiver.next()) {
    REQUIRE(value_of(*message, "RELOADING").empty());
  }
  const auto now = start + std::chrono::hours{1};
  manager.ticked(now, {});

  const auto reloading = fixture.receiver.next();
  REQUIRE(reloading);
  CHECK(value_of(*reloading, "RELOADING") == "1");
  CHECK(fixture.receiver.next() == "READY=1\nSTATUS=again");
  CHECK(fixture.receiver.next() == "WATCHDOG=1");
}

TEST_CASE("the environment is read once and then removed", "[service_manager]") {
  struct Row {
    const char* pid;
    const char* watchdog;
    std::optional<std::chrono::microseconds> expected;
  };
  const std::string own = std::to_string(voiced::process_id());
  const std::vector<Row> rows{{own.c_str(), "5000000", 5s},
                              {"1", "5000000", std::nullopt},
                              {"", "5000000", 5s},
                              {own.c_str(), "0", std::nullopt},
                              {own.c_str(), "-1", std::nullopt},
                              {own.c_str(), "5s", std::nullopt}};
  for (const Row& row : rows) {
    INFO(row.pid << " " << row.watchdog);
    ::setenv("NOTIFY_SOCKET", "/run/notify", 1);
    ::setenv("WATCHDOG_PID", row.pid, 1);
    ::setenv("WATCHDOG_USEC", row.watchdog, 1);

    const ServiceEnvironment environment = ServiceEnvironment::take();

    CHECK(environment.notify_socket == "/run/notify");
    CHECK(environment.watchdog == row.expected);
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}) {
      CHECK(std::getenv(name) == nullptr);
    }
  }
}

#endif
