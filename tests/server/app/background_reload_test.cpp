#include "server/app/background_reload.hpp"

#include "common/app/control_request.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace voiced;
using voice::unexpected;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};

// Reads end when the test says so; each is recognized by the error it reports.
struct Desk {
  BackgroundReload::Reading read() {
    const std::size_t number = results.size();
    results.emplace_back();
    return [this, number] { return std::exchange(results[number], std::nullopt); };
  }
  voice::expected<Reloaded, std::string> end(const FreshSettings& fresh) {
    ended.push_back(fresh ? "good" : fresh.error());
    if (!fresh) return unexpected(fresh.error());
    return Reloaded{};
  }
  BackgroundReload::Done answer() {
    return
        [this](const auto& reloaded) { answers.push_back(reloaded ? "good" : reloaded.error()); };
  }

  std::vector<std::optional<FreshSettings>> results;
  std::vector<std::string> ended, answers;
  int begun = 0;
  BackgroundReload reloads{{.begin = [this] { ++begun; },
                            .read = [this] { return read(); },
                            .end = [this](FreshSettings fresh) { return end(fresh); }}};
};

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a reload is answered when its read has ended, and no tick waits for it",
          "[background_reload]") {
  Desk desk;
  desk.reloads.ticked(start);
  CHECK(desk.begun == 0);

  desk.reloads.request(desk.answer());
  desk.reloads.ticked(start);
  CHECK(desk.begun == 1);
  for (int i = 0; i < 100; ++i) desk.reloads.ticked(start + i * 20ms);
  CHECK(desk.answers.empty());

  desk.results[0] = std::make_shared<Settings>();
  desk.reloads.ticked(start + 3s);
  CHECK(desk.answers == Strings{"good"});
  desk.reloads.ticked(start + 4s);
  CHECK(desk.begun == 1);
}

TEST_CASE("requests during a read share the next one", "[background_reload]") {
  Desk desk;
  desk.reloads.request(desk.answer());
  desk.reloads.ticked(start);
  desk.reloads.request(desk.answer());
  desk.reloads.request(nullptr);
  desk.reloads.request(desk.answer());

  desk.results[0] = unexpected(std::string("first"));
  desk.reloads.ticked(start);
  CHECK(desk.answers == Strings{"first"});
  desk.reloads.ticked(start);
  desk.results[1] = unexpected(std::string("second"));
  desk.reloads.ticked(start);

  CHECK(desk.answers == Strings{"first", "second", "second"});
  desk.reloads.ticked(start);
  CHECK(desk.begun == 2);
}

TEST_CASE("a read that hangs is refused in time, and does not prevent the next one",
          "[background_reload]") {
  Desk desk;
  desk.reloads.request(desk.answer());
  desk.reloads.ticked(start);
  desk.reloads.ticked(start + reload_time_max - 1ms);
  CHECK(desk.answers.empty());
  desk.reloads.ticked(start + reload_time_max);
  REQUIRE(desk.answers.size() == 1);
  CHECK(desk.answers[0].starts_with("not read within 5 s; "));

  desk.reloads.request(desk.answer());
  desk.reloads.ticked(start + 10s);
  // The first read ends after all, too late to count.
  desk.results[0] = std::make_shared<Settings>();
  desk.results[1] = unexpected(std::string("second"));
  desk.reloads.ticked(start + 10s);
  CHECK(desk.ended.back() == "second");
}

TEST_CASE("only a few reads may hang at once", "[background_reload]") {
  Desk desk;
  auto now = start;
  const auto reload = [&] {
    desk.reloads.request(desk.answer());
    desk.reloads.ticked(now);
    now += reload_time_max;
    desk.reloads.ticked(now);
  };
  for (std::size_t i = 0; i < hung_readings_max + 3; ++i) reload();
  CHECK(desk.results.size() == hung_readings_max);
  CHECK(desk.answers.size() == hung_readings_max + 3);
  CHECK(desk.answers.back().starts_with("4 earlier reads still hang"));

  desk.results[2] = std::make_shared<Settings>();
  reload();
  CHECK(desk.results.size() == hung_readings_max + 1);
}

TEST_CASE("a client that waits for a reload when the program ends is told", "[background_reload]") {
  Desk desk;
  desk.reloads.request(desk.answer());
  desk.reloads.ticked(start);
  desk.reloads.request(desk.answer());

  desk.reloads.stop();
  desk.reloads.request(desk.answer());
  desk.results[0] = std::make_shared<Settings>();
  desk.reloads.ticked(start);

  CHECK(desk.answers == Strings(3, "voiced is stopping"));
  CHECK(desk.ended.empty());
}

TEST_CASE("an operator's request is not given up before two reloads are over",
          "[background_reload]") {
  STATIC_REQUIRE(voice::app::answer_wait_max > 2 * reload_time_max + 1s);
}
