// What TLS costs the server, without a network: the host's work per participant and tick on plain
// and on encrypted connections, compared with opening one record and sealing another; the cost of a
// handshake; and the heap memory of a connection. Run: ./bench.sh --tls
#include "common/tls/tls_client.hpp"
#include "common/tls/tls_server.hpp"
#include "common/wire/packetizer.hpp"
#include "server/host/host.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

using voice::Bytes;
using Message = std::vector<std::uint8_t>;

constexpr std::size_t people = 200;
constexpr std::size_t ticks = 200;

// CPU time of this thread, so that other programs do not count.
double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::size_t heap_bytes() {
#ifdef __GLIBC__
  return ::mallinfo2().uordblks;
#else
  return 0;
#endif
}

// A certificate, and both sides' settings for it.
struct Parties {
  Parties() {
    const auto pair = voice::tls::make_self_signed(
        {"bench.test"}, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    server = voice::tls::Server::make({.pair = pair.value()}).value();
    client = voice::tls::Client::make({}).value();
    identity = {.host = "bench.test", .known = server->certificate().fingerprint};
  }
  std::shared_ptr<const voice::tls::Server> server;
  std::shared_ptr<const voice::tls::Client> client;
  voice::tls::ServerIdentity identity;
};

// 20 ms of this peer's sound, as it leaves a client.
Message packet_of(std::size_t person, std::size_t tick) {
  Message wire(voice::packet_overhead_bytes + 160, static_cast<std::uint8_t>(0x20 + person % 64));
  voice::write_packet_overhead({.sequence = static_cast<std::uint16_t>(tick)}, wire);
  return wire;
}

class Conference {
 public:
  explicit Conference(const Parties* tls) : tls_(tls), host_(options(), now_) {
    for (std::size_t i = 0; i < people; ++i) arrive(i);
    heap_ = heap_bytes();
  }

  // Medians over ticks, per participant.
  double run() {
    std::vector<double> costs;
    for (std::size_t tick = 0; tick < ticks; ++tick) {
      for (std::size_t i = 0; i < people; ++i) wire_[i] = sealed(i, packet_of(i, tick));
      const double begin = cpu_us();
      for (std::size_t i = 0; i < people; ++i) (void)host_.received(ids_[i], wire_[i], now_);
      now_ += voice::frame_duration;
      host_.tick({}, now_);
      while (const auto id = host_.next_to_write(now_)) write(*id);
      costs.push_back((cpu_us() - begin) / people);
    }
    return median(costs);
  }
  [[nodiscard]] std::size_t heap() const noexcept { return heap_; }
  [[nodiscard]] double handshake_us() const { return median(handshakes_); }

 private:
  static voiced::HostOptions options() {
    voiced::HostOptions options{
        .front_room = {.format = voice::AudioFormat::from_rate(8000).value(),
                       .playout = {},
                       .participants_max = people},
        .door = {}};
    options.door.strangers_max = options.door.strangers_per_address_max = people;
    return options;
  }

  void arrive(std::size_t person) {
    ids_.push_back(
        host_.arrived({"192.0.2.1:1", {}}, now_, tls_ ? tls_->server->accept() : nullptr));
    clients_.push_back(tls_ ? tls_->client->connect(tls_->identity) : nullptr);
    wire_.emplace_back();
    if (tls_ == nullptr) return write(ids_[person]);
    clients_[person]->set_message_bytes_max(4096);
    double spent = 0;
    for (int step = 0; step < 4; ++step) {
      const Bytes own = clients_[person]->own();
      const Message up(own.begin(), own.end());
      const double begin = cpu_us();
      if (!up.empty()) (void)host_.received(ids_[person], up, now_);
      while (host_.next_handshake(now_)) {
      }
      heard_.clear();
      write(ids_[person]);
      spent += cpu_us() - begin;
      Bytes down{heard_};
      while (clients_[person]->next(down).value_or(std::nullopt)) {
      }
    }
    handshakes_.push_back(spent);
  }

