// What a reload makes of the files that the configuration names.
#include "common/identity/users.hpp"
#include "common/tls/certificate.hpp"

#include "tests/server/app/reload_fixture.hpp"

#include <chrono>
#include <filesystem>

using namespace voiced;
using namespace voiced::test;
using voice::test::ScratchDirectory;

TEST_CASE("a room whose file is truncated to nothing keeps its rules", "[reload]") {
  const ScratchDirectory rooms;
  (void)rooms.write("staff.conf", "guests = no\n");
  (void)rooms.write("open.conf", "# as the front room\n");
  Started voiced("rooms = " + rooms.file("") + "\n");
  CHECK(voiced.reload());
  const auto* const content = GENERATE("", "# guests = no\n");
  (void)rooms.write("staff.conf", content);

  const auto refused = voiced.reload();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("the file of the room \"staff\" has no settings any more; ") !=
        std::string::npos);
  CHECK(voiced.reloader->config().rooms.back().guests == Guests::none);
  (void)rooms.write("staff.conf", "guests = listen\n");
  CHECK(voiced.reload());
}

TEST_CASE("a folder that has lost all its rooms is a mistake, not a wish for none", "[reload]") {
  const ScratchDirectory rooms;
  (void)rooms.write("staff.conf", "guests = no\n");
  (void)rooms.write("stage.conf", "guests = listen\n");
  Started voiced("rooms = " + rooms.file("") + "\nrooms-on-demand-max = 5\n");
  std::filesystem::remove(rooms.file("stage.conf"));
  CHECK(voiced.reload());  // one of them may be removed
  std::filesystem::remove(rooms.file("staff.conf"));

  const auto refused = voiced.reload();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("has no rooms any more; ") != std::string::npos);
  CHECK(voiced.reloader->config().rooms.size() == 1);
  // Having no rooms has to be asked for.
  CHECK(voiced.reload_with("rooms-on-demand-max = 5\n"));
  CHECK(voiced.reloader->config().rooms.empty());
}

TEST_CASE("a users file that is truncated to nothing keeps its accounts", "[reload]") {
  namespace identity = voice::identity;
  if (!identity::is_available()) return;
  const ScratchDirectory secrets;
  const auto verifier = identity::make_verifier("secret", identity::make_random<identity::Salt>(),
                                                identity::cost_min);
  const std::string users =
      identity::with_user("", "anna", {identity::UserRole::speaker, verifier.value()});
  const std::string file = secrets.write("users", users);
  Started voiced("users-file = " + file + "\n");
  CHECK(voiced.reload());
  const auto* const content = GENERATE("", "\n", "# nobody\n");
  (void)secrets.write("users", content);

  const auto refused = voiced.reload();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().starts_with(file + ": has no accounts any more; "));
  CHECK(voiced.reloader->config().users->by_name.contains("anna"));
  // The last account may be removed, with the program for that.
  (void)secrets.write("users", identity::without_user(users, "anna"));
  CHECK(voiced.reload());
  CHECK(voiced.reloader->config().users->by_name.empty());
}

TEST_CASE("authorities that are truncated to nothing do not admit clients without a certificate",
          "[reload]") {
  namespace tls = voice::tls;
  if (!tls::is_available()) return;
  const ScratchDirectory files;
  const auto pair =
      tls::make_self_signed({"voice.test"}, std::chrono::sys_seconds{std::chrono::seconds{1}});
  REQUIRE(pair);
  const std::string authorities = files.write("ca.pem", pair->certificate);
  Started voiced("listen-tls = 0\ncertificate = " + files.write("c.pem", pair->certificate) +
                 "\ncertificate-key = " + files.write("k.pem", pair->key) +
                 "\nclient-ca = " + authorities + "\n");
  CHECK(voiced.reload());
  const auto* const content = GENERATE("", "\n", "\xEF\xBB\xBF");
  (void)files.write("ca.pem", content);

  const auto refused = voiced.reload();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("client-ca: " + authorities + ": ") != std::string::npos);
  CHECK(voiced.reloader->config().tls != nullptr);
}

TEST_CASE("other authorities, or another chain, in the same file are a change", "[reload]") {
  namespace tls = voice::tls;
  if (!tls::is_available()) return;
  const ScratchDirectory files;
  const auto make = [] {
    return *tls::make_self_signed({"voice.test"},
                                  std::chrono::sys_seconds{std::chrono::seconds{1}});
  };
  const auto pair = make();
  const std::string authorities = files.write("ca.pem", make().certificate);
  const std::string certificate = files.write("c.pem", pair.certificate);
  Started voiced("listen-tls = 0\ncertificate = " + certificate + "\ncertificate-key = " +
                 files.write("k.pem", pair.key) + "\nclient-ca = " + authorities + "\n");
  CHECK(voiced.reload()->changed.empty());

  (void)files.write("ca.pem", make().certificate);
  const auto trusts_others = voiced.reload();
  (void)files.write("c.pem", pair.certificate + make().certificate);
  const auto has_other_chain = voiced.reload();

  REQUIRE(trusts_others);
  CHECK(text_of(trusts_others->changed) ==
        "client-ca: \"" + authorities + "\" -> \"" + authorities + "\" # other authorities\n");
  REQUIRE(has_other_chain);
  CHECK(text_of(has_other_chain->changed) ==
        "certificate: \"" + certificate + "\" -> \"" + certificate + "\" # another certificate\n");
  CHECK(voiced.reload()->changed.empty());
}
