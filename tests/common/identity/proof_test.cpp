// Proving a password without sending it: test vectors of the algorithms, and both ends played.
#include "common/identity/proof.hpp"

#include "common/identity/base64.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using namespace voice::identity;

namespace {

constexpr Cost cheap = cost_min;

Salt salt_of(std::uint8_t byte) {
  Salt salt{};
  salt.fill(byte);
  return salt;
}

std::string hex(const Key& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : key) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

struct Talk {
  explicit Talk(const std::string& password)
      : verifier(make_verifier(password, salt_of(7), cheap).value()),
        salt(to_base64(verifier.salt)) {}

  [[nodiscard]] Exchange exchange() const { return {user, "client", "server", salt, cheap}; }

  std::string user = "anna";
  Verifier verifier;
  std::string salt;
};

}  // namespace

TEST_CASE("the algorithms are those of the RFCs", "[identity]") {
  Key jefe{};
  std::copy_n("Jefe", 4, jefe.begin());  // shorter keys are padded with zeros (RFC 2104)
  // RFC 4231 §4.3
  CHECK(hex(hmac(jefe, "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // SHA-256 of 32 zero bytes.
  CHECK(hex(sha256(Key{})) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
}

TEST_CASE("both ends prove the right password, and neither sends it", "[identity]") {
  const Talk talk("open sesame");

  const auto proofs = prove(talk.exchange(), "open sesame");
  REQUIRE(proofs.has_value());

  CHECK(check_proof(talk.exchange(), talk.verifier, proofs->client) == proofs->server);
  CHECK(proofs->client != proofs->server);
  CHECK(proofs->client.find("sesame") == std::string::npos);
}

TEST_CASE("a proof for another password, exchange or length is invalid", "[identity]") {
  const Talk talk("open sesame");
  const std::string right = prove(talk.exchange(), "open sesame").value().client;

  const auto wrong = prove(talk.exchange(), "open sesam");
  REQUIRE(wrong.has_value());
  CHECK_FALSE(check_proof(talk.exchange(), talk.verifier, wrong->client).has_value());

  Exchange later = talk.exchange();
  later.server_nonce = "another";
  CHECK_FALSE(check_proof(later, talk.verifier, right).has_value());
  Exchange other = talk.exchange();
  other.user = "bob";
  CHECK_FALSE(check_proof(other, talk.verifier, right).has_value());

  const std::string stored = to_base64(talk.verifier.stored_key);
  for (const std::string& text : {std::string(), std::string("?"), right + "A", stored}) {
    CHECK_FALSE(check_proof(talk.exchange(), talk.verifier, text).has_value());
  }
}

TEST_CASE("a client answers no challenge that is too cheap, too expensive or without a salt",
          "[identity]") {
  const Talk talk("x");
  for (const Cost cost : {Cost{cost_min.memory_kib - 1, 1}, Cost{cost_max.memory_kib + 1, 1},
                          Cost{cost_min.memory_kib, 0}, Cost{cost_min.memory_kib, 11}}) {
    Exchange asked = talk.exchange();
    asked.cost = cost;
    CHECK_FALSE(prove(asked, "x").has_value());
  }
  Exchange unsalted = talk.exchange();
  unsalted.salt = "AAAA";
  CHECK_FALSE(prove(unsalted, "x").has_value());
}

TEST_CASE("a verifier is read as it was written, and anything else is rejected", "[identity]") {
  const Talk talk("open sesame");
  const std::string text = to_string(talk.verifier);

  CHECK(parse_verifier(text) == talk.verifier);
  CHECK(compare(talk.verifier, "open sesame") == Comparison::same);
  CHECK(compare(talk.verifier, "open sesame ") == Comparison::different);
  CHECK(text.find("sesame") == std::string::npos);

  const std::string bad[] = {"",
                             text.substr(1),
                             text + "A",
                             text.substr(0, text.size() - 1),
                             "$argon2id$v=19$m=7,t=1,p=1$" + text.substr(text.rfind("p=1$") + 4),
                             "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA$AAAA"};
  for (const std::string& each : bad) {
    INFO(each);
    CHECK_FALSE(parse_verifier(each).has_value());
  }
}
