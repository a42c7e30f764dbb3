// Reads the configuration again while the server runs: either all of it is applied, or nothing
// (docs/adr/0013). The declaration of a setting says whether its change waits for a restart.
#pragma once

#include "server/app/background_reload.hpp"
#include "server/app/validator.hpp"

#include <memory>
#include <string>
#include <vector>

namespace voiced {

/// Reads environment and files again, and checks them as a start does. Blocks as long as the file
/// system does; any thread may call it. A pipe is refused: what came out of it at the start does
/// not come a second time.
/// @param arguments those of the program, its name first; flags go on winning over the file.
[[nodiscard]] FreshSettings read_settings(const std::vector<std::string>& arguments,
                                          Sockets sockets);

class Reloader {
 public:
  /// @param started what the program runs with.
  explicit Reloader(std::unique_ptr<Settings> started);

  /// Applies what has been read. Fails with an error message, and the old configuration stays in
  /// force, if it is invalid, or if something is missing that looks like an accident: a file that
  /// is gone or no longer has any settings, a password that is gone with its credential.
  [[nodiscard]] voice::expected<Reloaded, std::string> take_over(FreshSettings fresh);

  /// The last valid configuration that was read, with the new values of the settings that wait for
  /// a restart.
  [[nodiscard]] const Config& config() const noexcept { return in_force_->config; }
  /// Every setting as it is in force now.
  [[nodiscard]] std::vector<SettingInForce> settings() const;

 private:
  std::shared_ptr<Settings> started_;
  std::shared_ptr<Settings> in_force_;
};

/// Logs one line for each setting, and one for the whole reload.
void log_reload(const Reloaded& reloaded);

}  // namespace voiced
