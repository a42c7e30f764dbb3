// `watch`: asks voiced four times a second, and draws the answer or prints it as a line of JSON.
// Reconnects when voiced restarts.
#pragma once

#include "common/app/options.hpp"
#include "common/core/time.hpp"
#include "common/terminal/terminal.hpp"
#include "ctl/canvas.hpp"
#include "ctl/keys.hpp"
#include "ctl/link.hpp"
#include "ctl/watch_screen.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>
#include <vector>

namespace voicectl {

/// Why no table can be drawn here: standard output is not a terminal, or a dumb one. Empty: it can.
[[nodiscard]] std::string why_no_screen();

class Watch {
 public:
  /// @param json  lines on standard output instead of a screen
  Watch(std::vector<std::string> places, bool json);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Runs until `q` or a signal; call it once. If voiced cannot be reached to begin with, returns
  /// cannot_connect and why.
  [[nodiscard]] voice::app::Exit run();

 private:
  using Answer = voice::expected<std::string, std::string>;

  void refresh();
  void on_status(const Answer& answer);
  void on_list(const Answer& answer);
  void on_trouble(const std::string& text);
  void refresh_later();
  void print(const std::string& line);

  void start_drawing();
  void draw();
  void poll_terminal();
  void watch_foreground();
  void on_key(Key key);
  void wait_for_signal();
  void on_signal(int signal);
  void end(voice::app::Exit outcome);

  boost::asio::io_context io_;
  Link link_;
  boost::asio::steady_timer refresh_timer_;
  boost::asio::steady_timer poll_timer_;
  boost::asio::signal_set signals_;
  voice::TimePoint next_refresh_;
  bool json_;
  bool reached_ = false;           // voiced has answered at least once
  bool is_in_foreground_ = false;  // and the terminal is ours, with our mode and our screen
  voice::app::Exit outcome_;

  voice::terminal::KeyboardMode keyboard_;
  KeyReader keys_;
  Canvas canvas_;
  Picture picture_;
  View view_;
};

}  // namespace voicectl
