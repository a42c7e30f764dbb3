// What shows and controls a Client: a terminal, a script behind a pipe. The Client calls it from
// its one thread; no member may block. Owned by main.
#pragma once

#include "client/call/command.hpp"
#include "client/call/status.hpp"
#include "client/net/event.hpp"

#include <optional>

namespace voicecli {

class Frontend {
 public:
  virtual ~Frontend() = default;

  virtual void event(const Event& event) = 0;
  /// Every 100 ms.
  virtual void refresh(const Status& status, voice::TimePoint now) = 0;
  /// The user asked for the status by a command.
  virtual void show_status(const Status& status, voice::TimePoint now) = 0;
  /// The next command entered, if any; asked every 20 ms until there is none.
  [[nodiscard]] virtual std::optional<Command> poll_command() = 0;
  /// Ctrl-Z (SIGTSTP): give the terminal back, stop the process, take the terminal again when it is
  /// continued.
  virtual void stop_until_continued() = 0;
  /// The process was continued (SIGCONT), whatever had stopped it.
  virtual void resume() = 0;
};

}  // namespace voicecli
