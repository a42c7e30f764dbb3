// voiced: reads the configuration, builds the server, and gets out of the way.
#include "common/app/log.hpp"
#include "common/app/version.hpp"
#include "server/app/config.hpp"
#include "server/app/realtime.hpp"
#include "server/net/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <random>
#ifndef _WIN32
#include <csignal>
#endif

namespace {

namespace asio = boost::asio;
using voice::app::Exit;
using voice::app::ExitCode;

int fail(ExitCode code, const std::string& text) {
  std::fprintf(stderr, "voiced: %s\n", text.c_str());
  return static_cast<int>(code);
}

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

class Signals {
 public:
  Signals(asio::io_context& io, voiced::Server& server)
      : set_(io, SIGINT, SIGTERM), server_(server) {
#ifdef SIGUSR1
    set_.add(SIGUSR1);
#endif
#ifdef SIGPIPE
    std::signal(SIGPIPE, SIG_IGN);
#endif
    wait();
  }

 private:
  void wait() {
    set_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGINT || signal == SIGTERM) {
        end(signal);
      } else {
        server_.log_statistics();
      }
      wait();
    });
  }

  void end(int signal) {
    if (ending_) return server_.stop_now();
    ending_ = true;
    spdlog::info("stopping signal={}", signal == SIGINT ? "SIGINT" : "SIGTERM");
    server_.stop();
  }

  asio::signal_set set_;
  voiced::Server& server_;
  bool ending_ = false;
};

int serve(const voiced::Config& config, const voice::app::Options& options) {
  asio::io_context io(1);
  voiced::Server server(io, voiced::server_options(config, random_seed()));
  if (const auto sound = server.open_sound(); !sound) {
    const std::string name =
        options.origin("input-device") != voice::app::Origin::preset ? "input-device" : "silent";
    return fail(ExitCode::usage, options.place_of(name) + ": " + sound.error());
  }
  if (const auto listening = server.listen(); !listening) {
    const bool address = listening.error().about == voiced::ListenError::About::address;
    return fail(ExitCode::usage,
                options.place_of(address ? "listen" : "port") + ": " + listening.error().text);
  }
  Signals signals(io, server);
  if (config.realtime) {
    if (const auto realtime = voiced::become_realtime(); !realtime) {
      spdlog::warn("realtime {}", realtime.error());
    }
  }
  for (const std::string& endpoint : server.endpoints()) {
    spdlog::info("listening on={} sample_rate_hz={} jitter_depth_packets={} silent={} version={}",
                 endpoint, config.sample_rate, config.jitter_depth, config.silent, voice::version);
  }
  server.run();
  server.log_statistics();
  spdlog::info("stopped");
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

int main(int argc, char** argv) {
  voiced::Config config;
  const auto options = voiced::declare_options(config);
  if (const auto parsed = options->parse(argc, argv); !parsed) {
    if (parsed.error().code != ExitCode::ok) return fail(parsed.error().code, parsed.error().text);
    std::fputs(parsed.error().text.c_str(), stdout);
    return 0;
  }
  if (options->wants_print_config()) {
    std::fputs(options->print_config().c_str(), stdout);
    return 0;
  }
  if (config.check_only) {
    std::printf("voiced: configuration is good%s\n",
                options->file().empty() ? "" : (": " + options->file()).c_str());
    return 0;
  }
  voice::app::start_logging(config.log_level);
  try {
    return serve(config, *options);
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}
