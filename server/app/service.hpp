// The running program: a server, the signals it heeds, the operator it answers, the configuration
// it can read again, and the service manager that is told about it all. Made by main from a
// configuration that is good.
#pragma once

#include "server/app/ban_file.hpp"
#include "server/app/inherited_sockets.hpp"
#include "server/app/reload.hpp"
#include "server/app/service_manager.hpp"
#include "server/app/signals.hpp"
#include "server/control/commands.hpp"
#include "server/control/control_socket.hpp"
#include "server/metrics/endpoint.hpp"
#include "server/net/server.hpp"

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
          std::uint64_t seed);

  /// Opens sound and sockets. Fails with one line for people: setting, reason, remedy.
  [[nodiscard]] voice::expected<void, std::string> start();

  /// Serves until a signal ends it.
  void run();

 private:
  [[nodiscard]] voice::expected<void, std::string> listen();
  [[nodiscard]] voice::expected<void, std::string> open_metrics();
  void stop(const char* signal);
  [[nodiscard]] voice::expected<void, std::string> open_control();
  [[nodiscard]] voice::expected<void, std::string> load_bans();
  void reload(ReloadDone done) override;
  [[nodiscard]] voice::expected<Reloaded, std::string> reload_now();
  [[nodiscard]] std::vector<SettingInForce> settings() const override;
  bool set_log_level(const std::string& level) override;
  [[nodiscard]] std::vector<std::string> endpoints() const override;
  void keep_bans(BansKept kept) override;
  [[nodiscard]] SignalHandlers signal_handlers();
  [[nodiscard]] std::string summary() const;

  const Settings& started_;
  std::uint64_t seed_;
  std::vector<InheritedSocket> inherited_;
  ServiceManager manager_;
  Reloader reloader_;
  boost::asio::io_context io_{1};
  Server server_;
  std::unique_ptr<BanFile> ban_file_;  // nothing: bans end with this run
  Commands commands_;
  std::unique_ptr<ControlSocket> control_;
  std::unique_ptr<MetricsEndpoint> metrics_;  // nothing: not asked for
  std::unique_ptr<Signals> signals_;
};

}  // namespace voiced
