// What an operator may ask of the program as a whole, beyond its server.
#pragma once

#include "common/core/result.hpp"

#include <string>
#include <vector>

namespace voiced {

struct SettingChange {
  std::string name;
  std::string from, to;  // as a configuration file would have them
};

struct Reloaded {
  std::vector<SettingChange> changed;  // since the last reload; live
  std::vector<SettingChange> pending;  // since the start; waits for a restart
};

struct SettingInForce {
  std::string name;
  std::string value;   // as a configuration file would have it
  std::string origin;  // "default", "file", "environment", "flag"
};

class Program {
 public:
  virtual ~Program() = default;

  /// Reads the configuration again; fails with a text for people, and everything stays as it was.
  [[nodiscard]] virtual voice::expected<Reloaded, std::string> reload() = 0;
  [[nodiscard]] virtual std::vector<SettingInForce> settings() const = 0;
  /// False when there is no such level.
  virtual bool set_log_level(const std::string& level) = 0;
  /// Addresses listened on.
  [[nodiscard]] virtual std::vector<std::string> endpoints() const = 0;
  /// Bans have changed. False when there is nowhere to keep them: they end with this run.
  virtual bool keep_bans() = 0;
};

}  // namespace voiced
