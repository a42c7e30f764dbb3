// The running program: the server, its signal handlers, the control socket, the reload of the
// configuration, and the reports to the service manager. Made by main from a valid configuration.
#pragma once

#include "server/app/account_files.hpp"
#include "server/app/ban_file.hpp"
#include "server/app/inherited_sockets.hpp"
#include "server/app/reload.hpp"
#include "server/app/service_manager.hpp"
#include "server/app/signals.hpp"
#include "server/login/accounts.hpp"
#include "server/metrics/endpoint.hpp"
#include "server/net/server.hpp"
#include "server/operator/commands.hpp"
#include "server/operator/control_socket.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace voiced {

class Service : private Program {
 public:
  /// @param arguments those of the program, to read the configuration again.
  /// @param seed      makes first sequence number and SSRC.
  Service(std::vector<std::string> arguments, std::unique_ptr<Settings> settings,
          std::vector<InheritedSocket> inherited, std::uint64_t seed);

  /// Opens sound and sockets. Fails with an error message: setting, reason, remedy. The code is
  /// `usage` if a person must correct something, and `failure` if a later attempt may succeed; a
  /// service manager then restarts the program.
  [[nodiscard]] voice::expected<void, voice::app::Exit> start();

  /// Serves until a signal ends it.
  void run();

 private:
  [[nodiscard]] voice::expected<void, std::string> open_sound();
  [[nodiscard]] voice::expected<void, voice::app::Exit> listen();
  [[nodiscard]] voice::expected<void, std::string> adopt_inherited();
  [[nodiscard]] voice::expected<void, voice::app::Exit> open_metrics();
  void stop(const char* signal);
  [[nodiscard]] voice::expected<void, voice::app::Exit> open_control();
  [[nodiscard]] voice::expected<void, voice::app::Exit> load_bans();
  [[nodiscard]] voice::expected<void, std::string> load_invitations();
  void use_accounts(const Config& config);
  void keep_ended(BansKept kept);
  void keep_used(BansKept kept);
  void reload(ReloadDone done) override;
  [[nodiscard]] BackgroundReload::Reading read_configuration() const;
  [[nodiscard]] voice::expected<Reloaded, std::string> take_over(FreshSettings fresh);
  [[nodiscard]] std::vector<SettingInForce> settings() const override;
  bool set_log_level(const std::string& level) override;
  [[nodiscard]] std::vector<std::string> endpoints() const override;
  void keep_bans(BansKept kept) override;
  [[nodiscard]] voice::expected<std::string, std::string> invite(
      const voice::identity::Invitation& invitation) override;
  [[nodiscard]] voice::expected<void, std::string> revoke(const std::string& id_or_token,
                                                          RevokedKept kept) override;
  [[nodiscard]] std::vector<voice::identity::KnownInvitation> invitations() const override;
  [[nodiscard]] SignalHandlers signal_handlers();
  [[nodiscard]] std::string summary() const;

  const Settings& started_;
  std::vector<std::string> arguments_;
  std::uint64_t seed_;
  std::vector<InheritedSocket> inherited_;
  ServiceManager manager_;
  Reloader reloader_;
  BackgroundReload reloads_;
  boost::asio::io_context io_{1};
  Accounts accounts_;
  Server server_;
  std::unique_ptr<BanFile> ban_file_;                 // null: bans end with this run
  std::unique_ptr<EndedInvitationsFile> ended_file_;  // null: as of the bans
  bool told_of_used_ = false;                         // that used invitations are not kept
  Commands commands_;
  std::unique_ptr<ControlSocket> control_;
  std::unique_ptr<MetricsEndpoint> metrics_;  // null: not configured
  std::unique_ptr<Signals> signals_;
};

}  // namespace voiced
