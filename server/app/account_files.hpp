// The files of accounts and invitations: read, made and kept.
#pragma once

#include "common/background/background_task.hpp"
#include "common/identity/ended_invitations.hpp"
#include "common/identity/users.hpp"
#include "server/app/config.hpp"
#include "server/host/write_ledger.hpp"

#include <optional>
#include <string>

namespace voiced {

/// Reads `users-file` into config.users. Fails with "file:line: key: reason"; an account that
/// cannot be read must not be treated as missing.
[[nodiscard]] voice::expected<void, std::string> load_accounts(Settings& settings,
                                                               voice::app::Pipes pipes);

/// The key of invitations: the credential `invitation-key`, else the file of that name in `folder`.
/// None if it is not there, or if there is no folder. Fails with a text for people.
[[nodiscard]] voice::expected<std::optional<voice::identity::Key>, std::string> read_invitation_key(
    const std::string& folder);

/// The same, but makes the file if it is not there. None if there is no folder, or the file cannot
/// be made, which is logged.
[[nodiscard]] voice::expected<std::optional<voice::identity::Key>, std::string> find_invitation_key(
    const std::string& folder);

/// The list of invitations that were revoked or used up, in a state directory. Writes it elsewhere:
/// its owner never waits.
class EndedInvitationsFile {
 public:
  /// Reads the list; empty when there is no file yet. Fails with a text for people.
  [[nodiscard]] static voice::expected<voice::identity::EndedInvitations, std::string> read(
      const std::string& folder);

  explicit EndedInvitationsFile(std::string folder) : folder_(std::move(folder)) {}
  /// Gives what is not on the disk yet a moment.
  ~EndedInvitationsFile();
  EndedInvitationsFile(const EndedInvitationsFile&) = delete;
  EndedInvitationsFile& operator=(const EndedInvitationsFile&) = delete;

  /// `done` hears within write_answer_max whether this version is on the disk.
  void keep(const voice::identity::EndedInvitations& ended, WriteLedger::Done done,
            voice::TimePoint now);
  /// At the end of every tick.
  void ticked(voice::TimePoint now);

 private:
  void begin();

  std::string folder_;
  std::string text_;  // the last version
  WriteLedger ledger_;
  std::optional<voice::BackgroundTask<std::string>> task_;
};

}  // namespace voiced
