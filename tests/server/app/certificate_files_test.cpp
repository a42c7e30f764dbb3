// The certificate that voiced makes for itself, and what a crash may leave of it.
#include "server/app/certificate_files.hpp"

#include "common/tls/certificate.hpp"
#include "server/app/state_lock.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using voice::app::ExitCode;
using voiced::Settings;

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::sys_seconds today{std::chrono::seconds{1'800'000'000}};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Start {
  Start() { fs::create_directory(folder); }

  /// The part of voiced's start that loads or makes the certificate. Returns the exit code, and
  /// why.
  voice::app::Exit run() {
    settings = std::make_unique<Settings>();
    settings->config.listen_tls = {"0"};
    settings->config.state_directory = folder;
    if (const auto loaded = voiced::load_certificate(*settings, voice::app::Pipes::refused);
        !loaded) {
      return {ExitCode::usage, loaded.error()};
    }
    const auto made = voiced::make_missing_certificate(*settings, today);
    return made ? voice::app::Exit{} : made.error();
  }
  [[nodiscard]] std::string fault() {
    const auto ended = run();
    return ended.code == ExitCode::ok && settings->config.tls == nullptr ? "no TLS" : ended.text;
  }

  voice::test::ScratchDirectory scratch;
  std::string folder = scratch.file("state");
  std::string certificate = folder + "/certificate.pem";
  std::string key = folder + "/certificate-key.pem";
  std::unique_ptr<Settings> settings;
};

}  // namespace

TEST_CASE("voiced makes a pair of its own once, and only its user can read the key",
          "[certificate_files]") {
  if (!voice::tls::is_available()) return;
  Start start;

  CHECK(start.fault().empty());

  const std::string made = content_of(start.certificate);
  CHECK(start.fault().empty());
  CHECK(content_of(start.certificate) == made);
  CHECK_FALSE(fs::exists(start.certificate + ".new"));
  CHECK_FALSE(fs::exists(start.key + ".new"));
#ifndef _WIN32
  CHECK(fs::status(start.key).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK((fs::status(start.certificate).permissions() & fs::perms::others_read) != fs::perms::none);
#endif
}

TEST_CASE("a pair that was made while the clock was wrong is reported with what to do",
          "[certificate_files]") {
  if (!voice::tls::is_available()) return;
  Start start;
  REQUIRE(start.fault().empty());
  REQUIRE(start.fault().empty());
  const voiced::Config& config = start.settings->config;
  const std::string remedy =
      "; clients that do not know its fingerprint will refuse it; if the "
      "clock is right, remove " +
      start.certificate + " and " + start.key +
      ", and restart voiced, which then makes a new pair with a new "
      "fingerprint";
  constexpr std::chrono::years far{20};

  CHECK(voiced::warning_of_dates(config, today).empty());
  CHECK(voiced::warning_of_dates(config, today + far) == "has expired" + remedy);
  CHECK(voiced::warning_of_dates(config, today - far) == "is not valid yet" + remedy);

  // Not a pair of voiced's own: whoever named it knows where it comes from.
  start.settings->config.certificate = start.certificate;
  start.settings->config.certificate_key = start.key;
  CHECK(voiced::warning_of_dates(config, today + far) ==
        "has expired; clients that do not know its fingerprint will refuse it");
}

TEST_CASE("a pair whose certificate had not got its name before a crash is completed",
          "[certificate_files]") {
  if (!voice::tls::is_available()) return;
  Start start;
  REQUIRE(start.fault().empty());
  const std::string made = content_of(start.certificate);
  fs::rename(start.certificate, start.certificate + ".new");

  CHECK(start.fault().empty());

  CHECK(content_of(start.certificate) == made);
  CHECK_FALSE(fs::exists(start.certificate + ".new"));
}

TEST_CASE("what a crash left of a pair that had no names yet does not hinder the next start",
          "[certificate_files]") {
  if (!voice::tls::is_available()) return;
  Start start;
  std::ofstream(start.key + ".new") << "half a k";
  { const std::ofstream empty(start.certificate + ".new"); }

  CHECK(start.fault().empty());

  CHECK_FALSE(fs::exists(start.key + ".new"));
  CHECK_FALSE(fs::exists(start.certificate + ".new"));
}

TEST_CASE("a key whose certificate is lost is not replaced", "[certificate_files]") {
  if (!voice::tls::is_available()) return;
  Start start;
  REQUIRE(start.fault().empty());
  const std::string key = content_of(start.key);
  fs::remove(start.certificate);

  CHECK(start.fault().find("is there without certificate.pem") != std::string::npos);

  CHECK(content_of(start.key) == key);
}

TEST_CASE("no pair is made in a directory that another voiced uses, and a later start may succeed",
          "[certificate_files]") {
  if (!voice::tls::is_available()) return;
  Start start;
  {
    const auto other = voiced::StateLock::take(start.folder + "/bans.lock");
    REQUIRE(other);
    const auto ended = start.run();
    CHECK(ended.code == ExitCode::failure);
    CHECK(ended.text.find("is in use by another voiced") != std::string::npos);
    CHECK_FALSE(fs::exists(start.key));
  }
  CHECK(start.fault().empty());
}
