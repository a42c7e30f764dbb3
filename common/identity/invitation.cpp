#include "common/identity/invitation.hpp"

#include "common/core/assert.hpp"
#include "common/core/number.hpp"
#include "common/identity/base64.hpp"
#include "common/wire/text_message.hpp"

#include <algorithm>
#include <array>

namespace voice::identity {
namespace {

using std::chrono::sys_seconds;

constexpr std::string_view mark = "vi1.";
constexpr std::string_view verb = "Invitation";
constexpr std::size_t id_bytes = 9;
constexpr std::size_t id_letters = 12;

bool is_clean(std::string_view text) {
  return printable(text, invitation_text_bytes_max) == text;
}

std::optional<Invitation> parse_text_of(Bytes bytes) {
  const auto text = parse_text(bytes);
  if (!text || text->verb() != verb) return std::nullopt;
  const auto value = [&](std::string_view key) {
    return std::string(text->find(key).value_or(std::string_view{}));
  };
  const auto until = parse_number<std::int64_t>(value("Until"));
  const auto role = parse_role(value("Role"));
  Invitation invitation{.id = value("Id"), .room = value("Room"), .name = value("Name")};
  if (!until || !role || !is_invitation_id(invitation.id)) return std::nullopt;
  // Calendar times have a smaller range than 64-bit numbers.
  constexpr std::int64_t until_max = std::int64_t{1} << 40;
  if (*until < 0 || *until > until_max) return std::nullopt;
  invitation.until = sys_seconds(std::chrono::seconds(*until));
  invitation.role = *role;
  invitation.is_once = !value("Once").empty();
  return invitation;
}

}  // namespace

const char* to_string(TokenFault fault) noexcept {
  switch (fault) {
    case TokenFault::malformed:
      return "not an invitation";
    case TokenFault::forged:
      return "made with another key, or changed";
    case TokenFault::expired:
      break;
  }
  return "expired";
}

std::string make_invitation_id() {
  return to_base64(make_random<std::array<std::uint8_t, id_bytes>>());
}

bool is_invitation_id(std::string_view text) {
  return text.size() == id_letters && from_base64(text).has_value();
}

std::string make_token(const Invitation& invitation, const Key& key) {
  VOICE_ASSERT(is_invitation_id(invitation.id));
  VOICE_ASSERT(is_clean(invitation.room) && is_clean(invitation.name));
  const std::string until = std::to_string(invitation.until.time_since_epoch().count());
  std::array<TextField, 6> fields{
      {{"Id", invitation.id}, {"Until", until}, {"Role", to_string(invitation.role)}}};
  std::size_t count = 3;
  if (!invitation.room.empty()) fields[count++] = {"Room", invitation.room};
  if (!invitation.name.empty()) fields[count++] = {"Name", invitation.name};
  if (invitation.is_once) fields[count++] = {"Once", "yes"};
  const auto message = text_wire_message(verb, std::span{fields}.first(count));
  const std::string body =
      std::string(mark) + to_base64(Bytes{message}.subspan(length_prefix_bytes));
  const std::string token = body + '.' + to_base64(hmac(key, body));
  VOICE_ASSERT(token.size() <= token_bytes_max);
  return token;
}

expected<Invitation, TokenFault> read_token(std::string_view token, const Key& key,
                                            sys_seconds now) {
  const std::size_t last = token.rfind('.');
  const bool is_ours = token.size() <= token_bytes_max && token.starts_with(mark);
  if (!is_ours || last < mark.size()) return unexpected(TokenFault::malformed);
  const std::string_view body = token.substr(0, last);
  const auto sealed = from_base64(token.substr(last + 1));
  Key seal{};
  if (!sealed || sealed->size() != seal.size()) return unexpected(TokenFault::malformed);
  std::copy(sealed->begin(), sealed->end(), seal.begin());
  if (!are_equal(seal, hmac(key, body))) return unexpected(TokenFault::forged);
  const auto text = from_base64(body.substr(mark.size()));
  const auto invitation = text ? parse_text_of(*text) : std::nullopt;
  if (!invitation) return unexpected(TokenFault::malformed);
  if (invitation->until <= now) return unexpected(TokenFault::expired);
  return *invitation;
}

}  // namespace voice::identity
