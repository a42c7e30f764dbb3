// The floor: a plain server of this protocol that decides nothing. Every 20 ms, it receives from
// all talkers, and sends one constant frame of the right size to everybody. No mixing, no parsing,
// no event loop. What voiced costs beyond this is ours; what this costs is the kernel's. With
// --read-every, it receives more rarely and costs the kernel less, like voiced with many talkers.
// With --certificate, it does the same over TLS, with one record for each message.
#include "common/audio/audio_format.hpp"
#include "common/audio/g711.hpp"
#include "common/playout/tick_schedule.hpp"
#include "common/wire/packetizer.hpp"

#ifdef FLOOR_WITH_TLS
#include "tests/bench/floor_tls.hpp"
#endif

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#ifndef MSG_NOSIGNAL  // macOS: SIGPIPE is ignored in main
#define MSG_NOSIGNAL 0
#endif

namespace {

struct Options {
  std::uint16_t port = 5000;
  int sample_rate = 8000;
  std::size_t talkers = 0;
  std::size_t read_every = 1;  // ticks between two reads of a talker
  std::string certificate;     // PEM file; empty: no TLS
  std::string certificate_key;
};

#ifdef FLOOR_WITH_TLS
using floor_bench::TlsCredentials;
using floor_bench::TlsEnd;
#else
struct TlsCredentials {
  TlsCredentials(const std::string&, const std::string&) {
    throw std::runtime_error("built without TLS");
  }
};
struct TlsEnd {
  TlsEnd(const TlsCredentials&, int) {}
  static bool receive() { return false; }
  static bool send(voice::Bytes) { return false; }
  static bool is_ready() { return false; }
};
#endif

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void set_option(int socket, int level, int name) {
  const int on = 1;
  if (setsockopt(socket, level, name, &on, sizeof on) != 0) fail("setsockopt");
}

void make_non_blocking(int socket) {
  if (fcntl(socket, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
}

int listen_on(std::uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) fail("socket");
  set_option(listener, SOL_SOCKET, SO_REUSEADDR);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(listener, SOMAXCONN) != 0) fail("listen");
  make_non_blocking(listener);
  return listener;
}

std::vector<std::uint8_t> announcement(voice::AudioFormat format) {
  const std::string text = "SamplesPerSecond:" + std::to_string(format.rate_hz());
  std::vector<std::uint8_t> message(voice::length_prefix_bytes + text.size());
  voice::store_le32(message.data(), static_cast<std::uint32_t>(text.size()));
  std::copy(text.begin(), text.end(), message.begin() + voice::length_prefix_bytes);
  return message;
}

class Floor {
 public:
  Floor(const Options& options, voice::AudioFormat format)
      : talkers_(options.talkers),
        read_every_(options.read_every),
        listener_(listen_on(options.port)),
        announcement_(announcement(format)),
        frame_(voice::packet_overhead_bytes + format.samples_per_frame(), voice::g711::silence) {
    voice::write_packet_overhead(voice::rtp::Header{}, frame_);
    if (options.certificate.empty()) return;
    tls_ = std::make_unique<TlsCredentials>(options.certificate, options.certificate_key);
  }

  void tick() {
    accept_all();
    receive_from_talkers();
    send_to_all();
    std::erase_if(peers_, [](const Peer& peer) { return peer.socket == closed; });
    ++ticks_;
  }

 private:
  static constexpr int closed = -1;

  struct Peer {
    int socket;
    std::unique_ptr<TlsEnd> tls;  // null: plain
    bool is_greeted = false;
  };

  void accept_all() {
    for (int socket = accept(listener_, nullptr, nullptr); socket >= 0;
         socket = accept(listener_, nullptr, nullptr)) {
      make_non_blocking(socket);
      set_option(socket, IPPROTO_TCP, TCP_NODELAY);
      peers_.push_back({socket, tls_ ? std::make_unique<TlsEnd>(*tls_, socket) : nullptr});
      greet(peers_.back());
    }
  }

  void greet(Peer& peer) {
    if (peer.tls != nullptr && !peer.tls->is_ready()) return;
    peer.is_greeted = true;
    send_all(peer, announcement_);
  }

  void receive_from_talkers() {
    // Talkers connect first, so that listeners need no system calls, as with a server that reads
    // only when there is something to read.
    const std::size_t count = talkers_ == 0 ? peers_.size() : std::min(talkers_, peers_.size());
    // With read_every_, an equal part of the talkers is read at each tick.
    for (std::size_t i = ticks_ % read_every_; i < count; i += read_every_) receive(peers_[i]);
    if (tls_ == nullptr) return;
    for (Peer& peer : peers_) {
      if (!peer.is_greeted && peer.socket != closed) shake_hands(peer);
    }
  }

  void receive(Peer& peer) {
    if (peer.tls != nullptr) {
      if (peer.is_greeted && !peer.tls->receive()) close_peer(peer);
      return;
    }
    const auto got = recv(peer.socket, scratch_.data(), scratch_.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) close_peer(peer);
  }

  void shake_hands(Peer& peer) {
    if (!peer.tls->receive()) return close_peer(peer);
    greet(peer);
  }

  void send_to_all() {
    for (Peer& peer : peers_) {
      if (peer.socket != closed && peer.is_greeted) send_all(peer, frame_);
    }
  }

  // A frame that does not fit is dropped as a whole. If the kernel takes only a part of it, or of a
  // record, the peer is closed, because it would lose the framing.
  void send_all(Peer& peer, const std::vector<std::uint8_t>& message) {
    if (peer.tls != nullptr) {
      if (!peer.tls->send(message)) close_peer(peer);
      return;
    }
    const auto sent = send(peer.socket, message.data(), message.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(message.size())) return;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    close_peer(peer);
  }

  static void close_peer(Peer& peer) {
    if (peer.socket != closed) close(std::exchange(peer.socket, closed));
  }

  std::size_t talkers_;
  std::size_t read_every_;
  std::size_t ticks_ = 0;
  int listener_;
  std::vector<std::uint8_t> announcement_;
  std::vector<std::uint8_t> frame_;
  std::unique_ptr<TlsCredentials> tls_;  // null: no TLS
  std::vector<Peer> peers_;
  std::array<std::uint8_t, 16384> scratch_{};
};

[[noreturn]] void run(const Options& options) {
  const auto format = voice::AudioFormat::from_rate(options.sample_rate);
  if (!format) throw std::runtime_error("--sample-rate is not usable");
  Floor floor(options, *format);
  std::printf("floor listening port=%d rate_hz=%d\n", options.port, options.sample_rate);
  std::fflush(stdout);
  voice::TickSchedule schedule(std::chrono::steady_clock::now());
  while (true) {
    while (schedule.take(std::chrono::steady_clock::now())) floor.tick();
    std::this_thread::sleep_until(schedule.next());
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"A voice server that only receives and sends: the yardstick of the benchmarks."};
  app.add_option("--port", options.port, "TCP port on 127.0.0.1")->capture_default_str();
  app.add_option("--sample-rate", options.sample_rate, "Hz")->capture_default_str();
  app.add_option("--talkers", options.talkers,
                 "receive only from the first so many connections (0: from all)");
  app.add_option("--read-every", options.read_every,
                 "ticks between two reads of a talker, as a server may that knows what it holds")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  app.add_option("--certificate", options.certificate, "speak TLS; PEM file");
  app.add_option("--certificate-key", options.certificate_key, "its key; PEM file");
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floor: %s\n", error.what());
    return 1;
  }
}
