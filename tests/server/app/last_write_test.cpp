#include "server/app/last_write.hpp"

#include "tests/support/catch.hpp"

#include <string>

using voiced::finish_writing;
using voiced::WriteLedger;
using namespace std::chrono_literals;

namespace {

/// A file whose writes end with `error` at the next look, unless they hang.
struct File {
  File() { change(); }
  void change() {
    ledger.changed([](const std::string&) {}, now);
  }
  void begin() {
    ++writes;
    ledger.began();
  }
  void finish(std::chrono::milliseconds patience) {
    finish_writing(
        ledger, patience, [this] { begin(); },
        [this] {
          if (!hangs) ledger.ended(error, now);
        });
  }

  WriteLedger ledger;
  voice::TimePoint now{1h};
  std::string error;
  bool hangs = false;
  int writes = 0;
};

}  // namespace

TEST_CASE("at the end, what is not on disk is written", "[write_ledger]") {
  File file;

  file.finish(60s);

  CHECK(file.ledger.is_kept());
  CHECK(file.writes == 1);
  // Everything is on disk already.
  file.finish(60s);
  CHECK(file.writes == 1);
}

TEST_CASE("at the end, a version newer than the one being written is written too",
          "[write_ledger]") {
  File file;
  file.begin();
  file.change();

  file.finish(60s);

  CHECK(file.ledger.is_kept());
  CHECK(file.writes == 2);
}

TEST_CASE("at the end, a write that has failed is tried once more, and not for ever",
          "[write_ledger]") {
  File file;
  file.error = "no space left";
  file.begin();

  file.finish(60s);

  CHECK_FALSE(file.ledger.is_kept());
  CHECK(file.writes == 2);
}

TEST_CASE("at the end, a disk that hangs is waited for no longer than was said", "[write_ledger]") {
  File file;
  file.hangs = true;

  file.finish(5ms);

  CHECK(file.ledger.is_writing());
  CHECK(file.writes == 1);
}
