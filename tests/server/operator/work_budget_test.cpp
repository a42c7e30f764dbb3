#include "server/operator/work_budget.hpp"

#include "tests/support/catch.hpp"

using voiced::WorkBudget;
using namespace std::chrono_literals;

TEST_CASE("work begins while anything is left of the tick's share", "[work_budget]") {
  WorkBudget budget(2ms);

  CHECK(budget.any_left());
  budget.spend(1999us);
  CHECK(budget.any_left());
  budget.spend(1us);
  CHECK_FALSE(budget.any_left());
  budget.ticked();
  CHECK(budget.any_left());
}

TEST_CASE("what a tick leaves unused is not saved up", "[work_budget]") {
  WorkBudget budget(2ms);
  for (int i = 0; i < 100; ++i) budget.ticked();

  budget.spend(2ms);

  CHECK_FALSE(budget.any_left());
}

TEST_CASE("work that costs more is paid for by later ticks, up to half a second", "[work_budget]") {
  WorkBudget budget(2ms);
  const auto ticks_until_any_is_left = [&] {
    int ticks = 0;
    for (; !budget.any_left(); ++ticks) budget.ticked();
    return ticks;
  };

  budget.spend(9ms);
  CHECK(ticks_until_any_is_left() == 4);
  budget.spend(1h);  // the process was suspended meanwhile
  CHECK(ticks_until_any_is_left() == 26);
}
