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

TEST_CASE("an exchange has the values that the reference implementation of Argon2 gives",
          "[identity]") {
  // Computed apart from this program, with the reference implementation of Argon2 (RFC 9106) and
  // Python's hmac and hashlib, by the formulas of docs/protocol.md §7.
  Salt counting{};
  for (std::size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<std::uint8_t>(i);
  struct Row {
    const char *password, *user, *client_nonce, *server_nonce;
    Salt salt;
    Cost cost;
    const char *verifier, *client_proof, *server_proof;
  };
  const Row rows[] = {
      {"open sesame",
       "anna",
       "client nonce",
       "server nonce",
       counting,
       {8192, 1},
       "$argon2id$v=19$m=8192,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$"
       "mBmA9hKb2KUAYh2HOSxg_tWxB_YRturhbnBB2WPmLro$gA6JUqJyPFVooqzRiKQEnVwvXaRkQJvSBprPA2k-pmw",
       "mBGQttCZmJyZtOxpeY_8FGv5DStsIPh2QkLA2U1I4hw",
       "TaQIQlLMLl7jMFQ3_rRh1gsNawHsLyayLeOCZ8ctjag"},
      // The conference's password, at the cost of new accounts.
      {"pässwörd",
       "",
       "c",
       "s",
       salt_of(0xFF),
       {},
       "$argon2id$v=19$m=19456,t=2,p=1$_____________________w$"
       "irR9WizOmQp44YsyHT0FSgwD7eUME_Zte2yAXOFdFo8$gmhVwG9632Ifz28q5sgwiWgJrpG9Lkye3m0GaYSr-s0",
       "5IGuhqcz_O-KcJWU1rudTIJ4XaJxDZWlWbjWzc8PHJ4",
       "mvjG6GjvUzWuOHmU2Yy3Ml3SXnLfC89r3SWQMlZazu8"},
      // Texts with the characters that separate the parts of what is signed.
      {"",
       "Bob, u=eve",
       "a,b",
       "=,",
       Salt{},
       {8192, 10},
       "$argon2id$v=19$m=8192,t=10,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
       "gTzjjZivPOXCdCVFlUAu4npZbObR6PALQ7k7RdalX1E$A4_0DBES8S0NVWypET1TTgCPQJOIHsoXsRIj3kMk9ZA",
       "F_gUMDm9KnSMk7fUC4BEnv4BJ-Fz8FQciR4mOvtL2Vw",
       "kAD0kr8-X-gO0hUrqDdpEY-pjcIb4woZ15ioL6Xf_CY"}};
  for (const Row& row : rows) {
    CAPTURE(row.user);
    const auto verifier = make_verifier(row.password, row.salt, row.cost);
    REQUIRE(verifier.has_value());
    CHECK(to_string(*verifier) == row.verifier);
    const std::string salt = to_base64(row.salt);
    const Exchange exchange{row.user, row.client_nonce, row.server_nonce, salt, row.cost};
    const auto proofs = prove(exchange, row.password);
    REQUIRE(proofs.has_value());
    CHECK(proofs->client == row.client_proof);
    CHECK(proofs->server == row.server_proof);
    CHECK(check_proof(exchange, *verifier, row.client_proof) == row.server_proof);
  }
}

TEST_CASE("a proof with any changed bit is wrong", "[identity]") {
  const Talk talk("open sesame");
  const std::string right = prove(talk.exchange(), "open sesame").value().client;
  const auto bytes = from_base64(right).value();
  REQUIRE(bytes.size() == Key{}.size());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto changed = bytes;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CAPTURE(bit);
    REQUIRE_FALSE(check_proof(talk.exchange(), talk.verifier, to_base64(changed)).has_value());
  }
  CHECK(check_proof(talk.exchange(), talk.verifier, to_base64(bytes)).has_value());
}

TEST_CASE("a verifier is accepted exactly within the bounds of its cost", "[identity]") {
  struct Row {
    Cost cost;
    bool is_read;
  };
  const Row rows[] = {{cost_min, true},
                      {cost_max, true},
                      {{cost_min.memory_kib - 1, cost_min.passes}, false},
                      {{cost_max.memory_kib + 1, cost_max.passes}, false},
                      {{cost_min.memory_kib, cost_min.passes - 1}, false},
                      {{cost_max.memory_kib, cost_max.passes + 1}, false},
                      {{0xFFFF'FFFF, 1}, false}};
  for (const Row& row : rows) {
    CAPTURE(row.cost.memory_kib, row.cost.passes);
    const Verifier verifier{.salt = salt_of(1), .cost = row.cost};
    CHECK(parse_verifier(to_string(verifier)).has_value() == row.is_read);
  }
}
