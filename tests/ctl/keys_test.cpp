// Keys of `watch`, as terminals send them.
#include "ctl/keys.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace voicectl;
using Keys = std::vector<Key>;

namespace {

Keys keys_of(const std::string& bytes) {
  KeyReader reader;
  return reader.feed(bytes);
}

}  // namespace

TEST_CASE("each key is known in every form in which terminals send it", "[voicectl]") {
  struct Row {
    Key key;
    std::vector<std::string> forms;
  };
  // "\x1b[" in normal mode and "\x1bO" in application mode (xterm's ctlseqs).
  const Row rows[] = {{Key::up, {"k", "\x1b[A", "\x1bOA"}},
                      {Key::down, {"j", "\x1b[B", "\x1bOB"}},
                      {Key::home, {"g", "\x1b[H", "\x1bOH", "\x1b[1~"}},
                      {Key::end, {"G", "\x1b[F", "\x1bOF", "\x1b[4~"}},
                      {Key::page_up, {"\x1b[5~"}},
                      {Key::page_down, {"\x1b[6~"}},
                      {Key::quit, {"q"}},
                      {Key::sort, {"s"}},
                      {Key::redraw, {"\f"}}};
  for (const Row& row : rows) {
    for (const std::string& form : row.forms) {
      CAPTURE(form);
      CHECK(keys_of(form) == Keys{row.key});
      CHECK(keys_of("x" + form + "x" + form) == Keys{row.key, row.key});
    }
  }
}

TEST_CASE("keys that do nothing are swallowed whole", "[voicectl]") {
  // Cursor left and right, Delete, F5, Ctrl-up, Alt-x, and a lone Escape before a letter: none of
  // their letters may be taken for a key of its own.
  for (const char* const bytes : {"\x1b[C", "\x1b[D", "\x1b[3~", "\x1b[15~", "\x1b[1;5A", "\x1bx",
                                  "\x1bOP", "Q", "S", "J", " ", "\r", "\n", "\x03", "\xC3\xA9"}) {
    CAPTURE(bytes);
    CHECK(keys_of(bytes).empty());
    CHECK(keys_of(std::string(bytes) + "q") == Keys{Key::quit});
  }
}

TEST_CASE("a sequence that never ends holds up no key for long", "[voicectl]") {
  const std::string endless = "\x1b[" + std::string(14, '1');
  CHECK(keys_of(endless).empty());
  CHECK(keys_of(endless + "q") == Keys{Key::quit});
  // A new Escape begins a new sequence.
  CHECK(keys_of("\x1b[1;\x1b[A") == Keys{Key::up});
  CHECK(keys_of("\x1b\x1b\x1b[B") == Keys{Key::down});
}

TEST_CASE("any bytes mean the same however they are cut", "[voicectl]") {
  sim::Random random(1);
  const std::string some = "\x1b\x1b\x1b[[O156;~ABHFqsjkgG\fx";
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (std::uint64_t i = random.below(30); i > 0; --i) bytes += random.pick(some);
    CAPTURE(bytes);
    KeyReader cut;
    Keys keys;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = 1 + random.below(4);
      for (const Key key : cut.feed(std::string_view{bytes}.substr(at, size))) keys.push_back(key);
      at += size;
    }
    REQUIRE(keys == keys_of(bytes));
  }
}
