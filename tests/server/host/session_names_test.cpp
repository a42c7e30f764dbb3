// What the server learns from a Hello and a Ping, besides answering them.
#include "tests/server/host/visitor.hpp"

using namespace voiced;
using namespace voiced::test;

TEST_CASE("a new name is reported once, and the same name again is not new", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.session.take_new_name());

  CHECK_FALSE(guest.send(message("Hello\nName:Anna")));
  CHECK(guest.session.take_new_name());
  CHECK_FALSE(guest.session.take_new_name());
  CHECK_FALSE(guest.send(message("Hello\nName:Anna")));
  CHECK_FALSE(guest.session.take_new_name());
  CHECK_FALSE(guest.send(message("Hello\nName:Berta")));
  CHECK(guest.session.take_new_name());
}

TEST_CASE("a Hello without a name brings none", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);

  CHECK_FALSE(guest.send(message("Hello")));

  CHECK_FALSE(guest.session.take_new_name());
  CHECK(guest.session.name() == guest.session.address());
}

TEST_CASE("a peer keeps pinging from the third Ping after Hello on", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(guest.send(message("Ping\nId:1")));
  CHECK_FALSE(guest.send(message("Hello")));
  for (int i = 0; i < 2; ++i) CHECK_FALSE(guest.send(message("Ping\nId:1")));
  CHECK_FALSE(guest.session.keeps_pinging());

  CHECK_FALSE(guest.send(message("Ping\nId:1")));

  CHECK(guest.session.keeps_pinging());
}

TEST_CASE("a peer that is no longer heard is told so", "[session]") {
  TestLobby trial;
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.send(message("Hello")));
  CHECK(guest.answers().size() == 1);

  guest.session.close(CloseReason::not_heard);

  CHECK(guest.answers() ==
        std::vector<std::string>{"Bye\nReason:nothing was received from you for too long"});
}
