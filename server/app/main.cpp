// voiced: reads the configuration, builds the service, and gets out of the way.
#include "common/app/log.hpp"
#include "server/app/config.hpp"
#include "server/app/service.hpp"

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

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

int serve(std::vector<std::string> arguments, std::unique_ptr<voiced::Settings> settings) {
  voiced::Service service(std::move(arguments), std::move(settings), random_seed());
  if (const auto started = service.start(); !started) {
    return fail(ExitCode::usage, started.error());
  }
  service.run();
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

int main(int argc, char** argv) {
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
  if (const auto secrets = voiced::load_secrets(*settings); !secrets) {
    return fail(ExitCode::usage, secrets.error());
  }
  if (settings->config.check_only) {
    std::printf("voiced: configuration is good%s\n",
                options.file().empty() ? "" : (": " + options.file()).c_str());
    return 0;
  }
  voice::app::start_logging(settings->config.log_level, settings->config.log_format);
  try {
    return serve(std::vector<std::string>(argv, argv + argc), std::move(settings));
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}
