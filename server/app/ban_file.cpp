#include "server/app/ban_file.hpp"

#include "common/core/quoted.hpp"
#include "common/wire/text_message.hpp"
#include "server/app/environment.hpp"
#include "server/conference/session.hpp"
#include "server/net/address.hpp"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#ifndef _WIN32
#include <unistd.h>
#endif

namespace voiced {
namespace {

// Each of bans_max lines is shorter than 400 bytes.
constexpr std::size_t file_bytes_max = bans_max * 400 + 1024;

// Fields stand between tabulators, which none of them can hold.
std::optional<Ban> ban_of(const std::string& line) {
  std::istringstream fields(line);
  std::string kind, who, until, reason;
  std::getline(fields, kind, '\t');
  std::getline(fields, who, '\t');
  std::getline(fields, until, '\t');
  std::getline(fields, reason, '\t');
  if (who.empty() || who != voice::printable(who, name_bytes_max)) return std::nullopt;
  Ban ban{who, std::nullopt, std::nullopt, voice::printable(reason, ban_reason_bytes_max)};
  if (until != "-") {
    const auto seconds = whole_number(until);
    if (!seconds) return std::nullopt;
    ban.until = std::chrono::sys_seconds{std::chrono::seconds{*seconds}};
  }
  if (kind == "name") return ban;
  const auto address = parse_address(who);
  if (kind != "address" || !address) return std::nullopt;
  ban.who = address->shown;
  ban.address = address->key;
  return ban;
}

std::string last_error() {
  return std::strerror(errno);
}

}  // namespace

std::string text_of(const BanList& bans) {
  std::string text =
      "# Who may not come in. Kept by voiced: kind, who, until (seconds since 1970, - for ever), "
      "why.\n";
  for (const Ban* const ban : bans.all()) {
    text += ban->address ? "address\t" : "name\t";
    text += ban->who + '\t';
    text += ban->until ? std::to_string(ban->until->time_since_epoch().count()) : "-";
    text += '\t' + ban->reason + '\n';
  }
  return text;
}

BanList bans_of(const std::string& text, std::size_t& bad_lines) {
  BanList bans;
  std::istringstream lines(text);
  bad_lines = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    auto ban = ban_of(line);
    if (!ban || !bans.add(std::move(*ban))) ++bad_lines;
  }
  return bans;
}

BanFile::BanFile(std::string path)
    : path_(std::move(path)), thread_([this] { write_when_told(); }) {}

BanFile::~BanFile() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  told_.notify_one();
  thread_.join();
}

voice::expected<BanList, std::string> BanFile::load() const {
  std::error_code error;
  if (!std::filesystem::exists(path_, error) && !error) return BanList{};
  std::ifstream file(path_, std::ios::binary);
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (!file.eof() || file.bad() || text.size() > file_bytes_max) {
    return voice::unexpected(path_ + " cannot be read, or is no list of bans; mend or remove it");
  }
  std::size_t bad_lines = 0;
  BanList bans = bans_of(text, bad_lines);
  if (bad_lines != 0) {
    spdlog::warn("bans left out lines={} file={}", bad_lines, voice::quoted(path_));
  }
  return bans;
}

void BanFile::keep(const BanList& bans) {
  {
    const std::lock_guard lock(mutex_);
    next_ = text_of(bans);
  }
  told_.notify_one();
}

void BanFile::write_when_told() {
  std::unique_lock lock(mutex_);
  for (;;) {
    told_.wait(lock, [this] { return next_ || ending_; });
    if (!next_) return;
    const std::string text = std::move(*next_);
    next_.reset();
    lock.unlock();
    if (const std::string error = write(text); !error.empty()) {
      spdlog::error("bans are not kept file={} error={} they end with this run",
                    voice::quoted(path_), voice::quoted(error));
    }
    lock.lock();
  }
}

/// Empty when all is well.
std::string BanFile::write(const std::string& text) const {
  const std::string fresh = path_ + ".new";
  std::FILE* const file = std::fopen(fresh.c_str(), "wb");
  if (file == nullptr) return last_error();
  bool good = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  good = std::fflush(file) == 0 && good;
#ifndef _WIN32
  good = ::fsync(::fileno(file)) == 0 && good;
#endif
  const std::string error = good ? "" : last_error();
  good = std::fclose(file) == 0 && good;
  if (!good) return error.empty() ? last_error() : error;
  std::error_code renamed;
  std::filesystem::rename(fresh, path_, renamed);
  return renamed ? renamed.message() : "";
}

}  // namespace voiced
