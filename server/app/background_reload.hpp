// Schedules reloads of the configuration: one read at a time, in the background, with a time limit.
// Requests are answered later; the mixer's thread never waits. Pure: the functions that start a
// read and apply its result are given by the owner, and time is an argument.
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

/// A configuration is small. If reading it takes longer, its file system hangs.
inline constexpr std::chrono::seconds reload_time_max{5};
/// The most reads that may hang and be abandoned, each with a thread of its own.
inline constexpr std::size_t hung_readings_max = 4;

class BackgroundReload {
 public:
  using Done = Program::ReloadDone;
  /// A read in progress: returns its result once, when there is one. Destroying it abandons the
  /// read.
  using Reading = std::function<std::optional<FreshSettings>()>;

  struct Steps {
    std::function<void()> begin;
    std::function<Reading()> read;
    /// Called for a read that has ended or was abandoned: applies or refuses it, and answers.
    std::function<voice::expected<Reloaded, std::string>(FreshSettings)> end;
  };
  explicit BackgroundReload(Steps steps) : steps_(std::move(steps)) {}

  /// Requests a read that begins after now; requests that arrive in the meantime share one. `done`
  /// may be empty, and is called from ticked() or stop().
  void request(Done done);

  /// Call it at the end of every tick. Never waits.
  void ticked(voice::TimePoint now);

  /// Refuses all requests from now on, because the program is about to exit.
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
