#include "server/app/signals.hpp"

#include <csignal>
#ifndef _WIN32
#include <unistd.h>
#endif

namespace voiced {
namespace {

#ifndef _WIN32
sigset_t held_signals() noexcept {
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGHUP);
  sigaddset(&held, SIGUSR1);
  return held;
}
#endif

bool has_terminal() noexcept {
#ifdef _WIN32
  return false;
#else
  return ::isatty(STDIN_FILENO) == 1;
#endif
}

}  // namespace

void hold_early_signals() noexcept {
#ifndef _WIN32
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t held = held_signals();
  pthread_sigmask(SIG_BLOCK, &held, nullptr);
#endif
}

Signals::Signals(boost::asio::io_context& io, SignalHandlers handlers)
    : set_(io, SIGINT, SIGTERM), handlers_(std::move(handlers)), had_terminal_(has_terminal()) {
#ifdef SIGHUP
  set_.add(SIGHUP);
#endif
#ifdef SIGUSR1
  set_.add(SIGUSR1);
#endif
#ifndef _WIN32
  const sigset_t held = held_signals();
  pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
#endif
  wait();
}

void Signals::wait() {
  set_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    arrived(signal);
    wait();
  });
}

void Signals::arrived(int signal) {
  switch (signal) {
    case SIGINT:
      return stop("SIGINT");
    case SIGTERM:
      return stop("SIGTERM");
#ifdef SIGHUP
    case SIGHUP:
      return hang_up();
#endif
    default:
      return handlers_.statistics();
  }
}

void Signals::stop(const char* signal) {
  if (stopping_) return handlers_.stop_now();
  stopping_ = true;
  handlers_.stop(signal);
}

// SIGHUP asks a service to read its configuration again. Originally it means that the terminal is
// gone: closing the window in which voiced was started should end voiced.
void Signals::hang_up() {
  if (stopping_) return;
  if (had_terminal_ && !has_terminal()) return stop("SIGHUP");
  handlers_.reload();
}

}  // namespace voiced
