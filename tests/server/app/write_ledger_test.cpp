#include "server/app/write_ledger.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using voiced::WriteLedger;
using namespace std::chrono_literals;

namespace {

struct Desk {
  void change() {
    ledger.changed(
        [this](const std::string& why_not) {
          answers.push_back(why_not.empty() ? "kept" : why_not);
        },
        now);
  }
  void begin() {
    REQUIRE(ledger.wants_write(now));
    ledger.began();
  }
  void write(const std::string& error = "") {
    begin();
    ledger.ended(error, now);
  }
  void pass(voice::Duration time) {
    now += time;
    ledger.expire(now);
  }

  WriteLedger ledger;
  voice::TimePoint now{1h};
  std::vector<std::string> answers;
};

using Answers = std::vector<std::string>;

}  // namespace

TEST_CASE("a change is answered when it is written, and not before", "[write_ledger]") {
  Desk desk;
  CHECK(desk.ledger.is_kept());
  CHECK_FALSE(desk.ledger.wants_write(desk.now));

  desk.change();
  CHECK_FALSE(desk.ledger.is_kept());
  desk.begin();
  desk.pass(1s);
  CHECK(desk.answers.empty());
  desk.ledger.ended("", desk.now);

  CHECK(desk.answers == Answers{"kept"});
  CHECK(desk.ledger.is_kept());
  CHECK_FALSE(desk.ledger.wants_write(desk.now + 1h));
  CHECK_FALSE(desk.ledger.take_news());
}

TEST_CASE("a write answers the changes that came before it began", "[write_ledger]") {
  Desk desk;
  desk.change();
  desk.change();
  desk.begin();
  desk.change();
  CHECK_FALSE(desk.ledger.wants_write(desk.now));  // one at a time
  desk.ledger.ended("", desk.now);

  CHECK(desk.answers == Answers{"kept", "kept"});
  CHECK_FALSE(desk.ledger.is_kept());
  desk.write();
  CHECK(desk.answers == Answers{"kept", "kept", "kept"});
}

TEST_CASE("a failed write is answered with its reason, and tried again until it succeeds",
          "[write_ledger]") {
  Desk desk;
  desk.change();
  desk.write("no space");
  CHECK(desk.answers == Answers{"no space"});
  CHECK(desk.ledger.take_news() == "no space");
  CHECK_FALSE(desk.ledger.take_news());

  CHECK_FALSE(desk.ledger.wants_write(desk.now));
  desk.pass(voiced::write_retry_every - 1ns);
  CHECK_FALSE(desk.ledger.wants_write(desk.now));
  desk.pass(1ns);
  desk.write("no space");
  CHECK_FALSE(desk.ledger.take_news());  // reported once
  desk.pass(voiced::write_retry_every);
  desk.write();

  CHECK(desk.ledger.is_kept());
  CHECK(desk.ledger.take_news() == "");
  CHECK(desk.answers == Answers{"no space"});  // an answer is not taken back
}

TEST_CASE("a change after a failed write is tried at once", "[write_ledger]") {
  Desk desk;
  desk.change();
  desk.write("no space");
  desk.change();
  desk.write();

  CHECK(desk.answers == Answers{"no space", "kept"});
}

TEST_CASE("a disk that does not answer is reported in time, and again when it has",
          "[write_ledger]") {
  Desk desk;
  desk.change();
  desk.begin();
  desk.pass(1s);
  desk.change();
  desk.pass(voiced::write_answer_max - 1s);
  CHECK(desk.answers == Answers{"it was not on disk within 2 s"});
  CHECK(desk.ledger.take_news() == "it was not on disk within 2 s");
  desk.pass(1s);
  CHECK(desk.answers.size() == 2);
  CHECK_FALSE(desk.ledger.take_news());

  desk.pass(1h);
  desk.ledger.ended("", desk.now);
  CHECK(desk.ledger.take_news() == "");
  desk.write();
  CHECK(desk.answers.size() == 2);
  CHECK(desk.ledger.is_kept());
}

TEST_CASE("what waits for a disk is bounded", "[write_ledger]") {
  Desk desk;
  desk.change();
  desk.begin();

  for (int i = 0; i < 10'000; ++i) desk.change();

  CHECK(desk.answers.size() > 9'000);
  CHECK(desk.answers.back() == "too many changes are waiting for the disk");
  desk.ledger.ended("", desk.now);
  desk.write();
  CHECK(desk.answers.size() == 10'001);
}
