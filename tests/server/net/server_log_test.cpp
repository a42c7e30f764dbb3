#include "server/net/server_log.hpp"

#include "tests/server/host/howling_host.hpp"

#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

using namespace voiced;
using namespace voiced::test;

namespace {

// What is logged while it exists, level and text.
class Logged {
 public:
  Logged() : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~Logged() { spdlog::set_default_logger(before_); }
  Logged(const Logged&) = delete;
  Logged& operator=(const Logged&) = delete;

  /// How many of the logged lines are `text`.
  [[nodiscard]] int count(const std::string& text) const {
    int count = 0;
    std::istringstream lines(lines_.str());
    for (std::string line; std::getline(lines, line);) count += line == text ? 1 : 0;
    return count;
  }
  [[nodiscard]] std::string text() const { return lines_.str(); }

 private:
  std::ostringstream lines_;
  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace

TEST_CASE("the log names each participant whose microphone made the room howl, once",
          "[server_log]") {
  HowlingHost trial(5);
  const Logged logged;
  ServerLog log;
  for (int second = 0; second < 12; ++second) {
    trial.speak(50);
    log.events(trial.host, trial.now);
  }

  int named = 0;
  for (const ParticipantStatus& one : trial.host.participants(trial.now)) {
    const std::string line =
        "warning the room howled because a microphone picks up its loudspeaker; this participant "
        "should use a headset or cancel echo id=" +
        std::to_string(one.number);
    CHECK(logged.count(line) == (one.echoes ? 1 : 0));
    named += one.echoes ? 1 : 0;
  }
  INFO(logged.text());
  CHECK(named >= 2);
}

TEST_CASE("peers that come and go in any number hide no failed login from fail2ban",
          "[server_log]") {
  const Logged logged;
  PeerLog log;
  const voice::TimePoint now{std::chrono::seconds{1}};
  for (int i = 0; i < 1000; ++i) {
    log.info(now, "joined");
    log.left(Blame::none, now, "left");
    log.left(Blame::offence, now, "refused");
  }
  REQUIRE(logged.count("info joined") + logged.count("info left") == 400);
  REQUIRE(logged.count("info refused") == 400);
  REQUIRE(log.suppressed() == 2200);

  log.logged_in(now, "logged in");
  CHECK(logged.count("info logged in") == 1);
  for (int i = 0; i < 15; ++i) log.left(Blame::login, now, "login failed");

  CHECK(logged.count("info login failed") == 15);
}
