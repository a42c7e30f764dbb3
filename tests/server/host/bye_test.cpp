// What a peer is told when it is disconnected, as docs/protocol.md §7 lists it.
#include "server/host/bye.hpp"

#include "tests/support/catch.hpp"

#include <map>
#include <set>
#include <string>

using namespace voiced;
using voice::voice1::ByeCode;

namespace {

/// The reasons that have a code. All others have none, so that the client reconnects on its own.
const std::map<CloseReason, ByeCode>& codes() {
  static const std::map<CloseReason, ByeCode> all{
      {CloseReason::kicked, ByeCode::kicked},
      {CloseReason::banned, ByeCode::banned},
      {CloseReason::bad_password, ByeCode::password},
      {CloseReason::secret_in_clear, ByeCode::password},
      {CloseReason::login_required, ByeCode::login},
      {CloseReason::not_a_member, ByeCode::login},
      {CloseReason::bad_invitation, ByeCode::invitation},
      {CloseReason::invitation_over, ByeCode::invitation},
      {CloseReason::login_slowed, ByeCode::wait},
      {CloseReason::login_busy, ByeCode::wait},
      {CloseReason::login_unchecked, ByeCode::wait},
      {CloseReason::name_mixed, ByeCode::name},
      {CloseReason::name_taken, ByeCode::name_taken},
      {CloseReason::no_room, ByeCode::no_room},
      {CloseReason::room_locked, ByeCode::room_locked},
      {CloseReason::room_closed, ByeCode::room_closed},
      {CloseReason::room_full, ByeCode::room_full}};
  return all;
}

std::string written(CloseReason reason) {
  const auto message = voice::voice1::write(voice::voice1::Bye{bye_code(reason), bye_text(reason)});
  return {message.begin() + voice::length_prefix_bytes, message.end()};
}

}  // namespace

TEST_CASE("a peer is told a code exactly for the reasons on which its client has to act",
          "[session][voice1]") {
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    CAPTURE(to_string(reason));
    const auto found = codes().find(reason);
    CHECK(bye_code(reason) == (found == codes().end() ? ByeCode::none : found->second));
  }
}

TEST_CASE("every code of Bye is given for at least one reason", "[session][voice1]") {
  std::set<ByeCode> given;
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    given.insert(bye_code(static_cast<CloseReason>(i)));
  }
  for (const auto& [reason, code] : codes()) CHECK(given.contains(code));
  CHECK(given.contains(ByeCode::none));
}

TEST_CASE("what stopped the connection is told in words, a fault of the stream by its name",
          "[session][voice1]") {
  CHECK(written(CloseReason::server_stopping) == "Bye\nReason:server is stopping");
  CHECK(written(CloseReason::flood) == "Bye\nReason:too many messages");
  CHECK(written(CloseReason::stalled) == "Bye\nReason:you accepted no data for too long");
  for (const CloseReason fault :
       {CloseReason::framing_negative_length, CloseReason::framing_too_long,
        CloseReason::framing_timeout, CloseReason::cipher_broken, CloseReason::hello_timeout}) {
    CHECK(written(fault) == std::string("Bye\nReason:") + to_string(fault));
  }
}

TEST_CASE("a reason on which a person can act is a sentence, and no name of ours",
          "[session][voice1]") {
  for (const auto& [reason, code] : codes()) {
    const std::string text = bye_text(reason);
    CAPTURE(text);
    CHECK(text != to_string(reason));
    CHECK(text.find(' ') != std::string::npos);
    CHECK(text.find('_') == std::string::npos);
  }
}

TEST_CASE("a wrong password is told without saying whether there is such an account",
          "[session][voice1]") {
  // One text for an account that does not exist, a wrong password, and none at all.
  CHECK(std::string(bye_text(CloseReason::bad_password)) == "the password is wrong or missing");
  // Only the room's own answer tells that it is one for members.
  CHECK(std::string(bye_text(CloseReason::not_a_member)) != bye_text(CloseReason::login_required));
}
