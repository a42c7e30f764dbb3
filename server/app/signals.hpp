// What each signal asks of the server: SIGTERM and SIGINT stop it, SIGHUP reloads, SIGUSR1 logs.
// Handlers run on the io_context, between two ticks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>

namespace voiced {

/// Call it first in main: ignores SIGPIPE, and holds back SIGHUP and SIGUSR1, which would kill the
/// program by default, until a Signals exists. Until then, SIGTERM and SIGINT end the program at
/// once.
void hold_early_signals() noexcept;

struct SignalHandlers {
  std::function<void(const char* signal)> stop;  // the first that asks for it, by its name
  std::function<void()> stop_now;                // every further one
  std::function<void()> reload;                  // SIGHUP, unless stopping already
  std::function<void()> statistics;              // SIGUSR1
};

class Signals {
 public:
  /// From now on, signals are handled here, including those that hold_early_signals() has held
  /// back.
  Signals(boost::asio::io_context& io, SignalHandlers handlers);

 private:
  void wait();
  void arrived(int signal);
  void stop(const char* signal);
  void hang_up();

  boost::asio::signal_set set_;
  SignalHandlers handlers_;
  bool had_terminal_;
  bool stopping_ = false;
};

}  // namespace voiced
