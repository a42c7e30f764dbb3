// Reads the configuration again while the server runs: all of it is taken over, or nothing. Knows
// which settings can change live and which wait for a restart (docs/adr/0013).
#pragma once

#include "server/app/background_reload.hpp"
#include "server/app/validator.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

/// What differs, in the order of declaration. A file whose password is another one is named, and
/// neither password told.
[[nodiscard]] std::vector<SettingChange> changes(const Settings& from, const Settings& to);

enum class TakesEffect : std::uint8_t {
  live,        // for everybody, or for those who come from then on
  at_restart,  // a socket, a device or memory reserved at the start hangs on it
};

/// Asserts that `name` is a setting of voiced.
[[nodiscard]] TakesEffect takes_effect(std::string_view name);

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

  /// Puts in force what has been read. Fails with a text for people, and the old configuration
  /// stays in force, when it was not good, or when what is missing in it looks like an accident: a
  /// file that is gone or holds no settings any more, a password that is gone with its credential.
  [[nodiscard]] voice::expected<Reloaded, std::string> take_over(FreshSettings fresh);

  /// What was read last and was good. Of the settings that wait for a restart it holds the new
  /// values.
  [[nodiscard]] const Config& config() const noexcept { return in_force_->config; }
  /// Every setting as it is in force now.
  [[nodiscard]] std::vector<SettingInForce> settings() const;

 private:
  std::shared_ptr<Settings> started_;
  std::shared_ptr<Settings> in_force_;
};

/// One line a setting, and one about the whole.
void log_reload(const Reloaded& reloaded);

}  // namespace voiced
