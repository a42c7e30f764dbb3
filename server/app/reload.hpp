// Reads the configuration again while the server runs: all of it is taken over, or nothing. Knows
// which settings can change live and which wait for a restart (docs/adr/0013).
#pragma once

#include "server/app/config.hpp"
#include "server/control/program.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

/// What differs, in the order of declaration.
[[nodiscard]] std::vector<SettingChange> changes(const voice::app::Options& from,
                                                 const voice::app::Options& to);

enum class TakesEffect : std::uint8_t {
  live,        // for everybody, or for those who come from then on
  at_restart,  // a socket, a device or memory reserved at the start hangs on it
};

/// Asserts that `name` is a setting of voiced.
[[nodiscard]] TakesEffect takes_effect(std::string_view name);

class Reloader {
 public:
  /// @param arguments those of the program, its name first; flags go on winning over the file.
  /// @param started   what it runs with.
  Reloader(std::vector<std::string> arguments, std::unique_ptr<Settings> started);

  /// Reads environment and file again. Fails with a text for people, "file:line: key: reason", and
  /// the old configuration stays in force.
  [[nodiscard]] voice::expected<Reloaded, std::string> reload();

  /// What was read last and was good. Of the settings that wait for a restart it holds the new
  /// values.
  [[nodiscard]] const Config& config() const noexcept { return in_force_->config; }
  /// Every setting as it is in force now.
  [[nodiscard]] std::vector<SettingInForce> settings() const;

 private:
  std::vector<std::string> arguments_;
  std::shared_ptr<Settings> started_;
  std::shared_ptr<Settings> in_force_;
};

/// One line a setting, and one about the whole.
void log_reload(const Reloaded& reloaded);

}  // namespace voiced
