// voiced: reads the configuration, builds the service, and gets out of the way.
#include "common/app/calendar.hpp"
#include "common/app/log.hpp"
#include "common/app/standard_output.hpp"
#include "common/core/quoted.hpp"
#include "server/app/certificate_files.hpp"
#include "server/app/config.hpp"
#include "server/app/descriptor_table.hpp"
#include "server/app/service.hpp"
#include "server/app/signals.hpp"
#include "server/app/validator.hpp"

#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using voice::app::ExitCode;

// Listeners, strangers, peers that are being told why they may not stay, files.
constexpr std::size_t descriptors_besides_participants = 1024;

// About a variable of the environment, which may be a slip, or another program's.
constexpr const char* no_setting =
    "does not name a setting and is ignored; `voiced --print-config` lists the settings";

int fail(ExitCode code, const std::string& text) {
  voice::app::flush_log();
  std::fprintf(stderr, "voiced: %s\n", text.c_str());
  return static_cast<int>(code);
}

int print(const std::string& text) {
  const voice::app::Exit printed = voice::app::print(text);
  return printed.code == ExitCode::ok ? 0 : fail(printed.code, printed.text);
}

#if defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Before main(): while the libraries' constructors run, a script may already send SIGHUP.
[[gnu::used, gnu::section(".preinit_array")]] void (*const before_constructors)() noexcept =
    voiced::hold_early_signals;
#endif

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

int make_certificate(const voiced::Config& config) {
  const auto made = voiced::make_certificate(config, voice::app::calendar_now());
  if (!made) return fail(ExitCode::failure, "--make-certificate: " + made.error());
  return print(*made);
}

int serve(std::vector<std::string> arguments, std::unique_ptr<voiced::Settings> settings,
          std::vector<voiced::InheritedSocket> inherited) {
  voiced::Service service(std::move(arguments), std::move(settings), std::move(inherited),
                          random_seed());
  if (const auto started = service.start(); !started) {
    return fail(started.error().code, started.error().text);
  }
  service.run();
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

int main(int argc, char** argv) {
  voiced::hold_early_signals();
  auto settings = std::make_unique<voiced::Settings>();
  voice::app::Options& options = *settings->options;
  if (const auto parsed = options.parse(argc, argv); !parsed) {
    if (parsed.error().code != ExitCode::ok) return fail(parsed.error().code, parsed.error().text);
    return print(parsed.error().text);
  }
  if (options.wants_print_config()) return print(options.print_config());
  if (!settings->config.certificate_names.empty()) return make_certificate(settings->config);
  auto inherited = voiced::take_inherited_sockets();
  if (!inherited) return fail(ExitCode::usage, inherited.error());
  const auto sockets = inherited->empty() ? voiced::Sockets::own : voiced::Sockets::inherited;
  const auto completed = voiced::complete(*settings, voice::app::Pipes::allowed, sockets);
  if (!completed) return fail(ExitCode::usage, completed.error());
  const std::vector<std::string> unknown = options.unknown_variables();
  if (settings->config.check_only) {
    for (const std::string& name : unknown) {
      std::fprintf(stderr, "voiced: warning: environment %s: %s\n", name.c_str(), no_setting);
    }
    const std::string file =
        options.file().empty() ? "; no configuration file was read" : ": " + options.file();
    return print("voiced: configuration is valid" + file + voiced::unchecked(settings->config) +
                 '\n');
  }
  voiced::reserve_descriptors(static_cast<std::size_t>(settings->config.participants_max) +
                              descriptors_besides_participants);
  voice::app::start_logging(settings->config.log_level, settings->config.log_format);
  for (const std::string& name : unknown) {
    spdlog::warn("environment variable={} {}", voice::quoted(name), no_setting);
  }
  if (const auto made = voiced::make_missing_certificate(*settings, voice::app::calendar_now());
      !made) {
    return fail(made.error().code, made.error().text);
  }
  try {
    return serve(std::vector<std::string>(argv, argv + argc), std::move(settings),
                 std::move(*inherited));
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}
