// voiced: reads the configuration, builds the service, and gets out of the way.
#include "common/app/calendar.hpp"
#include "common/app/log.hpp"
#include "server/app/certificate_files.hpp"
#include "server/app/config.hpp"
#include "server/app/service.hpp"
#include "server/app/signals.hpp"
#include "server/app/validator.hpp"

#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using voice::app::ExitCode;

int fail(ExitCode code, const std::string& text) {
  voice::app::flush_log();
  std::fprintf(stderr, "voiced: %s\n", text.c_str());
  return static_cast<int>(code);
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
  std::fputs(made->c_str(), stdout);
  return 0;
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
    std::fputs(parsed.error().text.c_str(), stdout);
    return 0;
  }
  if (options.wants_print_config()) {
    std::fputs(options.print_config().c_str(), stdout);
    return 0;
  }
  if (!settings->config.certificate_names.empty()) return make_certificate(settings->config);
  auto inherited = voiced::take_inherited_sockets();
  if (!inherited) return fail(ExitCode::usage, inherited.error());
  const auto sockets = inherited->empty() ? voiced::Sockets::own : voiced::Sockets::inherited;
  const auto completed = voiced::complete(*settings, voice::app::Pipes::allowed, sockets);
  if (!completed) return fail(ExitCode::usage, completed.error());
  if (settings->config.check_only) {
    std::printf("voiced: configuration is valid%s\n",
                options.file().empty() ? "" : (": " + options.file()).c_str());
    return 0;
  }
  voice::app::start_logging(settings->config.log_level, settings->config.log_format);
  if (const auto made = voiced::make_missing_certificate(*settings, voice::app::calendar_now());
      !made) {
    return fail(ExitCode::usage, made.error());
  }
  try {
    return serve(std::vector<std::string>(argv, argv + argc), std::move(settings),
                 std::move(*inherited));
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}
