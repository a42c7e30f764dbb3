// Invitations from strangers: only a token made with the key is accepted, and tokens made from any
// texts can be read back.
#include "common/core/assert.hpp"
#include "common/identity/invitation.hpp"
#include "common/wire/text_message.hpp"

#include "tests/fuzz/input.hpp"

namespace {

namespace identity = voice::identity;

constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'800'000'000}};

void check_round_trip(std::string_view text, const identity::Key& key) {
  identity::Invitation made{.id = "ABCDEFGHIJKL", .until = now + std::chrono::hours{1}};
  made.room = voice::visible_name(text, identity::invitation_text_bytes_max);
  made.name = made.room;
  made.is_once = text.size() % 2 == 1;
  const std::string token = identity::make_token(made, key);
  VOICE_ASSERT(token.size() <= identity::token_bytes_max);
  const auto read = identity::read_token(token, key, now);
  VOICE_ASSERT(read && *read == made);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  identity::Key key{};
  key.fill(7);
  VOICE_ASSERT(!identity::read_token(text, key, now));
  check_round_trip(text, key);
  return 0;
}
