// voicecli: reads the configuration, builds console and client, and gets out of the way.
#include "client/app/check_sound.hpp"
#include "client/app/config.hpp"
#include "client/app/trust.hpp"
#include "client/ui/console.hpp"
#include "client/ui/device_list.hpp"
#include "common/app/log.hpp"
#include "common/app/standard_output.hpp"
#include "common/device/device_spec.hpp"
#include "common/terminal/terminal.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

using voice::app::ExitCode;
using voicecli::Outcome;

int fail(ExitCode code, const std::string& text) {
  std::fprintf(voice::app::own_stderr(), "voicecli: %s\n", text.c_str());
  return static_cast<int>(code);
}

int print(const std::string& text) {
  const voice::app::Exit printed = voice::app::print(text);
  return printed.code == ExitCode::ok ? 0 : fail(printed.code, printed.text);
}

ExitCode exit_code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::done:
      return ExitCode::ok;
    case Outcome::connection_lost:
    case Outcome::recording_incomplete:
      return ExitCode::failure;
    case Outcome::cannot_connect:
    case Outcome::no_voice_server:
      return ExitCode::cannot_connect;
    case Outcome::untrusted:
    case Outcome::not_yet_trusted:
      return ExitCode::untrusted;
    case Outcome::refused:
    case Outcome::unwanted:
      return ExitCode::refused;
    case Outcome::audio_device:
      return ExitCode::audio_device;
    case Outcome::interrupted:
      return ExitCode::interrupted;
  }
  return ExitCode::failure;
}

int list_devices(bool as_json) {
  const auto cards = voice::list_sound_cards();
  if (!cards) return fail(ExitCode::audio_device, cards.error().message);
  return print(as_json ? voicecli::device_json(*cards) : voicecli::device_table(*cards));
}

/// For --json. If stderr itself is on the full disk, this is lost as well.
void tell_lost_lines(std::uint64_t lines) {
  if (lines == 0) return;
  const std::string text =
      "voicecli: " + std::to_string(lines) +
      " lines of output were lost: the disk is full, or the reader is too slow\n";
  static_cast<void>(voice::terminal::write_line(fileno(voice::app::own_stderr()), text));
}

/// The user has confirmed the certificate: call again.
constexpr int again = -1;

int call(const voicecli::Config& config, const voicecli::ClientOptions& options) {
  voicecli::Console console{voicecli::console_options(fileno(voice::app::own_stderr()), config.json,
                                                      voice::is_stdin_device(config.input),
                                                      config.output == "-")};
  auto client = std::make_unique<voicecli::Client>(options, console);
  const Outcome outcome = client->run();
  const int code = static_cast<int>(exit_code_of(outcome));
  tell_lost_lines(console.lost_lines());
  if (outcome == Outcome::untrusted && client->judgement()) {
    const voicecli::Judgement judgement = *client->judgement();
    client.reset();  // gives Ctrl-C and Ctrl-Z their usual meaning back
    console.suspend();
    return voicecli::ask_for_trust(config, options, judgement) ? again : code;
  }
  if (client->is_resolving()) {
    // The system's name lookup cannot be interrupted; a user who quits must not wait for a dead
    // name server.
    console.suspend();
    std::_Exit(code);
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  voice::terminal::reserve_standard_descriptors();
#ifdef SIGPIPE
  std::signal(SIGPIPE, SIG_IGN);
#endif
  voicecli::Config config;
  const auto options = voicecli::declare_options(config);
  if (const auto parsed = options->parse(argc, argv); !parsed) {
    if (parsed.error().code != ExitCode::ok) return fail(parsed.error().code, parsed.error().text);
    return print(parsed.error().text);
  }
  if (options->wants_print_config()) return print(options->print_config());
  try {
    if (config.list_devices) return list_devices(config.json);
    for (;;) {
      const auto client = voicecli::client_options(config, *options);
      if (!client) return fail(client.error().code, client.error().text);
      if (const auto sound = voicecli::check_sound(config, *options); !sound) {
        return fail(sound.error().code, sound.error().text);
      }
      const int code = call(config, *client);
      if (code != again) return code;
    }
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}
