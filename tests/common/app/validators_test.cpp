#include "common/app/validators.hpp"

#include "tests/support/catch.hpp"

using voice::app::one_of;
using voice::app::range;

namespace {

// What a validator says about `text`; empty if `text` is valid.
std::string said(const CLI::Validator& validator, std::string text) {
  return validator(text);
}

}  // namespace

TEST_CASE("a whole number is valid from its minimum to its maximum", "[validators]") {
  const auto depth = range(2, 9);

  CHECK(said(depth, "2").empty());
  CHECK(said(depth, "9").empty());
  CHECK(said(depth, "1") == "1 is out of range; use 2…9");
  CHECK(said(depth, "10") == "10 is out of range; use 2…9");
  for (const char* const text : {"", "x", "2.5", "99999999999"}) {
    CHECK(said(depth, text) == "`" + std::string(text) + "` is not a whole number; use 2…9");
  }
  CHECK(depth.get_description() == "2…9");
}

TEST_CASE("numbers are decimal, and one that another program would read as octal is refused",
          "[validators]") {
  const auto port = range(1, 65535);
  CHECK(said(port, "+7400").empty());
  CHECK(said(port, "07400") == "`07400` begins with a zero; leave that out");
  CHECK(said(range(-40, 20), "-010") == "`-010` begins with a zero; leave that out");
  CHECK(said(port, "0x1000") == "`0x1000` is not a whole number; use 1…65535");
  CHECK(said(port, "7'000") == "`7'000` is not a whole number; use 1…65535");
  CHECK(said(range(0.0, 5.0), "0.5").empty());
  CHECK(said(range(0.0, 5.0), "0x1") == "`0x1` is not a number; use 0…5");
}

TEST_CASE("a decimal number is valid if it is finite and within its range", "[validators]") {
  const auto volume = range(-40.0, 20.0);

  CHECK(said(volume, "-40").empty());
  CHECK(said(volume, "19.5").empty());
  CHECK(said(volume, "20.1") == "20.1 is out of range; use -40…20");
  for (const char* const text : {"", "x", "inf", "nan"}) {
    CHECK(said(volume, text) == "`" + std::string(text) + "` is not a number; use -40…20");
  }
  CHECK(said(range(0.0, 5.0, "seconds, 0 or more"), "-1") ==
        "-1 is out of range; use seconds, 0 or more");
}

TEST_CASE("a word is valid if it is one of the choices", "[validators]") {
  const auto level = one_of({"warn", "info"});

  CHECK(said(level, "info").empty());
  CHECK(said(level, "Info") == "`Info` is not one of warn, info");
  CHECK(level.get_description() == "{warn,info}");
}
