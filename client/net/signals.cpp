#include "client/net/signals.hpp"

#include <csignal>

namespace voicecli {
namespace {

#ifdef SIGHUP
/// Under nohup, losing the terminal must not end the program.
bool hangup_is_ignored() {
  struct sigaction action {};
  return sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}
#endif

}  // namespace

void add_signals(boost::asio::signal_set& signals) {
  signals.add(SIGINT);
  signals.add(SIGTERM);
#ifdef SIGTSTP
  signals.add(SIGTSTP);
  signals.add(SIGCONT);
  if (!hangup_is_ignored()) signals.add(SIGHUP);
#endif
}

SignalMeaning meaning_of(int signal) noexcept {
#ifdef SIGTSTP
  if (signal == SIGTSTP) return SignalMeaning::stop;
  if (signal == SIGCONT) return SignalMeaning::go_on;
#endif
  return signal == SIGINT ? SignalMeaning::interrupt : SignalMeaning::end;
}

}  // namespace voicecli