  Message sealed(std::size_t person, const Message& message) {
    if (tls_ == nullptr) return message;
    const Bytes record = clients_[person]->seal(message);
    return {record.begin(), record.end()};
  }

  void write(voiced::PeerId id) {
    for (bool more = true; more;) {
      const Bytes bytes = host_.to_send(id, now_);
      if (bytes.empty()) return;
      heard_.insert(heard_.end(), bytes.begin(), bytes.end());
      more = host_.sent(id, bytes.size(), now_);
    }
    if (heard_.size() > 100'000) heard_.clear();
  }

  const Parties* tls_;
  voice::TimePoint now_{std::chrono::hours{1}};
  voiced::Host host_;
  std::vector<voiced::PeerId> ids_;
  std::vector<std::unique_ptr<voice::Transport>> clients_;
  std::vector<Message> wire_;
  Message heard_;
  std::vector<double> handshakes_;
  std::size_t heap_ = 0;
};

// Only opens one record and seals one, with the transport, for the same number of connections.
double transport_alone(const Parties& parties) {
  struct Ends {
    std::unique_ptr<voice::Transport> server, client;
  };
  std::vector<Ends> all;
  for (std::size_t i = 0; i < people; ++i) {
    Ends& ends =
        all.emplace_back(Ends{parties.server->accept(), parties.client->connect(parties.identity)});
    for (voice::Transport* const end : {ends.server.get(), ends.client.get()}) {
      end->set_message_bytes_max(4096);
    }
    for (int step = 0; step < 6; ++step) {
      const Bytes up = ends.client->own();
      const Message to_server(up.begin(), up.end());
      Bytes left{to_server};
      (void)ends.server->next(left);
      ends.server->give_turn();
      (void)ends.server->next(left);
      const Bytes down = ends.server->own();
      const Message to_client(down.begin(), down.end());
      left = to_client;
      (void)ends.client->next(left);
    }
  }
  std::vector<double> costs;
  std::vector<Message> wire(people);
  const Message mix = packet_of(1, 1);
  for (std::size_t tick = 0; tick < ticks; ++tick) {
    for (std::size_t i = 0; i < people; ++i) {
      const Bytes record = all[i].client->seal(packet_of(i, tick));
      wire[i].assign(record.begin(), record.end());
    }
    const double begin = cpu_us();
    for (std::size_t i = 0; i < people; ++i) {
      Bytes left{wire[i]};
      (void)all[i].server->next(left);
    }
    for (const Ends& ends : all) (void)ends.server->seal(mix);
    costs.push_back((cpu_us() - begin) / people);
  }
  return median(costs);
}

}  // namespace

int main() {
  const Parties parties;
  const std::size_t empty = heap_bytes();
  double plain_us = 0;
  double plain_kib = 0;
  {
    Conference plain(nullptr);
    plain_kib = static_cast<double>(plain.heap() - empty) / 1024 / people;
    plain_us = plain.run();
  }
  const double alone_us = transport_alone(parties);
  const std::size_t before = heap_bytes();
  Conference encrypted(&parties);
  // Half of the sessions are the clients', which take a little more than the server's.
  const double both_kib = static_cast<double>(encrypted.heap() - before) / 1024 / people;
  const double encrypted_us = encrypted.run();
  std::printf(
      "%zu participants talk at 8000 Hz, in memory, no system calls; CPU time for each and 20 ms, "
      "medians of %zu ticks\n",
      people, ticks);
  std::printf("plain      %8.2f us  %6.1f KiB of heap\n", plain_us, plain_kib);
  std::printf("transport  %8.2f us alone: one record opened, one sealed\n", alone_us);
  std::printf("encrypted  %8.2f us  %6.1f KiB of heap, the client's half included\n", encrypted_us,
              both_kib);
  std::printf("encrypted beside plain + transport: %.3f\n", encrypted_us / (plain_us + alone_us));
  std::printf("handshake  %8.0f us of the server: %.0f a second on one core\n",
              encrypted.handshake_us(), 1e6 / encrypted.handshake_us());
}
