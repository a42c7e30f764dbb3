// Certificates of our own making, and how their fingerprints are written.
#include "tests/common/tls/ends.hpp"

using namespace voice;
using namespace voice::test;
using tls::parse_fingerprint;

TEST_CASE("a certificate is valid from an hour before it was made, for ten years", "[tls]") {
  const auto now = now_by_calendar();
  const auto info = tls::describe(make_pair({"voice.test"}, now).certificate);
  REQUIRE(info);
  CHECK(info->not_before == now - std::chrono::hours{1});
  CHECK(info->not_after == now + std::chrono::hours{24 * 3653});
}

TEST_CASE("no two certificates are alike", "[tls]") {
  CHECK(tls::describe(make_pair().certificate)->fingerprint !=
        tls::describe(make_pair().certificate)->fingerprint);
}

TEST_CASE("what is neither a host name nor an address gets no certificate", "[tls]") {
  for (const std::string name : {"", "a b", "-x", "voice.test\n", "*.test", "voice:7000"}) {
    const auto made = tls::make_self_signed({name}, now_by_calendar());
    REQUIRE_FALSE(made);
    CHECK(made.error().find("neither a host name nor an IP address") != std::string::npos);
  }
  CHECK_FALSE(tls::make_self_signed({std::string(300, 'a')}, now_by_calendar()));
}

TEST_CASE("what is not a certificate cannot be described", "[tls]") {
  const auto info = tls::describe("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  REQUIRE_FALSE(info);
  CHECK(info.error().starts_with("not a certificate in PEM form: "));
}

TEST_CASE("a fingerprint is read as it is written, and as other programs write it", "[tls]") {
  tls::Fingerprint fingerprint{};
  for (std::size_t i = 0; i < fingerprint.size(); ++i) {
    fingerprint[i] = static_cast<std::uint8_t>(i * 37 + 200);
  }
  const std::string text = tls::to_string(fingerprint);
  CHECK(text.starts_with("sha256:c8ed12375c81a6cb"));
  CHECK(text.size() == 7 + 64);
  CHECK(parse_fingerprint(text) == fingerprint);
  CHECK(parse_fingerprint(text.substr(7)) == fingerprint);
  std::string openssl = "SHA256:";
  for (std::size_t i = 7; i < text.size(); i += 2) {
    openssl += (i > 7 ? ":" : "") + text.substr(i, 2);
  }
  for (char& c : openssl) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CHECK(parse_fingerprint(openssl) == fingerprint);

  for (const std::string& wrong :
       {std::string(), std::string("sha256:"), text.substr(0, text.size() - 1), text + "0",
        "sha1:" + text.substr(7), text.substr(0, 20) + "g" + text.substr(21)}) {
    CHECK_FALSE(parse_fingerprint(wrong));
  }
}
