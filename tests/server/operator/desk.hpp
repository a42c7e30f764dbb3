// The operator's requests, answered without sockets by a server that is not running.
#pragma once

#include "server/operator/commands.hpp"

#include <boost/asio/io_context.hpp>

#include <string>
#include <utility>
#include <vector>

namespace voiced::test {

struct FakeProgram final : Program {
  void reload(ReloadDone done) override {
    ++reloads;
    if (reloads == 2)
      return done(voice::unexpected(std::string("f.conf:3: port: `x` is not a number")));
    if (!denied.empty()) {
      return done(Reloaded{{{"deny-from", "[]", denied, voice::app::TakesEffect::live}}, {}});
    }
    done(Reloaded{{{"jitter-depth", "6", "8", voice::app::TakesEffect::live}},
                  {{"port", "7000", "7001", voice::app::TakesEffect::restart}}});
  }
  std::vector<SettingInForce> settings() const override {
    std::vector<SettingInForce> all{
        {"port", "7000", voice::app::Origin::preset, voice::app::TakesEffect::restart},
        {"log-level", "\"info\"", voice::app::Origin::file, voice::app::TakesEffect::live}};
    if (!denied.empty()) {
      all.push_back({"deny-from", denied, voice::app::Origin::file, voice::app::TakesEffect::live});
    }
    if (!rooms_on_demand.empty())
      all.push_back({"rooms-on-demand-max", rooms_on_demand, voice::app::Origin::preset,
                     voice::app::TakesEffect::live});
    return all;
  }
  bool set_log_level(const std::string& level) override { return level == "debug"; }
  std::vector<std::string> endpoints() const override { return {"127.0.0.1:7000"}; }
  voice::expected<std::string, std::string> invite(
      const voice::identity::Invitation& invitation) override {
    invited.push_back(invitation);
    return std::string("vi1.token");
  }
  voice::expected<void, std::string> revoke(const std::string& id_or_token,
                                            RevokedKept done) override {
    if (id_or_token != "good") return voice::unexpected(std::string("no such invitation"));
    done({id_or_token, 2}, "");
    return {};
  }
  std::vector<voice::identity::KnownInvitation> invitations() const override { return known; }
  void keep_bans(BansKept done) override {
    ++kept;
    if (is_slow) {
      waiting = std::move(done);
    } else {
      done("");
    }
  }
  bool is_slow = false;
  BansKept waiting;
  int reloads = 0;
  std::string rooms_on_demand;
  std::string denied;
  std::vector<voice::identity::Invitation> invited;
  std::vector<voice::identity::KnownInvitation> known;
  int kept = 0;
};

inline ServerOptions desk_options() {
  return {.host = {.front_room = {.format = *voice::AudioFormat::from_rate(8000)}, .door = {}},
          .local = {},
          .plain = {}};
}

struct Desk {
  explicit Desk(const ServerOptions& options = desk_options()) : server(io, options) {}

  boost::asio::io_context io;
  Server server;
  FakeProgram program;
  Commands commands{server, program};
  std::string ask(const std::string& request) {
    last.clear();
    commands.answer(request, [this](std::string line) { last = std::move(line); });
    return last;
  }
  std::string last;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace voiced::test
