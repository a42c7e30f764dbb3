// voicectl: reads the command line, asks voiced, prints its answer.
#include "common/app/calendar.hpp"
#include "common/app/control_request.hpp"
#include "common/app/standard_output.hpp"
#include "common/terminal/terminal.hpp"
#include "ctl/answer.hpp"
#include "ctl/arguments.hpp"
#include "ctl/link.hpp"
#include "ctl/places.hpp"
#include "ctl/report.hpp"
#include "ctl/request.hpp"
#include "ctl/users.hpp"
#include "ctl/watch.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

using voice::app::Exit;
using voice::app::ExitCode;
using voicectl::Arguments;
using Places = std::vector<std::string>;

constexpr std::chrono::seconds patience{5};
// The one request that may take voiced so long: it may have to finish an earlier reload first.
constexpr std::chrono::seconds reload_patience =
    voice::app::answer_wait_max + std::chrono::seconds{1};
// The user has pressed the tab key and waits.
constexpr std::chrono::milliseconds completion_patience{800};

int fail(ExitCode code, const std::string& text) {
  std::fprintf(stderr, "voicectl: %s\n", text.c_str());
  return static_cast<int>(code);
}

int print(const std::string& text) {
  const Exit printed = voice::app::print(text);
  return printed.code == ExitCode::ok ? 0 : fail(printed.code, printed.text);
}

int watch(const Places& places, const Arguments& arguments) {
  const std::string why_not = arguments.json ? "" : voicectl::why_no_screen();
  if (!why_not.empty()) return fail(ExitCode::usage, why_not);
  const Exit outcome = voicectl::Watch{places, arguments.json}.run();
  return outcome.text.empty() ? static_cast<int>(outcome.code) : fail(outcome.code, outcome.text);
}

/// Prints candidates and nothing else, no errors either: the shell shows what is printed.
int complete(const Places& places, const Arguments& arguments) {
  const std::string request = arguments.rooms ? "rooms" : arguments.bans ? "bans" : "list";
  const auto line = voicectl::ask_once(places, completion_patience, request);
  const auto answer = line ? voicectl::parse_answer(*line) : std::nullopt;
  return answer ? print(voicectl::candidates(*answer, arguments.prefix)) : 0;
}

voicectl::Reading reading() {
  using voice::terminal::stdout_descriptor;
  const bool terminal = voice::terminal::is_terminal(stdout_descriptor);
  return {.width = terminal ? voice::terminal::columns_of_terminal(stdout_descriptor) : 0,
          .now_unix_s = voice::app::calendar_now().time_since_epoch().count()};
}

int command(const std::string& name, const Places& places, const Arguments& arguments) {
  const auto request = voicectl::request_of(name, arguments);
  if (!request) return fail(ExitCode::usage, request.error());
  const auto line =
      voicectl::ask_once(places, name == "reload" ? reload_patience : patience, *request);
  if (!line) return fail(ExitCode::cannot_connect, line.error());
  const auto answer = voicectl::parse_answer(*line);
  if (!answer)
    return fail(ExitCode::cannot_connect,
                "unexpected reply (not JSON): is this voiced's control socket?");
  // Whether or not the answer can be printed, a warning in it is told.
  const int unprinted = arguments.json ? print(*line + '\n') : 0;
  if (!voicectl::is_true(*answer, "ok")) {
    return fail(ExitCode::failure, voicectl::text_of(*answer, "error"));
  }
  if (const auto warning = voicectl::warning(name, *answer); !warning.empty()) {
    std::fprintf(stderr, "voicectl: warning: %s\n", warning.c_str());
  }
  return arguments.json ? unprinted : print(voicectl::report(name, *answer, reading()));
}

/// The setting `users-file` of the running voiced; empty: not set. Fails if voiced does not answer.
voice::expected<std::string, std::string> users_file_in_use(const Places& places) {
  const auto line = voicectl::ask_once(places, patience, "config");
  if (!line) return voice::unexpected(line.error());
  const auto answer = voicectl::parse_answer(*line);
  if (!answer) return voice::unexpected(std::string("voiced's answer is not JSON"));
  for (const auto& setting : voicectl::array_of(*answer, "settings")) {
    if (voicectl::text_of(setting, "name") != "users-file") continue;
    return voicectl::path_of_setting(voicectl::whole_text_of(setting, "value"));
  }
  return std::string();
}

/// Why the running voiced will not notice a change of the file at `path`; empty: it will.
std::string why_unnoticed(const voice::expected<std::string, std::string>& in_use,
                          const std::string& path) {
  namespace fs = std::filesystem;
  if (!in_use) return in_use.error();
  if (in_use->empty()) return "the running voiced has no users-file set";
  std::error_code error;
  // Only voiced knows where a relative path leads.
  const bool is_other = fs::path(*in_use).is_absolute() && !fs::equivalent(*in_use, path, error);
  return is_other ? "the running voiced uses another one, " + *in_use : std::string();
}

/// Has the running voiced read the changed file. @param unnoticed why it would not notice
int tell_voiced(const Places& places, const std::string& unnoticed) {
  if (!unnoticed.empty()) {
    std::fprintf(stderr,
                 "voicectl: warning: the file was changed, but no voiced has reloaded it: %s\n",
                 unnoticed.c_str());
    return 0;
  }
  const auto line = voicectl::ask_once(places, reload_patience, "reload");
  const auto answer = line ? voicectl::parse_answer(*line) : std::nullopt;
  if (answer && voicectl::is_true(*answer, "ok")) return 0;
  const std::string why = !line ? line.error() : answer ? voicectl::text_of(*answer, "error") : "";
  return fail(ExitCode::failure, "the file was changed, but voiced has not reloaded it: " + why);
}

int change_users(const Places& places, const Arguments& arguments) {
  const auto in_use = users_file_in_use(places);
  const std::string path =
      arguments.users_file.empty() ? in_use.value_or(std::string()) : arguments.users_file;
  if (path.empty()) {
    if (!in_use) {
      return fail(ExitCode::cannot_connect,
                  "no users file: " + in_use.error() + "; or use --users-file FILE");
    }
    return fail(ExitCode::usage,
                "no users file: the running voiced has no users-file set; use --users-file FILE");
  }
  if (arguments.users_file.empty() && std::filesystem::path(path).is_relative()) {
    return fail(ExitCode::usage,
                "the users-file of the running voiced is relative to where it was "
                "started: " +
                    path + "; use --users-file FILE");
  }
  const auto told = voicectl::change_users(path, arguments);
  if (!told) return fail(told.error().code, told.error().text);
  // First: an account that was removed must not stay valid because nobody reads that it was.
  const bool changed = voicectl::changes_users(arguments);
  const int untold = changed ? tell_voiced(places, why_unnoticed(in_use, path)) : 0;
  const int unprinted = print(*told);
  return untold != 0 ? untold : unprinted;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef SIGPIPE
  std::signal(SIGPIPE, SIG_IGN);
#endif
  voice::terminal::reserve_standard_descriptors();
  Arguments arguments;
  const auto declared = voicectl::declare_commands(arguments);
  const auto name = voicectl::parse(*declared, argc, argv);
  if (!name) {
    if (name.error().code != ExitCode::ok) return fail(name.error().code, name.error().text);
    return print(name.error().text);
  }
  const auto places = voicectl::socket_places(
      arguments, [](const char* variable) { return std::getenv(variable); });
  if (!places) return fail(ExitCode::usage, places.error());
  try {
    if (*name == "user") return change_users(*places, arguments);
    if (*name == "watch") return watch(*places, arguments);
    if (*name == "complete") return complete(*places, arguments);
    return command(*name, *places, arguments);
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}
