#include "ctl/watch.hpp"

#include "common/app/standard_output.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace voicectl {

using voice::app::Exit;
using voice::app::ExitCode;
using voice::terminal::stdin_descriptor;
using voice::terminal::stdout_descriptor;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds refresh_period{250};
// How often keys and the size of the terminal are checked.
constexpr std::chrono::milliseconds poll_period{50};
// Shorter than for a command: somebody is watching the screen.
constexpr std::chrono::milliseconds patience{2000};

bool colors_wanted() {
  // https://no-color.org: present and not empty, whatever its value.
  const char* const no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

/// The answer; or none, and the reason in `trouble`.
std::optional<Json> good_answer(const std::string& line, std::string& trouble) {
  std::optional<Json> answer = parse_answer(line);
  if (answer && is_true(*answer, "ok")) return answer;
  trouble = answer ? "voiced refused: " + text_of(*answer, "error") : "unexpected reply (not JSON)";
  return std::nullopt;
}

}  // namespace

std::string why_no_screen() {
  const char* const term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view{term} == "dumb";
  if (!dumb && voice::terminal::is_terminal(stdout_descriptor)) return "";
  return "watch needs a terminal that it can draw on; use `watch --json` in scripts, or `list` for "
         "a snapshot";
}

Watch::Watch(std::vector<std::string> places, bool json)
    : link_(io_, std::move(places), patience),
      refresh_timer_(io_),
      poll_timer_(io_),
      signals_(io_, SIGINT, SIGTERM),
      next_refresh_(Clock::now()),
      json_(json),
      canvas_(colors_wanted()) {
#ifdef SIGTSTP
  signals_.add(SIGHUP);
  if (!json_) {
    signals_.add(SIGTSTP);
    signals_.add(SIGCONT);
  }
#endif
}

Exit Watch::run() {
  wait_for_signal();
  refresh();
  io_.run();
  canvas_.leave();
  keyboard_.leave();
  return outcome_;
}

void Watch::end(Exit outcome) {
  outcome_ = std::move(outcome);
  io_.stop();
}

void Watch::refresh() {
  if (json_) {
    link_.ask("list", [this](const Answer& answer) { on_list(answer); });
  } else {
    link_.ask("status", [this](const Answer& answer) { on_status(answer); });
  }
}

void Watch::on_status(const Answer& answer) {
  if (!answer) return on_trouble(answer.error());
  std::string trouble;
  const auto status = good_answer(*answer, trouble);
  if (!status) return on_trouble(trouble);
  picture_.status = *status;
  link_.ask("list", [this](const Answer& list) { on_list(list); });
}

void Watch::on_list(const Answer& answer) {
  if (!answer) return on_trouble(answer.error());
  std::string trouble;
  const auto list = good_answer(*answer, trouble);
  if (!list) return on_trouble(trouble);
  picture_.list = *list;
  picture_.trouble.clear();
  if (!reached_ && !json_) start_drawing();
  reached_ = true;
  json_ ? print(*answer) : draw();
  refresh_later();
}

void Watch::on_trouble(const std::string& text) {
  if (!reached_) return end({ExitCode::cannot_connect, text});
  const bool news = picture_.trouble.empty();
  picture_.trouble = text;
  if (!json_) {
    draw();
  } else if (news) {
    std::fprintf(stderr, "voicectl: connection to voiced lost, retrying: %s\n", text.c_str());
  }
  refresh_later();
}

void Watch::print(const std::string& line) {
  if (Exit printed = voice::app::print(line + '\n'); printed.code != ExitCode::ok) {
    end(std::move(printed));
  }
}

void Watch::refresh_later() {
  // Counted from the last deadline, so that it stays at four a second; after a pause, from now.
  next_refresh_ = std::max(next_refresh_ + refresh_period, Clock::now());
  refresh_timer_.expires_at(next_refresh_);
  refresh_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) refresh();
  });
}

void Watch::start_drawing() {
  view_.columns = voice::terminal::columns_of_terminal(stdout_descriptor);
  view_.rows = voice::terminal::rows_of_terminal(stdout_descriptor);
  poll_terminal();
}

void Watch::draw() {
  const std::size_t people = array_of(picture_.list, "participants").size();
  view_.first = scrolled(view_, people, 0);
  if (!canvas_.draw(watch_screen(picture_, view_))) end({ExitCode::ok, ""});
}

// After `voicectl watch &` and then `fg`: no signal says that we are in the foreground now.
void Watch::watch_foreground() {
  const bool was_in_foreground = is_in_foreground_;
  is_in_foreground_ = voice::terminal::in_foreground(stdout_descriptor);
  if (!is_in_foreground_ || was_in_foreground) return;
  keyboard_.enter();
  canvas_.enter();
  draw();
}

void Watch::poll_terminal() {
  watch_foreground();
  const std::size_t columns = voice::terminal::columns_of_terminal(stdout_descriptor);
  const std::size_t rows = voice::terminal::rows_of_terminal(stdout_descriptor);
  if (columns != view_.columns || rows != view_.rows) {
    view_.columns = columns;
    view_.rows = rows;
    canvas_.forget();
    draw();
  }
  if (voice::terminal::is_terminal(stdin_descriptor) &&
      voice::terminal::in_foreground(stdin_descriptor)) {
    std::array<char, 256> bytes;
    const auto count = voice::terminal::read_available(stdin_descriptor, bytes);
    // A terminal whose input has ended is gone.
    if (count == std::size_t{0}) return end({ExitCode::ok, ""});
    if (count) {
      for (const Key key : keys_.feed({bytes.data(), *count})) on_key(key);
    }
  }
  poll_timer_.expires_after(poll_period);
  poll_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) poll_terminal();
  });
}

void Watch::on_key(Key key) {
  const std::size_t people = array_of(picture_.list, "participants").size();
  const auto page = static_cast<std::int64_t>(people_rows(view_));
  const auto all = static_cast<std::int64_t>(people);
  const auto scroll = [&](std::int64_t rows) { view_.first = scrolled(view_, people, rows); };
  switch (key) {
    case Key::quit:
      return end({ExitCode::ok, ""});
    case Key::sort:
      view_.order = view_.order == Order::number    ? Order::talking
                    : view_.order == Order::talking ? Order::name
                                                    : Order::number;
      break;
    case Key::redraw:
      canvas_.forget();
      break;
    case Key::up:
      scroll(-1);
      break;
    case Key::down:
      scroll(1);
      break;
    case Key::page_up:
      scroll(-page);
      break;
    case Key::page_down:
      scroll(page);
      break;
    case Key::home:
      scroll(-all);
      break;
    case Key::end:
      scroll(all);
      break;
  }
  draw();
}

void Watch::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    wait_for_signal();
    on_signal(signal);
  });
}

void Watch::on_signal(int signal) {
#ifdef SIGTSTP
  if (signal == SIGTSTP) {
    canvas_.leave();
    keyboard_.leave();
    voice::terminal::stop_until_continued();
  }
  if (signal == SIGTSTP || signal == SIGCONT) {
    is_in_foreground_ = false;  // poll_terminal() takes the terminal back
    return;
  }
#endif
  end({signal == SIGINT ? ExitCode::interrupted : ExitCode::ok, ""});
}

}  // namespace voicectl
