#include "common/terminal/table.hpp"

#include "tests/support/catch.hpp"

using namespace voice::terminal;
using Lines = std::vector<std::string>;

TEST_CASE("texts are measured in columns, not in bytes", "[terminal]") {
  CHECK(columns_of("Anna") == 4);
  CHECK(columns_of("Jürgen") == 6);
  CHECK(columns_of("日本") == 4);
  CHECK(columns_of("e\xcc\x81") == 1);         // e and a combining accent
  CHECK(columns_of("\xf0\x9f\x8e\xa4") == 2);  // a microphone
  CHECK(columns_of("\xff") == 1);              // not UTF-8
}

TEST_CASE("a text is padded or cut to its columns", "[terminal]") {
  CHECK(fitted("Anna", 6) == "Anna  ");
  CHECK(fitted("Anna", 6, Align::right) == "  Anna");
  CHECK(fitted("Anna", 4) == "Anna");
  CHECK(fitted("Annabel", 4) == "Ann~");
  CHECK(fitted("Jürgen", 3) == "Jü~");
  CHECK(fitted("日本語", 4) == "日~ ");  // half a character is not shown
  CHECK(fitted("Anna", 1) == "~");
  CHECK(fitted("Anna", 0) == "");
}

namespace {

Table people() {
  Table table{{{"ID", Align::right},
               {"NAME", Align::left, 0, 4},
               {"ADDRESS", Align::left, 0, 0, 2},
               {"LOST", Align::right, 5, 0, 1}}};
  table.add({"1", "Anna", "192.0.2.7:50000", "0"});
  table.add({"12", "Jürgen Müller", "", "1234"});
  return table;
}

}  // namespace

TEST_CASE("a table is as wide as its widest cells", "[terminal]") {
  CHECK(people().lines(0) == Lines{"ID  NAME           ADDRESS           LOST",
                                   " 1  Anna           192.0.2.7:50000      0",
                                   "12  Jürgen Müller                    1234"});
}

TEST_CASE("a narrow table first cuts cells, then leaves out columns", "[terminal]") {
  CHECK(people().lines(38) == Lines{"ID  NAME        ADDRESS           LOST",
                                    " 1  Anna        192.0.2.7:50000      0",
                                    "12  Jürgen Mü~                    1234"});
  CHECK(people().lines(20) ==
        Lines{"ID  NAME        LOST", " 1  Anna           0", "12  Jürgen M~   1234"});
  CHECK(people().lines(8) == Lines{"ID  NAME", " 1  Anna", "12  Jür~"});
  CHECK(people().lines(5) == Lines{"ID  N", " 1  A", "12  J"});
}
