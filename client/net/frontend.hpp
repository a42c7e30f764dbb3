// Who watches and steers a Client: a terminal, a script behind a pipe. The Client calls it from its
// one thread; no member may block. Owned by main.
#pragma once

#include "client/call/call.hpp"
#include "client/call/command.hpp"
#include "client/net/event.hpp"

#include <optional>
#include <string>

namespace voicecli {

/// How things stand, for a status line or statistics.
struct Status {
  bool connected = false;  // in the conference
  std::string server;      // host:port
  int rate_hz = 0;         // 0 before the first announcement
  bool voice1 = false;
  std::string name;  // as the server calls us; empty with a classic server
  CallStatistics call;
  Controls controls;
  bool microphone_open = false;
  ServerMute muted_by_server;
  voice::Duration delay{
      0};  // from the server's mix to the ear: half the round trip, jitter buffer, loudspeaker
  std::uint64_t microphone_gap_samples = 0;
  std::uint64_t loudspeaker_gap_samples = 0;
};

class Frontend {
 public:
  virtual ~Frontend() = default;

  virtual void event(const Event& event) = 0;
  /// Every 100 ms.
  virtual void refresh(const Status& status, voice::TimePoint now) = 0;
  /// Somebody asked for the status by a command.
  virtual void show_status(const Status& status, voice::TimePoint now) = 0;
  /// The next command entered, if any; asked every 20 ms until nothing.
  [[nodiscard]] virtual std::optional<Command> poll_command() = 0;
  /// Ctrl-Z (SIGTSTP): give the terminal back, stop the process, take the terminal again when it is
  /// continued.
  virtual void stop_until_continued() = 0;
  /// The process was continued (SIGCONT), whatever had stopped it.
  virtual void resume() = 0;
};

}  // namespace voicecli
