#include "common/background/background_task.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <future>
#include <memory>
#include <string>

using voice::BackgroundTask;

TEST_CASE("a task's result is handed out once", "[background_task]") {
  BackgroundTask<std::string> task([] { return std::string("done"); });
  std::optional<std::string> result;
  REQUIRE(voice::test::eventually([&] {
    result = task.take();
    return result.has_value();
  }));

  CHECK(*result == "done");
  CHECK_FALSE(task.take().has_value());
}

TEST_CASE("a task that hangs holds up neither its owner nor the end of it", "[background_task]") {
  auto release = std::make_shared<std::promise<void>>();
  auto ended = std::make_shared<std::promise<void>>();
  {
    BackgroundTask<int> task([release, ended] {
      release->get_future().wait();
      ended->set_value();
      return 1;
    });

    CHECK_FALSE(task.take().has_value());
  }
  release->set_value();
  CHECK(ended->get_future().wait_for(voice::test::patience) == std::future_status::ready);
}
