// The users file, and the list of ended invitations: what is read can be written and read again,
// and a change leaves everything else as it was.
#include "common/core/assert.hpp"
#include "common/identity/ended_invitations.hpp"
#include "common/identity/users.hpp"

#include "tests/fuzz/input.hpp"

namespace {

namespace identity = voice::identity;

void check_change(std::string_view text, const identity::Users& before) {
  if (before.by_name.size() == identity::users_max) return;
  identity::User eve;
  eve.verifier.cost = identity::cost_min;
  const std::string more = identity::with_user(text, "eve", eve);
  const auto after = identity::parse_users(more);
  VOICE_ASSERT(after && after->by_name.at("eve") == eve);
  VOICE_ASSERT(!before.decoy || after->decoy == before.decoy);
  identity::Users expected = before;
  expected.by_name.erase("eve");
  const auto again = identity::parse_users(identity::without_user(more, "eve"));
  VOICE_ASSERT(again && again->by_name == expected.by_name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto users = identity::parse_users(text);
  if (users) {
    check_change(text, *users);
  } else {
    VOICE_ASSERT(users.error().find(": ") != std::string::npos);
  }
  if (const auto verifier = identity::parse_verifier(text)) {
    VOICE_ASSERT(identity::parse_verifier(identity::to_string(*verifier)) == verifier);
  }
  if (const auto ended = identity::EndedInvitations::parse(text)) {
    const auto again = identity::EndedInvitations::parse(ended->text());
    VOICE_ASSERT(again && again->text() == ended->text());
  }
  return 0;
}
