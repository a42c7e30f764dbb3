#include "ctl/places.hpp"

#include "ctl/link.hpp"

#include "tests/support/catch.hpp"

#include <map>

using namespace voicectl;
using Strings = std::vector<std::string>;

namespace {

Strings places(const Arguments& arguments, const std::map<std::string, std::string>& variables) {
  const auto found = socket_places(arguments, [&](const char* name) {
    const auto variable = variables.find(name);
    return variable == variables.end() ? nullptr : variable->second.c_str();
  });
  return found ? *found : Strings{"!" + found.error()};
}

Arguments with_socket(const std::string& path) {
  Arguments arguments;
  arguments.socket = path;
  return arguments;
}

Arguments with_instance(const std::string& name) {
  Arguments arguments;
  arguments.instance = name;
  return arguments;
}

}  // namespace

TEST_CASE("the socket is looked for where voiced puts it", "[voicectl]") {
  const std::string system = "/run/voiced/control.sock";

  CHECK(places({}, {}) == Strings{system});
  CHECK(places({}, {{"XDG_RUNTIME_DIR", "/run/user/1000"}}) ==
        Strings{"/run/user/1000/voiced/control.sock", system});
}

TEST_CASE("a command that a service runs talks to that service only", "[voicectl]") {
  CHECK(places({}, {{"RUNTIME_DIRECTORY", "/run/voiced-a:/run/b"},
                    {"XDG_RUNTIME_DIR", "/run/user/1000"}}) ==
        Strings{"/run/voiced-a/control.sock"});
}

TEST_CASE("a socket that is given is the only one tried", "[voicectl]") {
  const std::map<std::string, std::string> variables{{"XDG_RUNTIME_DIR", "/run/user/1000"},
                                                     {"VOICECTL_SOCKET", "/other.sock"}};

  CHECK(places(with_socket("/a.sock"), variables) == Strings{"/a.sock"});
  CHECK(places(with_instance("workshop"), variables) ==
        Strings{"/run/voiced-workshop/control.sock"});
  CHECK(places({}, variables) == Strings{"/other.sock"});
  CHECK(places({}, {{"VOICECTL_SOCKET", ""}}) == Strings{"/run/voiced/control.sock"});
}

TEST_CASE("an instance is a name, not a path", "[voicectl]") {
  CHECK(places(with_instance("../x"), {}).front() ==
        "!--instance: ../x is not the name of a service; for a path, use --socket");
}

TEST_CASE("a file in the socket's place holds a port and a token", "[voicectl]") {
  const auto file = parse_port_file("50123 0123abcd\n");
  REQUIRE(file);
  CHECK(file->port == 50123);
  CHECK(file->token == "0123abcd");
  CHECK(parse_port_file("50123\r\n0123abcd\r\n"));
  for (const char* const bad :
       {"", "50123", "x y", "0 y", "70000 y", "-1 y", "50123x y", "1 y z"}) {
    INFO(bad);
    CHECK_FALSE(parse_port_file(bad));
  }
}
