// What an operator can request from the program as a whole, in addition to its server.
#pragma once

#include "common/app/setting.hpp"
#include "common/core/result.hpp"
#include "common/identity/known_invitation.hpp"

#include <functional>
#include <string>
#include <vector>

namespace voiced {

struct SettingChange {
  std::string name;
  std::string from, to;  // as in a configuration file
  voice::app::TakesEffect takes_effect{};
};

struct Reloaded {
  std::vector<SettingChange> changed;  // since the last reload; in force
  std::vector<SettingChange> pending;  // since the start; waits for a restart
};

struct SettingInForce {
  std::string name;
  std::string value;  // as in a configuration file
  voice::app::Origin origin{};
  voice::app::TakesEffect takes_effect{};
};

class Program {
 public:
  /// Both are called once, at once or later, on the mixer's thread.
  using ReloadDone = std::function<void(voice::expected<Reloaded, std::string>)>;
  using BansKept = std::function<void(std::string why_not)>;  // empty: they are saved

  virtual ~Program() = default;

  /// Reads the configuration again; fails with an error message, and everything stays as it was.
  virtual void reload(ReloadDone done) = 0;
  [[nodiscard]] virtual std::vector<SettingInForce> settings() const = 0;
  /// False when there is no such level.
  virtual bool set_log_level(const std::string& level) = 0;
  /// Addresses listened on.
  [[nodiscard]] virtual std::vector<std::string> endpoints() const = 0;
  /// Saves the bans, which have changed. Calls `kept` when they are on the disk, or when that has
  /// failed or takes too long: unless a later attempt succeeds, the bans then end with this run.
  virtual void keep_bans(BansKept kept) = 0;

  /// A token, or an error message.
  [[nodiscard]] virtual voice::expected<std::string, std::string> invite(
      const voice::identity::Invitation& invitation) = 0;
  struct Revoked {
    std::string id;
    std::size_t sent_away = 0;
  };
  using RevokedKept = std::function<void(const Revoked& revoked, const std::string& why_not)>;
  /// Revokes an invitation, and disconnects the participants that joined with it. `kept` is called
  /// as in keep_bans(). Fails with an error message; `kept` is then not called.
  [[nodiscard]] virtual voice::expected<void, std::string> revoke(const std::string& id_or_token,
                                                                  RevokedKept kept) = 0;
  /// The known invitations that have not expired, sorted by id.
  [[nodiscard]] virtual std::vector<voice::identity::KnownInvitation> invitations() const = 0;
};

}  // namespace voiced
