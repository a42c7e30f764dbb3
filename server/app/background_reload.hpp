// When the configuration is read again: one reading at a time, in the background, with a time
// limit. Requests come in and are answered later; the mixer's thread never waits. Pure: how a
// reading is started and what becomes of it are given, and time is an argument.
#pragma once

#include "common/core/time.hpp"
#include "server/app/config.hpp"
#include "server/operator/program.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace voiced {

/// A configuration that has been read and is good, or "file:line: key: reason".
using FreshSettings = voice::expected<std::shared_ptr<Settings>, std::string>;

/// A configuration is a page. What takes longer lies on a file system that hangs.
inline constexpr std::chrono::seconds reload_time_max{5};
/// Readings that hang and are left behind, each with a thread of its own.
inline constexpr std::size_t hung_readings_max = 4;

class BackgroundReload {
 public:
  using Done = Program::ReloadDone;
  /// A reading under way: its result when it has one, once. Destroyed, it is left to itself.
  using Reading = std::function<std::optional<FreshSettings>()>;

  struct Steps {
    std::function<void()> begin;
    std::function<Reading()> read;
    /// For a read that has ended or was given up: applies or refuses it, and answers.
    std::function<voice::expected<Reloaded, std::string>(FreshSettings)> end;
  };
  explicit BackgroundReload(Steps steps) : steps_(std::move(steps)) {}

  /// Asks for a reading that begins after now; requests that come meanwhile share one. `done` may
  /// be empty, and is called from ticked() or stop().
  void request(Done done);

  /// At the end of every tick. Never waits.
  void ticked(voice::TimePoint now);

  /// Refuses all requests, the ones to come as well: the program ends.
  void stop();

 private:
  void begin(voice::TimePoint now);
  void end(FreshSettings fresh);

  Steps steps_;
  std::vector<Done> waiting_;  // for the next reading
  std::vector<Done> served_;   // by the reading under way
  Reading reading_;            // empty: none is under way
  voice::TimePoint deadline_{};
  std::vector<Reading> hung_;
  bool is_requested_ = false;
  bool is_stopped_ = false;
};

}  // namespace voiced
