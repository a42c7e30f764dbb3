// Reads, creates and updates the files of accounts and invitations.
#pragma once

#include "common/background/background_task.hpp"
#include "common/identity/ended_invitations.hpp"
#include "common/identity/users.hpp"
#include "server/app/config.hpp"
#include "server/app/set_aside.hpp"
#include "server/app/write_ledger.hpp"

#include <optional>
#include <string>

namespace voiced {

/// Reads `users-file` into config.users. Fails with "file:line: key: reason"; an account that
/// cannot be read must not be treated as missing.
[[nodiscard]] voice::expected<void, std::string> load_accounts(Settings& settings,
                                                               voice::app::Pipes pipes);

/// The key of invitations: the credential `invitation-key`, else the file of that name in `folder`.
/// None if it is not there, or if there is no folder. Fails with an error message.
[[nodiscard]] voice::expected<std::optional<voice::identity::Key>, std::string> read_invitation_key(
    const std::string& folder);

/// The same, but makes the file if it is not there. None if there is no folder, or the file cannot
/// be made, which is logged.
[[nodiscard]] voice::expected<std::optional<voice::identity::Key>, std::string> find_invitation_key(
    const std::string& folder);

/// What was found in a state directory of ended invitations.
struct KeptEnded {
  voice::identity::EndedInvitations ended;
  std::optional<FileState> state;  // of the file when it was read; none: there was no file
};

/// The list of invitations that were revoked or used up, in a state directory. Writes it in another
/// thread, so its owner never waits.
class EndedInvitationsFile {
 public:
  /// Reads the list; empty when there is no file yet. Fails with an error message.
  [[nodiscard]] static voice::expected<KeptEnded, std::string> read(const std::string& folder);

  /// @param state as it was read
  EndedInvitationsFile(std::string folder, std::optional<FileState> state)
      : folder_(std::move(folder)), state_(state) {}
  /// Waits a moment for what is not on disk yet.
  ~EndedInvitationsFile();
  EndedInvitationsFile(const EndedInvitationsFile&) = delete;
  EndedInvitationsFile& operator=(const EndedInvitationsFile&) = delete;

  /// `done` is told within write_answer_max whether this version is on disk.
  void keep(const voice::identity::EndedInvitations& ended, WriteLedger::Done done,
            voice::TimePoint now);
  /// Call it at the end of every tick.
  void ticked(voice::TimePoint now);

 private:
  struct Result {
    std::string error;  // empty: written
    std::optional<FileState> state;
    std::string set_aside_as;  // empty: no file was
  };

  [[nodiscard]] static Result write(const std::string& path, const std::string& text,
                                    std::optional<FileState> state);
  void begin();
  void take_result(voice::TimePoint now);
  void end(const Result& result, voice::TimePoint now);
  void log_news();

  std::string folder_;
  std::string text_;                // the last version
  std::optional<FileState> state_;  // of the file when it was read or written last
  WriteLedger ledger_;
  std::optional<voice::BackgroundTask<Result>> task_;
};

}  // namespace voiced
