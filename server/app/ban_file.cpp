#include "server/app/ban_file.hpp"

#include "common/app/new_text_file.hpp"
#include "common/core/quoted.hpp"
#include "server/app/last_write.hpp"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <system_error>

namespace voiced {

using voice::unexpected;

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Each of bans_max lines is shorter than 400 bytes.
constexpr std::size_t file_bytes_max = bans_max * 400 + 1024;
// How long the program's end may wait for the disk.
constexpr std::chrono::seconds last_write_max{2};

std::string last_error() {
  return std::strerror(errno);
}

std::string path_in(const std::string& folder) {
  return folder + "/bans";
}

std::string in_doubt(const std::string& path, const std::string& why) {
  return path + " " + why +
         ", so the bans are unknown; repair it, or move it away to start without bans";
}

voice::expected<std::string, std::string> text_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unexpected(in_doubt(path, "cannot be read (" + last_error() + ")"));
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > file_bytes_max) return unexpected(in_doubt(path, "is too long for a ban list"));
  if (!file.eof() || file.bad()) return unexpected(in_doubt(path, "cannot be read to its end"));
  return text;
}

/// Why the start must not rely on the list; empty: it may.
std::string distrust(const BanReading& reading) {
  switch (trust_in(reading)) {
    case BanTrust::no_text:
      return "is empty, and voiced never leaves it empty";
    case BanTrust::no_bans:
      return "has no line that is a ban";
    case BanTrust::too_many:
      return "holds more than " + std::to_string(bans_max) + " bans";
    case BanTrust::whole:
    case BanTrust::partial:
      break;
  }
  return "";
}

/// Whether there is anything at `path`, even a dangling link. Fails if that cannot be checked,
/// which is not the same as nothing.
voice::expected<bool, std::string> is_there(const std::string& path) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(path, error).type();
  if (type == fs::file_type::not_found) return false;
  if (error) return unexpected(in_doubt(path, "cannot be checked (" + error.message() + ")"));
  return true;
}

}  // namespace

voice::expected<KeptBans, std::string> read_bans(const std::string& folder) {
  const std::string path = path_in(folder);
  KeptBans kept;
  const auto there = is_there(path);
  if (!there) return unexpected(there.error());
  if (!*there) {
    std::error_code error;
    if (!fs::exists(folder, error)) {
      kept.warning = "bans are not saved: " + folder +
                     " does not exist; create it, or set another "
                     "state-directory";
    }
    return kept;
  }
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return unexpected(in_doubt(
        path, error ? "is a link to something that cannot be read" : "is not a regular file"));
  }
  kept.state = state_of(path);
  const auto text = text_in(path);
  if (!text) return unexpected(text.error());
  kept.text = parse_bans(*text);
  if (const std::string why = distrust(kept.text.reading); !why.empty()) {
    return unexpected(in_doubt(path, why));
  }
  const BanReading& reading = kept.text.reading;
  if (reading.lines_not_understood != 0) {
    kept.warning = path + ":" + std::to_string(kept.text.line_not_understood) + ": " +
                   std::to_string(reading.lines_not_understood) +
                   " lines are damaged or not bans; the other lines are in force, and the file "
                   "will be set aside, not overwritten";
  }
  return kept;
}

voice::expected<std::unique_ptr<BanFile>, BanFile::Fault> BanFile::open(std::string folder) {
  auto lock = StateLock::take(folder + "/bans.lock");
  if (!lock && lock.error().is_held) return unexpected(Fault{lock.error().text, true});
  auto kept = read_bans(folder);
  if (!kept) return unexpected(Fault{kept.error()});
  if (!lock && kept->warning.empty()) {
    kept->warning = "bans are not saved while this lasts: " + lock.error().text;
  }
  if (!kept->warning.empty()) spdlog::warn("bans {}", voice::quoted(kept->warning));
  return std::unique_ptr<BanFile>(
      new BanFile(std::move(folder), lock ? std::move(*lock) : nullptr, std::move(*kept)));
}

BanFile::BanFile(std::string folder, std::shared_ptr<StateLock> lock, KeptBans kept)
    : folder_(std::move(folder)),
      bans_(std::move(kept.text.bans)),
      lock_(std::move(lock)),
      state_(kept.state),
      must_set_aside_(trust_in(kept.text.reading) == BanTrust::partial) {}

BanFile::~BanFile() {
  finish_writing(
      ledger_, last_write_max, [this] { begin(); }, [this] { take_result(Clock::now()); });
  log_news();
  if (!ledger_.is_kept()) {
    spdlog::error("bans could not be saved file={} the latest changes to them are lost",
                  voice::quoted(path_in(folder_)));
  }
}

void BanFile::keep(const BanList& bans, WriteLedger::Done done, voice::TimePoint now) {
  text_ = text_of(bans);
  ledger_.changed(std::move(done), now);
  if (ledger_.wants_write(now)) begin();
}

void BanFile::ticked(voice::TimePoint now) {
  take_result(now);
  if (ledger_.wants_write(now)) begin();
  ledger_.expire(now);
  log_news();
}

void BanFile::begin() {
  ledger_.began();
  Job job{folder_, text_, lock_, state_, must_set_aside_};
  try {
    task_.emplace([job = std::move(job)] { return write(job); });
  } catch (const std::system_error& error) {
    ledger_.ended(error.what(), Clock::now());
  }
}

void BanFile::take_result(voice::TimePoint now) {
  if (auto result = task_ ? task_->take() : std::nullopt) end(std::move(*result), now);
}

void BanFile::end(Result result, voice::TimePoint now) {
  task_.reset();
  lock_ = std::move(result.lock);
  state_ = result.state;
  if (!result.set_aside_as.empty()) {
    must_set_aside_ = false;
    spdlog::warn("bans set aside as={} because the file had content that voiced did not write",
                 voice::quoted(result.set_aside_as));
  }
  if (result.error.empty()) must_set_aside_ = false;
  ledger_.ended(result.error, now);
}

void BanFile::log_news() {
  const auto news = ledger_.take_news();
  if (!news) return;
  if (news->empty()) {
    spdlog::info("bans are being saved again file={}", voice::quoted(path_in(folder_)));
  } else {
    spdlog::error(
        "bans could not be saved file={} error={} the latest changes to them will be lost when "
        "voiced stops, unless a later attempt succeeds",
        voice::quoted(path_in(folder_)), voice::quoted(*news));
  }
}

BanFile::Result BanFile::write(Job job) {
  const std::string path = path_in(job.folder);
  Result result{"", std::move(job.lock), job.state, ""};
  if (result.lock && !result.lock->still_there()) result.lock.reset();
  if (!result.lock) {
    auto lock = StateLock::take(job.folder + "/bans.lock");
    if (!lock) {
      result.error = lock.error().text;
      return result;
    }
    result.lock = std::move(*lock);
  }
  const auto there = is_there(path);
  if (!there) {
    result.error = there.error();
    return result;
  }
  if (*there && (job.set_aside || state_of(path) != job.state)) {
    const auto as = set_aside(path);
    if (!as) {
      result.error = as.error();
      return result;
    }
    result.set_aside_as = *as;
    result.state = state_of(path);
  }
  auto fresh =
      voice::app::NewTextFile::begin(path, voice::app::NewTextFile::Leftover::removed, 0600);
  result.error = fresh ? fresh->finish(job.text) : fresh.error();
  if (!result.error.empty()) return result;
  result.state = state_of(path);
  return result;
}

}  // namespace voiced
