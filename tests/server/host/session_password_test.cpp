// A room with a password: a peer neither hears nor is heard before a Hello with that password.
#include "tests/server/host/visitor.hpp"

using namespace voiced::test;
using voiced::CloseReason;
using voiced::Dialect;
using Texts = std::vector<std::string>;

namespace {

constexpr const char* secret = "open sesame";

std::size_t heard_in_tick(TestLobby& trial, const Guest& who) {
  std::size_t count = 0;
  for (const Heard& heard : trial.tick()) count += heard.who == who.id() ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("a peer with the password is let in, and one without it neither hears nor is heard",
          "[session][password]") {
  TestLobby trial(test_options(), secret);
  const auto inside = trial.join();
  Guest guest(trial.lobby);
  const auto speak = [&] { trial.say(inside, silence()); };

  CHECK_FALSE(guest.send(rtp_message(1, silence())));
  CHECK(guest.session.dialect() == Dialect::unknown);
  CHECK(trial.room.counters().packets_in == 0);
  speak();
  CHECK(heard_in_tick(trial, guest) == 0);

  CHECK_FALSE(guest.send(message("Hello\nName:Anna\nPassword:open sesame")));
  CHECK(guest.answers() == Texts{"Welcome\nId:1\nName:Anna\nAgent:voiced"});
  speak();
  CHECK(heard_in_tick(trial, guest) == 1);
  CHECK_FALSE(guest.send(rtp_message(2, silence())));
  CHECK(trial.room.counters().packets_in == 3);

  // A change of name needs no password.
  CHECK_FALSE(guest.send(message("Hello\nName:Maria")));
  CHECK(guest.session.name() == "Maria");
}

TEST_CASE("a wrong password is told and ends the connection", "[session][password]") {
  const auto* const password =
      GENERATE("", "\nPassword:", "\nPassword:open sesam", "\nPassword:open sesame!",
               "\nPassword:Open sesame", "\nPassword:open sesameopen sesame");
  TestLobby trial(test_options(), secret);
  Guest guest(trial.lobby);

  const auto reason = guest.send(message(std::string("Hello\nName:Eve") + password));

  REQUIRE(reason == CloseReason::bad_password);
  guest.session.close(*reason);
  CHECK(guest.answers() == Texts{"Bye\nCode:password\nReason:the password is wrong or missing"});
  CHECK(trial.room.participants() == 0);
}

TEST_CASE("a changed password is asked of later peers only", "[session][password]") {
  TestLobby trial(test_options(), secret);
  Guest waiting(trial.lobby, 1), member(trial.lobby, 2);
  CHECK_FALSE(member.send(message("Hello\nPassword:open sesame")));

  trial.password = "another";
  trial.reconfigure();

  CHECK_FALSE(member.send(message("Hello\nName:Anna")));
  CHECK(waiting.send(message("Hello\nPassword:open sesame")) == CloseReason::bad_password);
  Guest late(trial.lobby, 3);
  CHECK_FALSE(late.send(message("Hello\nPassword:another")));
  trial.password.clear();
  trial.reconfigure();
  Guest classic(trial.lobby, 4);
  CHECK_FALSE(classic.send(rtp_message(1, silence())));
  CHECK(classic.session.dialect() == Dialect::classic);
}

TEST_CASE("a peer may bring a password to a conference that has none", "[session][password]") {
  TestLobby trial;
  Guest guest(trial.lobby);

  CHECK_FALSE(guest.send(message("Hello\nPassword:whatever")));
  CHECK(guest.session.dialect() == Dialect::voice1);
}
