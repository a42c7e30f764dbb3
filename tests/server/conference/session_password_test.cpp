// A conference with a password: nobody hears or is heard before a Hello that brings it.
#include "tests/server/conference/visitor.hpp"

using namespace voiced::test;
using voiced::CloseReason;
using voiced::Dialect;
using Texts = std::vector<std::string>;

namespace {

voiced::ConferenceOptions locked() {
  auto options = room_options();
  options.password = "open sesame";
  return options;
}

std::size_t heard_in_tick(Room& room, const Guest& who) {
  std::size_t count = 0;
  for (const Heard& heard : room.tick()) count += heard.who == *who.session.participant() ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("with the password one is in, without it one neither hears nor is heard",
          "[session][password]") {
  Room room(locked());
  const auto inside = room.join();
  Guest guest(room.conference);
  const auto speak = [&] { room.say(inside, silence()); };

  CHECK_FALSE(guest.send(rtp_message(1, silence())));
  CHECK(guest.session.dialect() == Dialect::unknown);
  CHECK(room.conference.counters().packets_in == 0);
  speak();
  CHECK(heard_in_tick(room, guest) == 0);

  CHECK_FALSE(guest.send(message("Hello\nName:Anna\nPassword:open sesame")));
  CHECK(guest.answers() == Texts{"Welcome\nId:1\nName:Anna\nAgent:voiced"});
  speak();
  CHECK(heard_in_tick(room, guest) == 1);
  CHECK_FALSE(guest.send(rtp_message(2, silence())));
  CHECK(room.conference.counters().packets_in == 3);

  // To change the name the password is not asked for again.
  CHECK_FALSE(guest.send(message("Hello\nName:Maria")));
  CHECK(guest.session.name() == "Maria");
}

TEST_CASE("a wrong password is told and ends the connection", "[session][password]") {
  const auto* const password =
      GENERATE("", "\nPassword:", "\nPassword:open sesam", "\nPassword:open sesame!",
               "\nPassword:Open sesame", "\nPassword:open sesameopen sesame");
  Room room(locked());
  Guest guest(room.conference);

  const auto reason = guest.send(message(std::string("Hello\nName:Eve") + password));

  REQUIRE(reason == CloseReason::bad_password);
  guest.session.close(*reason);
  CHECK(guest.answers() == Texts{"Bye\nCode:password\nReason:the password is wrong or missing"});
  CHECK(room.conference.participants() == 0);
}

TEST_CASE("a password that changes is asked of those who come from then on",
          "[session][password]") {
  Room room(locked());
  Guest waiting(room.conference, 1), member(room.conference, 2);
  CHECK_FALSE(member.send(message("Hello\nPassword:open sesame")));

  room.conference.set_password("another");

  CHECK_FALSE(member.send(message("Hello\nName:Anna")));
  CHECK(waiting.send(message("Hello\nPassword:open sesame")) == CloseReason::bad_password);
  Guest late(room.conference, 3);
  CHECK_FALSE(late.send(message("Hello\nPassword:another")));
  room.conference.set_password("");
  Guest classic(room.conference, 4);
  CHECK_FALSE(classic.send(rtp_message(1, silence())));
  CHECK(classic.session.dialect() == Dialect::classic);
}

TEST_CASE("who comes to a conference without a password may bring one", "[session][password]") {
  Room room;
  Guest guest(room.conference);

  CHECK_FALSE(guest.send(message("Hello\nPassword:whatever")));
  CHECK(guest.session.dialect() == Dialect::voice1);
}
