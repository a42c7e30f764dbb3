#include "tests/sim/shell/tunnel.hpp"

#include "common/tls/tls_client.hpp"
#include "common/tls/tls_server.hpp"
#include "common/wire/limits.hpp"

#include "tests/sim/world/memory_account.hpp"
#include "tests/sim/world/world.hpp"

#include <algorithm>

namespace sim {
namespace {

namespace tls = voice::tls;

// A certificate for all stories, and the settings of both sides.
struct Parties {
  Parties() {
    const auto pair =
        tls::make_self_signed({"sim.test"}, std::chrono::sys_days{std::chrono::year{2026} / 1 / 1});
    promise(pair.has_value(), "a certificate can be made");
    server = tls::Server::make({.pair = *pair}).value();
    client = tls::Client::make({.ca = pair->certificate}).value();
    identity = {.host = "sim.test", .known = server->certificate().fingerprint};
  }
  std::shared_ptr<const tls::Server> server;
  std::shared_ptr<const tls::Client> client;
  tls::ServerIdentity identity;
};

const Parties& parties() {
  const ChargeTo simulator(Account::simulator);
  static const Parties all;
  return all;
}

// Behaves like `inner`, and records the messages.
class NotingTransport final : public voice::Transport {
 public:
  NotingTransport(std::shared_ptr<Tunnel> tunnel, std::unique_ptr<voice::Transport> inner,
                  SealedWay& out, SealedWay& in)
      : tunnel_(std::move(tunnel)), inner_(std::move(inner)), out_(out), in_(in) {}

  [[nodiscard]] voice::expected<std::optional<voice::Bytes>, voice::TransportError> next(
      voice::Bytes& wire) override {
    auto message = inner_->next(wire);
    if (message && *message) in_.opened(**message);
    return message;
  }
  [[nodiscard]] bool mid_message() const noexcept override { return inner_->mid_message(); }
  void set_message_bytes_max(std::size_t bytes) noexcept override {
    inner_->set_message_bytes_max(bytes);
  }
  [[nodiscard]] bool is_ready() const noexcept override { return inner_->is_ready(); }
  [[nodiscard]] voice::Bytes seal(voice::Bytes message) override {
    out_.sealed(message);
    return inner_->seal(message);
  }
  [[nodiscard]] voice::Bytes own() override { return inner_->own(); }
  [[nodiscard]] bool may_have_own() const noexcept override { return inner_->may_have_own(); }
  [[nodiscard]] bool wants_turn() const noexcept override { return inner_->wants_turn(); }
  void give_turn() noexcept override { inner_->give_turn(); }
  void finish() override { inner_->finish(); }
  [[nodiscard]] std::string description() const override { return inner_->description(); }
  [[nodiscard]] std::string failure() const override { return inner_->failure(); }

 private:
  std::shared_ptr<Tunnel> tunnel_;  // owns what `out_` and `in_` refer to
  std::unique_ptr<voice::Transport> inner_;
  SealedWay& out_;
  SealedWay& in_;
};

}  // namespace

bool has_tls() noexcept {
  return tls::is_available();
}

void SealedWay::sealed(voice::Bytes message) {
  const ChargeTo simulator(Account::simulator);
  under_way_.emplace_back(message.begin() + voice::length_prefix_bytes, message.end());
  new_sealed_.insert(new_sealed_.end(), message.begin(), message.end());
}

void SealedWay::opened(voice::Bytes payload) {
  const ChargeTo simulator(Account::simulator);
  promise(!under_way_.empty() && std::equal(payload.begin(), payload.end(),
                                            under_way_.front().begin(), under_way_.front().end()),
          "what is opened is what was sealed, whole and in order");
  under_way_.pop_front();
  const Message message = slow_message(payload);
  new_opened_.insert(new_opened_.end(), message.begin(), message.end());
}

std::shared_ptr<Tunnel> Tunnel::dig() {
  const Parties& all = parties();
  auto tunnel = std::make_shared<Tunnel>();
  tunnel->server_ = std::make_unique<NotingTransport>(tunnel, all.server->accept(),
                                                      tunnel->to_client, tunnel->to_server);
  tunnel->client_ = std::make_unique<NotingTransport>(tunnel, all.client->connect(all.identity),
                                                      tunnel->to_server, tunnel->to_client);
  return tunnel;
}

}  // namespace sim
