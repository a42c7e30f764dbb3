#include "common/app/secret_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using voice::app::read_password;

TEST_CASE("a password is the first line of its file", "[secret_file]") {
  const voice::test::ScratchDirectory scratch;
  const auto* const text =
      GENERATE("open sesame", "open sesame\n", "open sesame\r\nand more\n", "open sesame\n\n");

  const auto password = read_password(scratch.write("password", text));

  REQUIRE(password);
  CHECK(*password == "open sesame");
}

TEST_CASE("a byte order mark in front of a password is not part of it", "[secret_file]") {
  const voice::test::ScratchDirectory scratch;
  const std::string longest(voice::app::password_bytes_max, 'x');

  CHECK(read_password(scratch.write("a", "\xEF\xBB\xBFopen sesame\r\n")) == "open sesame");
  CHECK(read_password(scratch.write("b", "\xEF\xBB\xBF" + longest + "\r\n")) == longest);
  CHECK_FALSE(read_password(scratch.write("c", "\xEF\xBB\xBF\n")));
}

TEST_CASE("a password of the maximum length is read, one byte more is not", "[secret_file]") {
  const voice::test::ScratchDirectory scratch;
  const std::string longest(voice::app::password_bytes_max, 'x');

  CHECK(read_password(scratch.write("a", longest + "\r\n")) == longest);
  CHECK_FALSE(read_password(scratch.write("b", longest + "x\n")));
  CHECK_FALSE(read_password(scratch.write("c", std::string(1'000'000, 'x'))));
}

TEST_CASE("what cannot be a password is refused with its path and the reason", "[secret_file]") {
  const voice::test::ScratchDirectory scratch;
  struct Row {
    const char* text;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({{"", ": its first line is empty"},
                                         {"\nsecond", ": its first line is empty"},
                                         {"a\tb", ": the password must be text"},
                                         {" a", ": the password must be text"},
                                         {"a \n", ": the password must be text"},
                                         {"\xff\xfe", ": cannot be read: it is UTF-16 text"},
                                         {"\xc3", ": the password must be text"}}));
  const std::string path = scratch.write("password", row.text);

  const auto password = read_password(path);

  REQUIRE_FALSE(password);
  CHECK(password.error().rfind(path + row.reason, 0) == 0);
}

TEST_CASE("a missing file is reported as missing", "[secret_file]") {
  const voice::test::ScratchDirectory scratch;

  const auto password = read_password(scratch.file("nowhere"));

  REQUIRE_FALSE(password);
  CHECK(password.error().rfind(scratch.file("nowhere") + ": cannot be read", 0) == 0);
}

TEST_CASE("only a file can hold a password", "[secret_file]") {
  const voice::test::ScratchDirectory scratch;

  CHECK_FALSE(read_password(scratch.file("")));
  CHECK_FALSE(read_password(""));
#ifndef _WIN32
  CHECK_FALSE(read_password("/dev/null"));
  CHECK_FALSE(read_password("/dev/zero"));
  std::filesystem::create_symlink(scratch.file("nowhere"), scratch.file("dangling"));
  CHECK_FALSE(read_password(scratch.file("dangling")));
#endif
}
