// TLS from a stranger: any bytes, in any pieces, for a server's end, with turns at any time; for a
// client's end; and for both after an honest handshake. An end reports once that it has failed, and
// what it keeps and answers is bounded.
//
// Input: the first byte sets the scene, then per step one byte: how many bytes follow (1…192), or
// what happens instead (a turn, a farewell, a message of ours).
#include "common/core/assert.hpp"
#include "common/tls/tls_client.hpp"
#include "common/tls/tls_server.hpp"
#include "common/wire/limits.hpp"

#include "tests/fuzz/input.hpp"

#include <memory>

namespace {

using voice::Bytes;

constexpr std::size_t answer_bytes_max = 64 * 1024;
constexpr std::size_t message_bytes_max = 4096;

// Made once, because making a certificate takes longer than a story.
struct Parties {
  Parties() {
    const auto pair = voice::tls::make_self_signed(
        {"fuzz.test"}, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    VOICE_ASSERT(pair.has_value());
    server = voice::tls::Server::make({.pair = *pair, .version_min = voice::tls::Version::tls12})
                 .value();
    client = voice::tls::Client::make({}).value();
  }
  std::shared_ptr<const voice::tls::Server> server;
  std::shared_ptr<const voice::tls::Client> client;
};

const Parties& parties() {
  static const Parties made;
  return made;
}

// One end, and the promises that it must keep.
class End {
 public:
  explicit End(std::unique_ptr<voice::Transport> transport) : transport_(std::move(transport)) {
    transport_->set_message_bytes_max(message_bytes_max);
  }

  void hear(Bytes wire) {
    while (!has_failed_) {
      const auto message = transport_->next(wire);
      has_failed_ = !message;
      if (has_failed_) {
        VOICE_ASSERT(transport_->failure().size() <= 200);
        VOICE_ASSERT(!transport_->is_ready() ||
                     message.error() == voice::TransportError::too_long ||
                     message.error() == voice::TransportError::negative_length);
        return;
      }
      if (!*message) return VOICE_ASSERT(wire.empty());
      VOICE_ASSERT((*message)->size() <= message_bytes_max);
    }
  }
  std::vector<std::uint8_t> answer() {
    const Bytes own = transport_->own();
    VOICE_ASSERT(own.size() <= answer_bytes_max);
    return {own.begin(), own.end()};
  }
  void give_turn() {
    if (has_failed_ || !transport_->wants_turn()) return;
    transport_->give_turn();
    hear({});
  }
  void finish() {
    transport_->finish();
    (void)answer();
    is_finished_ = true;
  }
  void say(Bytes message) {
    if (has_failed_ || is_finished_ || !transport_->is_ready()) return;
    (void)answer();
    VOICE_ASSERT(transport_->seal(message).size() > message.size());
  }
  [[nodiscard]] bool is_ready() const { return !has_failed_ && transport_->is_ready(); }

 private:
  std::unique_ptr<voice::Transport> transport_;
  bool has_failed_ = false;
  bool is_finished_ = false;
};

void shake_hands(End& server, End& client) {
  for (int step = 0; step < 8; ++step) {
    server.hear(client.answer());
    server.give_turn();
    client.hear(server.answer());
  }
  VOICE_ASSERT(server.is_ready() && client.is_ready());
}

void play(fuzz::Input& input) {
  const unsigned scene = input.byte();
  voice::tls::ServerIdentity identity{.host = "fuzz.test",
                                      .known = parties().server->certificate().fingerprint};
  End server(parties().server->accept());
  End client(parties().client->connect(identity));
  if ((scene & 2) != 0) shake_hands(server, client);
  End& end = (scene & 1) != 0 ? client : server;
  while (!input.empty()) {
    const unsigned what = input.byte();
    if (what < 192) {
      end.hear(input.bytes(what + 1));
    } else if (what < 224) {
      end.give_turn();
    } else if (what < 240) {
      const std::array<std::uint8_t, 8> message{4, 0, 0, 0, 'v', 'o', 'i', 'x'};
      end.say(message);
    } else {
      end.finish();
    }
    (void)end.answer();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  play(input);
  return 0;
}
