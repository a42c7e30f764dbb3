#include "server/app/account_files.hpp"

#include "common/app/new_text_file.hpp"
#include "common/core/quoted.hpp"
#include "common/identity/base64.hpp"
#include "server/app/last_write.hpp"
#include "server/app/places.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace voiced {
namespace {

namespace fs = std::filesystem;
namespace identity = voice::identity;
using voice::unexpected;
using voice::app::NewTextFile;
using Clock = std::chrono::steady_clock;

constexpr const char* key_name = "invitation-key";
constexpr const char* list_name = "invitations-ended";
constexpr std::size_t key_bytes_max = 100;
constexpr std::size_t list_bytes_max = std::size_t{512} * 1024;
// How long a stop waits for the disk.
constexpr std::chrono::milliseconds last_write_max{500};

std::string path_in(const std::string& folder, const char* name) {
  return (fs::path(folder) / name).string();
}

std::string replace(const std::string& path, const std::string& text) {
  auto file = NewTextFile::begin(path, NewTextFile::Leftover::removed);
  return file ? file->finish(text) : file.error();
}

voice::expected<identity::Key, std::string> parse_key(const std::string& path, std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  const auto bytes = identity::from_base64(text);
  identity::Key key{};
  if (!bytes || bytes->size() != key.size()) {
    return unexpected(path +
                      ": is not a key (43 base64 characters); remove it, and voiced makes a new "
                      "one, which invalidates all invitations");
  }
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

}  // namespace

voice::expected<void, std::string> load_accounts(Settings& settings, voice::app::Pipes pipes) {
  Config& config = settings.config;
  config.users = nullptr;
  const std::string place = settings.options->place_of("users-file") + ": ";
  if (config.users_file.empty()) return {};
  if (!identity::is_available()) return unexpected(place + identity::absent_text);
  const auto text = voice::app::read_text_file(config.users_file, identity::users_bytes_max, pipes);
  if (!text) {
    return unexpected(place + config.users_file + ": " + text.error().reason +
                      "; `voicectl user` makes it, and voiced's own user must be able to read it "
                      "(for the systemd unit, see \"Accounts and "
                      "invitations\" in docs/security.md)");
  }
  if (text->size() > identity::users_bytes_max) {
    return unexpected(place + config.users_file + ": is longer than 4 MiB");
  }
  auto users = identity::parse_users(*text);
  if (!users) return unexpected(place + config.users_file + ":" + users.error());
  config.users = std::make_shared<const identity::Users>(std::move(*users));
  return {};
}

voice::expected<std::optional<identity::Key>, std::string> read_invitation_key(
    const std::string& folder) {
  if (!identity::is_available()) return std::optional<identity::Key>{};
  std::string path = credential_path(key_name);
  const bool is_credential = !path.empty();
  if (!is_credential && folder.empty()) return std::optional<identity::Key>{};
  if (!is_credential) path = path_in(folder, key_name);
  const auto text = voice::app::read_text_file(path, key_bytes_max, voice::app::Pipes::refused);
  if (!text) {
    const bool is_absent = text.error().kind == voice::app::FileError::Kind::absent;
    if (is_absent && !is_credential) return std::optional<identity::Key>{};
    return unexpected(path + ": " + text.error().reason);
  }
  const auto key = parse_key(path, *text);
  if (!key) return unexpected(key.error());
  return std::optional(*key);
}

voice::expected<std::optional<identity::Key>, std::string> find_invitation_key(
    const std::string& folder) {
  auto key = read_invitation_key(folder);
  if (!key || *key || folder.empty() || !identity::is_available()) return key;
  const std::string path = path_in(folder, key_name);
  const auto made = identity::make_random<identity::Key>();
  if (const std::string why = replace(path, identity::to_base64(made) + '\n'); !why.empty()) {
    spdlog::warn("invitations are not available: {}", voice::quoted(why));
    return std::optional<identity::Key>{};
  }
  return std::optional(made);
}

voice::expected<KeptEnded, std::string> EndedInvitationsFile::read(const std::string& folder) {
  const std::string path = path_in(folder, list_name);
  // Taken first, so that a change during the read counts as one that was not read.
  const auto state = state_of(path);
  const auto text = voice::app::read_text_file(path, list_bytes_max, voice::app::Pipes::refused);
  if (!text && text.error().kind == voice::app::FileError::Kind::absent) return KeptEnded{};
  const std::string remedy = "; repair it, or remove it; then revoked invitations are valid again";
  if (!text) return unexpected(path + ": " + text.error().reason + remedy);
  auto ended = identity::EndedInvitations::parse(*text);
  if (!ended) return unexpected(path + ":" + ended.error() + remedy);
  return KeptEnded{std::move(*ended), state};
}

EndedInvitationsFile::~EndedInvitationsFile() {
  finish_writing(
      ledger_, last_write_max, [this] { begin(); }, [this] { take_result(Clock::now()); });
  log_news();
  if (!ledger_.is_kept()) {
    spdlog::error(
        "the list of revoked and used invitations could not be saved file={} the "
        "invitations added to it last will be valid again after a restart",
        voice::quoted(path_in(folder_, list_name)));
  }
}

void EndedInvitationsFile::keep(const identity::EndedInvitations& ended, WriteLedger::Done done,
                                voice::TimePoint now) {
  text_ = ended.text();
  ledger_.changed(std::move(done), now);
  if (ledger_.wants_write(now)) begin();
}

void EndedInvitationsFile::ticked(voice::TimePoint now) {
  take_result(now);
  if (ledger_.wants_write(now)) begin();
  ledger_.expire(now);
  log_news();
}

void EndedInvitationsFile::begin() {
  ledger_.began();
  try {
    task_.emplace([path = path_in(folder_, list_name), text = text_, state = state_] {
      return write(path, text, state);
    });
  } catch (const std::system_error& error) {
    ledger_.ended(error.what(), Clock::now());
  }
}

EndedInvitationsFile::Result EndedInvitationsFile::write(const std::string& path,
                                                         const std::string& text,
                                                         std::optional<FileState> state) {
  Result result{.error = {}, .state = state, .set_aside_as = {}};
  const auto there = state_of(path);
  std::error_code error;
  // A link to nowhere is kept as well.
  const bool exists = fs::symlink_status(path, error).type() != fs::file_type::not_found;
  if (exists && there != state) {
    const auto as = set_aside(path);
    if (!as) return {.error = as.error(), .state = state, .set_aside_as = {}};
    result.set_aside_as = *as;
    result.state = there;
  }
  result.error = replace(path, text);
  if (result.error.empty()) result.state = state_of(path);
  return result;
}

void EndedInvitationsFile::take_result(voice::TimePoint now) {
  if (const auto result = task_ ? task_->take() : std::nullopt) end(*result, now);
}

void EndedInvitationsFile::end(const Result& result, voice::TimePoint now) {
  task_.reset();
  state_ = result.state;
  if (!result.set_aside_as.empty()) {
    spdlog::warn(
        "the list of revoked and used invitations was set aside as={} because it had content that "
        "voiced did not write; what was added to it is not in force, use voicectl invite --revoke",
        voice::quoted(result.set_aside_as));
  }
  ledger_.ended(result.error, now);
}

void EndedInvitationsFile::log_news() {
  const auto news = ledger_.take_news();
  if (!news) return;
  const std::string path = path_in(folder_, list_name);
  if (news->empty()) {
    spdlog::info("the list of revoked and used invitations is being saved again file={}",
                 voice::quoted(path));
  } else {
    spdlog::error(
        "the list of revoked and used invitations could not be saved file={} error={} the "
        "invitations added to it last will be valid again after a restart, unless a later attempt "
        "succeeds",
        voice::quoted(path), voice::quoted(*news));
  }
}

}  // namespace voiced
