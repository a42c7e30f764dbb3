// Invitations: made, read back, and everything that makes one invalid.
#include "common/identity/invitation.hpp"

#include "common/identity/base64.hpp"
#include "common/identity/ended_invitations.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace voice::identity;
using std::chrono::hours;
using std::chrono::sys_seconds;

namespace {

constexpr sys_seconds now{std::chrono::seconds{1'800'000'000}};

Key key_of(std::uint8_t byte) {
  Key key{};
  key.fill(byte);
  return key;
}

Invitation invitation_of() {
  return {.id = make_invitation_id(),
          .until = now + hours{2},
          .room = "Küche",
          .name = "Guest",
          .role = UserRole::listener,
          .is_once = true};
}

}  // namespace

TEST_CASE("a token contains what it was made from, and can be part of a URL", "[invitation]") {
  const Invitation invitation = invitation_of();
  const std::string token = make_token(invitation, key_of(1));

  CHECK(read_token(token, key_of(1), now) == invitation);
  CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-_.") == std::string::npos);
  CHECK(token.size() <= token_bytes_max);
  const Invitation plain{.id = make_invitation_id(), .until = now + hours{1}};
  CHECK(read_token(make_token(plain, key_of(1)), key_of(1), now) == plain);
  CHECK(plain.id != invitation.id);
}

TEST_CASE("the longest invitation fits", "[invitation]") {
  Invitation longest = invitation_of();
  longest.room = std::string(invitation_text_bytes_max, 'r');
  longest.name = std::string(invitation_text_bytes_max, 'n');
  const std::string token = make_token(longest, key_of(1));
  CHECK(read_token(token, key_of(1), now) == longest);
}

TEST_CASE("a token with any changed letter is rejected", "[invitation]") {
  const std::string token = make_token(invitation_of(), key_of(1));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    INFO(other);
    REQUIRE_FALSE(read_token(other, key_of(1), now).has_value());
  }
  for (std::size_t size = 0; size < token.size(); ++size) {
    REQUIRE_FALSE(read_token(token.substr(0, size), key_of(1), now).has_value());
  }
}

TEST_CASE("a token is rejected with another key, and when it has expired", "[invitation]") {
  const Invitation invitation = invitation_of();
  const std::string token = make_token(invitation, key_of(1));

  CHECK(read_token(token, key_of(2), now).error() == TokenFault::forged);
  CHECK(read_token(token, key_of(1), invitation.until - std::chrono::seconds{1}).has_value());
  CHECK(read_token(token, key_of(1), invitation.until).error() == TokenFault::expired);
  CHECK(read_token("", key_of(1), now).error() == TokenFault::malformed);
  CHECK(read_token(std::string(10'000, 'a'), key_of(1), now).error() == TokenFault::malformed);
}

TEST_CASE("a token of ours is malformed unless its text is an invitation", "[invitation]") {
  // Signed with the right key, as another version might.
  const auto signed_token = [](const std::string& text) {
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    const std::string body = "vi1." + to_base64(bytes);
    return body + '.' + to_base64(hmac(key_of(1), body));
  };
  const std::string until = "Until:1800000001\n";
  const std::string id = "Id:ABCDEFGHIJKL\n";
  struct Row {
    std::string text;
    bool is_read;
  };
  const Row rows[] = {
      {"Invitation\n" + id + until + "Role:speaker", true},
      {"Invitation\nRole:operator\n" + until + id + "Later:unknown", true},
      {"Invitation\n" + id + "Until:1099511627776\nRole:speaker", true},
      {"Invitation\n" + id + "Until:1099511627777\nRole:speaker", false},
      {"Invitation\n" + id + "Until:-1\nRole:speaker", false},
      {"Invitation\n" + id + "Until:soon\nRole:speaker", false},
      {"Invitation\n" + id + "Role:speaker", false},
      {"Invitation\n" + id + until + "Role:king", false},
      {"Invitation\n" + id + until, false},
      {"Invitation\n" + until + "Role:speaker", false},
      {"Invitation\nId:ABCDEFGHIJK\n" + until + "Role:speaker", false},
      {"Invitation\nId:ABCDEFGHIJK=\n" + until + "Role:speaker", false},
      {"invitation\n" + id + until + "Role:speaker", false},
      {"Hello\n" + id + until + "Role:speaker", false},
      {"", false},
      {"\xFF", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto read = read_token(signed_token(row.text), key_of(1), now);
    CHECK(read.has_value() == row.is_read);
    if (!read) CHECK(read.error() == TokenFault::malformed);
  }
}

TEST_CASE("a token without its parts is malformed, not forged", "[invitation]") {
  const std::string seal(43, 'A');
  for (const std::string& token :
       {std::string("vi1."), std::string("vi1.."), "vi1" + seal, "vi2.AAAA." + seal,
        std::string("vi1.AAAA."), "vi1.AAAA." + seal.substr(1), "vi1.AAAA." + seal + "A",
        "vi1.AAAA." + seal.substr(1) + "=", " vi1.AAAA." + seal}) {
    CAPTURE(token);
    CHECK(read_token(token, key_of(1), now).error() == TokenFault::malformed);
  }
  // The text is not looked at before the seal is known to be ours.
  CHECK(read_token("vi1.====." + seal, key_of(1), now).error() == TokenFault::forged);
  CHECK(std::string(to_string(TokenFault::malformed)) == "not an invitation");
}

TEST_CASE("ended invitations are kept until they would have expired", "[invitation]") {
  EndedInvitations ended;
  const std::string revoked = make_invitation_id();
  const std::string used = make_invitation_id();
  REQUIRE(ended.add(revoked, EndedBy::revoked, now + hours{2}));
  REQUIRE(ended.add(used, EndedBy::used, now + hours{1}));

  const auto again = EndedInvitations::parse(ended.text());
  REQUIRE(again.has_value());
  CHECK(again->find(revoked) == EndedBy::revoked);
  CHECK(again->find(used) == EndedBy::used);
  CHECK_FALSE(again->find(make_invitation_id()).has_value());

  CHECK_FALSE(ended.expire(now));
  CHECK(ended.expire(now + hours{1}));
  CHECK_FALSE(ended.find(used).has_value());
  CHECK(ended.find(revoked) == EndedBy::revoked);
  // One that is used up after it was revoked stays revoked.
  REQUIRE(ended.add(revoked, EndedBy::used, now));
  CHECK(ended.find(revoked) == EndedBy::revoked);
}

TEST_CASE("a damaged list of ended invitations is refused as a whole", "[invitation]") {
  const std::string good = "revoked " + make_invitation_id() + " 1800000000\n";
  for (const std::string& bad :
       {std::string("revoked"), std::string("lost ABCDEFGHIJKL 1"), std::string("used short 1"),
        std::string("used ABCDEFGHIJKL -1"), std::string("used ABCDEFGHIJKL soon")}) {
    INFO(bad);
    const auto read = EndedInvitations::parse(good + bad + "\n");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().rfind("2: ", 0) == 0);
  }
  CHECK(EndedInvitations::parse(EndedInvitations().text()).value().size() == 0);
}

TEST_CASE("a list of ended invitations that is truncated anywhere is refused", "[invitation]") {
  EndedInvitations ended;
  REQUIRE(ended.add(make_invitation_id(), EndedBy::revoked, now + hours{1}));
  const std::string whole = ended.text();
  const std::size_t heading = whole.find('\n') + 1;

  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    INFO(bytes);
    // The heading alone is a valid list of none, as when all invitations have expired.
    CHECK(EndedInvitations::parse(whole.substr(0, bytes)).has_value() == (bytes == heading));
  }
  CHECK(EndedInvitations::parse(whole).value().size() == 1);
}

TEST_CASE("the number of ended invitations is bounded", "[invitation]") {
  EndedInvitations ended;
  std::string last;
  for (std::size_t i = 0; i < ended_invitations_max; ++i) {
    last = make_invitation_id();
    REQUIRE(ended.add(last, EndedBy::revoked, now));
  }
  CHECK_FALSE(ended.add(make_invitation_id(), EndedBy::revoked, now));
  CHECK(ended.add(last, EndedBy::revoked, now + hours{1}));
  CHECK(ended.size() == ended_invitations_max);
}
